/* Puts it together: the head, the runs, the listeners. */

function fillHead() {
  const { run, when } = state.model, word = byId("word");
  document.title = run.name + " — rehearse";
  byId("name").textContent = run.name;
  word.textContent = run.word;
  word.className = "word " + (run.passed ? "good" : "bad");
  const facts = [["", run.file], ["variant", run.variant], ["seed", run.seed], ["on", run.executor === "sim" ? "" : run.executor],
    ["lasts", when(run.end)], ["events", run.events_total], ["hash", run.hash]];
  byId("facts").replaceChildren(...facts.filter(([, value]) => value !== "" && value !== undefined)
    .map(([name, value]) => make("span", "", name ? name + " " : "", make("b", "own", String(value)))));
  byId("replay").replaceChildren(make("span", "own", run.replay), make("span", "copy", "copy"));
  byId("replay").hidden = !run.replay;
}

function fillFilter() {
  const { model } = state, choices = [["all", "all services"]];
  if (model.named.size) choices.push(["named", "in broken expectations (" + model.named.size + ")"]);
  const failing = model.run.services.filter((_, s) => hasFailures(model, s)).length;
  choices.push(["failures", "with failures (" + failing + ")"]);
  model.groupPaths.slice(0, 500).forEach((path, g) => choices.push(["group:" + g, "group " + path]));
  byId("filter").replaceChildren(...choices.map(([value, text]) => Object.assign(make("option", "", text), { value })));
  byId("search").value = "";
}

function showRun(number) {
  state.model = modelOf(DATA.runs[number]);
  Object.assign(state, { folded: new Set(), query: "", filter: "all", row: 0, event: -1, check: -1, hover: null, failure: -1 });
  panel.all = false;
  byId("which").value = String(number);
  fillHead();
  fillFilter();
  setAxis(wantsSqueezing(state.model));
  tellScale();
  buildRows();
  fillChecks();
  fillDetails();
  openAtFailure();
}

/* The failing instant in sight, its first service chosen and its lane scrolled to. */
function openAtFailure() {
  const { run } = state.model, broken = run.expectations.findIndex((one) => !one.held && one.services.length);
  const small = window.innerWidth < 700 || window.innerHeight < 600;
  panel.shut = small && run.passed && run.services.length > 12;
  panel.tab = run.passed && !run.expectations.length ? "list" : "checks";
  showTab(panel.tab, true);
  byId("lanes").scrollTop = 0;
  if (broken >= 0) {
    const row = bringRow(run.expectations[broken].services[0]);
    state.row = Math.max(row, 0);
    arrange();
    scrollToRow(state.row, true);
  }
  if (run.fails_at >= 0) reveal(run.fails_at);
  const broke = run.expectations.filter((one) => !one.held).length;
  say(run.word + ": " + run.name + ". " + counted(run.services.length, "service") + ", " + counted(run.events_total, "event") + ", " + state.model.when(run.end) +
    (broke ? ", " + counted(broke, "broken expectation") : "") + ". Press ? for keys.");
}

function fillRuns() {
  const runs = DATA.runs;
  if (runs.length < 2 && !DATA.left_out) return;
  byId("runs").hidden = false;
  byId("which").replaceChildren(...runs.map((run, i) => Object.assign(make("option", "",
    plain((run.passed ? "✓ " : "✗ ") + run.name + (run.variant ? ", " + run.variant : "") + ", seed " + run.seed)), { value: String(i) })));
  byId("failing").disabled = runs.every((run) => run.passed);
  if (DATA.left_out) byId("runs").append(make("span", "note", "and " + DATA.left_out + " that passed"));
}

function nextFailingRun() {
  const now = Number(byId("which").value), count = DATA.runs.length;
  for (let k = 1; k <= count; k++) if (!DATA.runs[(now + k) % count].passed) { showRun((now + k) % count); return; }
}

/* ---- what the tools do ---- */

function tellScale() {
  byId("scale").textContent = state.squeezed ? "time: squeezed" : "time: linear";
  byId("scale").setAttribute("aria-pressed", state.squeezed);
}

function toggleScale() {
  setAxis(!state.squeezed);
  tellScale();
  arrange();
  say(state.squeezed ? "Quiet stretches are shortened." : "Time is drawn as it is.");
}

function setTheme(dark) {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  readPalette();
  if (byId("legend").firstChild) fillLegend();
  changed();
}
function toggleTheme() { setTheme(document.documentElement.dataset.theme !== "dark"); }

async function copyReplay() {
  const text = state.model.run.command;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = Object.assign(make("textarea", "unseen"), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  say("Copied: " + state.model.run.replay);
}

function growPanel(by) {
  const box = byId("panel"), height = Math.max(90, Math.min(box.offsetHeight + by, window.innerHeight * 0.75));
  box.style.height = height + "px";
}

function listenPanel() {
  TABS.forEach((tab) => byId("tab-" + tab).addEventListener("click", () => showTab(tab)));
  byId("fold").addEventListener("click", togglePanel);
  const grip = byId("grip");
  let from = null;
  grip.addEventListener("pointerdown", (event) => { from = event.clientY; grip.setPointerCapture(event.pointerId); });
  grip.addEventListener("pointermove", (event) => {
    if (from === null) return;
    growPanel(from - event.clientY);
    from = event.clientY;
  });
  grip.addEventListener("pointerup", () => { from = null; });
  new ResizeObserver(() => { if (panel.tab === "list") renderList(); }).observe(byId("panel"));
}

function listenTools() {
  const click = { next: () => nextFailure(1), scale: toggleScale, out: () => zoomMiddle(1 / 0.6), in: () => zoomMiddle(0.6), fit: fitAll,
    theme: toggleTheme, help: toggleHelp, replay: copyReplay, failing: nextFailingRun };
  for (const [id, act] of Object.entries(click)) byId(id).addEventListener("click", act);
  byId("search").addEventListener("input", (event) => setFilter(event.target.value, state.filter));
  byId("filter").addEventListener("change", (event) => setFilter(state.query, event.target.value));
  byId("which").addEventListener("change", (event) => showRun(Number(event.target.value)));
}

function listenChart() {
  const chart = byId("chart"), tree = byId("lanes");
  chart.addEventListener("wheel", onWheel, { passive: false });
  chart.addEventListener("pointerdown", onDown);
  chart.addEventListener("pointermove", onMove);
  chart.addEventListener("pointerup", onUp);
  chart.addEventListener("pointercancel", onUp);
  chart.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") hoverOff(); });
  tree.addEventListener("scroll", () => { if (!state.hover) changed(); else { hoverOff(); } });
  tree.addEventListener("click", (event) => {
    const label = event.target.closest(".lane[data-row]");
    if (!label) return;
    const number = Number(label.dataset.row), row = state.rows[number];
    chooseRow(number, true);
    if (row.group >= 0) foldChosen();
    else say(label.getAttribute("aria-label"));
  });
  tree.addEventListener("focusin", (event) => {
    const label = event.target.closest(".lane[data-row]");
    if (label && Number(label.dataset.row) !== state.row) chooseRow(Number(label.dataset.row), true);
  });
  new ResizeObserver(arrange).observe(chart);
  listenOverview();
}

function begin() {
  canvas = byId("canvas");
  pen = canvas.getContext("2d");
  byId("app").hidden = false;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  setTheme(dark.matches);
  dark.addEventListener("change", () => setTheme(dark.matches));
  if (!DATA.runs.length) { byId("name").textContent = "No run is on this page."; return; }
  fillRuns();
  listenTools();
  listenPanel();
  listenChart();
  document.addEventListener("keydown", onKey);
  window.addEventListener("beforeprint", preparePrint);
  window.addEventListener("afterprint", afterPrint);
  const failing = DATA.runs.findIndex((run) => !run.passed);
  showRun(Math.max(failing, 0));
}

begin();
