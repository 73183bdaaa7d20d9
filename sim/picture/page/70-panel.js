/* Below: expectations, the list of events, details of one, the legend. */

const panel = { tab: "checks", shut: false, all: false, events: null };
const TABS = ["checks", "list", "details", "legend"];

function showTab(tab, keepShut) {
  panel.tab = tab;
  if (!keepShut) panel.shut = false;
  byId("panel").classList.toggle("shut", panel.shut);
  byId("fold").replaceChildren(panel.shut ? "▲" : "▼", make("span", "wide", panel.shut ? " open" : " close"));
  byId("fold").setAttribute("aria-label", panel.shut ? "Open the panel" : "Close the panel");
  byId("fold").setAttribute("aria-expanded", !panel.shut);
  for (const one of TABS) {
    const on = one === tab;
    byId("tab-" + one).setAttribute("aria-selected", on);
    byId("tab-" + one).tabIndex = on ? 0 : -1;
    byId(one).hidden = !on;
  }
  if (tab === "list") fillList();
  if (tab === "legend" && !byId("legend").firstChild) fillLegend();
  arrange();
}

function togglePanel() {
  panel.shut = !panel.shut;
  showTab(panel.tab, true);
}

/* ---- expectations ---- */

function fillChecks() {
  const { run } = state.model, box = byId("checks"), parts = [];
  if (run.message) parts.push(make("p", "message", own(run.message)));
  if (run.note) parts.push(make("p", "note", own(run.note)));
  const order = run.expectations.map((_, i) => i).sort((a, b) => run.expectations[a].held - run.expectations[b].held);
  for (const i of order) parts.push(checkButton(i));
  if (!run.expectations.length) parts.push(make("p", "note", "The file expects nothing of this run."));
  if (run.measures.length) parts.push(make("h2", "", "Measures"), pairs(run.measures.map((one) => [plain(one.name), plain(one.value)])));
  box.replaceChildren(...parts);
  const broken = run.expectations.filter((one) => !one.held).length;
  byId("tab-checks").textContent = broken ? "Expectations (" + broken + " broken)" : "Expectations (" + run.expectations.length + ")";
}

function checkButton(i) {
  const one = state.model.run.expectations[i], { when } = state.model;
  const text = make("div", "");
  const where = one.at < 0 ? "whole run" : one.to > one.at ? when(one.at) + " to " + when(one.to) : "at " + when(one.at);
  if (!one.held) text.append(pairs([["expected", one.expected], ["found", one.found]]));
  text.append(make("code", "own", one.source), " ", make("span", "place own", one.file + ":" + one.line + ", " + where));
  const button = make("button", "check" + (one.held ? "" : " broken"), make("span", "sign", one.held ? "✓" : "◆"), text);
  button.type = "button";
  button.id = "check-" + i;
  button.setAttribute("aria-label", (one.held ? "held: " : "broken: ") +
    (one.held ? one.source : "expected " + one.expected + ", found " + one.found) + ", line " + one.line);
  button.addEventListener("click", () => openCheck(i));
  return button;
}

/* Shows where an expectation is about: its instant, its services. */
function openCheck(i) {
  const one = state.model.run.expectations[i];
  state.check = i;
  if (one.services.length) {
    const row = bringRow(one.services[0]);
    arrange();
    if (row >= 0) { state.row = row; scrollToRow(row, true); }
  }
  reveal(checkInstant(one));
  showTab("checks");
  for (const other of document.querySelectorAll(".check.chosen")) other.classList.remove("chosen");
  const button = byId("check-" + i);
  button.classList.add("chosen");
  button.scrollIntoView({ block: "nearest" });
  say((one.held ? "Held: " + one.source : "Broken: expected " + one.expected + ", found " + one.found) + " (" + one.file + ":" + one.line + ")");
  changed();
}

function pairs(list) {
  const made = make("dl", "");
  for (const [name, value] of list) made.append(make("dt", "", name), make("dd", "", String(value)));
  return made;
}

/* ---- the list of events: only its rows in sight exist ---- */

const ROW = 22;

function fillList() {
  const { model, rows } = state, row = rows[state.row], picked = panel.all || !row ? null : row;
  const name = !picked ? "all services" : picked.group >= 0 ? "group " + model.groupPaths[picked.group] : model.run.services[picked.service][0];
  panel.events = !picked ? null : picked.group >= 0 ? slice(model.groupEvents, picked.group) : slice(model.laneEvents, picked.service);
  panel.count = panel.events ? panel.events.length : model.count;
  const all = make("button", "", "all services");
  all.type = "button";
  all.setAttribute("aria-pressed", panel.all);
  all.addEventListener("click", () => { panel.all = !panel.all; fillList(); });
  const grid = make("div", "");
  grid.id = "grid";
  grid.tabIndex = 0;
  grid.setAttribute("role", "grid");
  grid.setAttribute("aria-label", "Events of " + name);
  grid.setAttribute("aria-rowcount", panel.count + 1);
  grid.addEventListener("scroll", renderList);
  grid.addEventListener("keydown", listKey);
  byId("list").replaceChildren(make("div", "", all, make("span", "", counted(panel.count, "event") + " of ", make("b", "own", name))), grid);
  byId("list").firstChild.id = "scope";
  const at = positionOf(state.event);
  if (at >= 0) grid.scrollTop = at * ROW - grid.clientHeight / 2;
  renderList();
}

const eventAt = (i) => panel.events ? panel.events[i] : i;
function positionOf(e) {
  if (e < 0) return -1;
  if (!panel.events) return e;
  const i = firstPlace(0, panel.events.length, (k) => panel.events[k] >= e);
  return panel.events[i] === e ? i : -1;
}

function renderList() {
  const grid = byId("grid");
  if (!grid) return;
  const first = Math.max(Math.floor(grid.scrollTop / ROW) - 6, 0);
  const end = Math.min(first + Math.ceil((grid.clientHeight || 200) / ROW) + 14, panel.count);
  const heads = make("div", "row heads", ...["at", "who", "event", "what", "because"].map((text) => cell("columnheader", text)));
  heads.setAttribute("role", "row");
  heads.setAttribute("aria-rowindex", 1);
  const extent = make("div", "");
  extent.setAttribute("role", "rowgroup");
  extent.style.cssText = "position:relative;min-width:720px;height:" + panel.count * ROW + "px";
  for (let i = first; i < end; i++) extent.append(listRow(i));
  grid.replaceChildren(heads, extent);
  const chosen = positionOf(state.event);
  if (chosen >= first && chosen < end) grid.setAttribute("aria-activedescendant", "event-" + state.event);
  else grid.removeAttribute("aria-activedescendant");
}

function cell(role, text) {
  const made = make("span", "", text);
  made.setAttribute("role", role);
  return made;
}

function listRow(i) {
  const { model } = state, e = eventAt(i);
  const row = make("div", "row" + (isBad(model, e) ? " bad" : "") + (e === state.event ? " chosen" : ""),
    ...[model.when(model.at(e, EVENT.INSTANT)), subjectName(model, e), model.type(e), model.detail(e), model.because(e)].map((text) => cell("gridcell", text)));
  row.id = "event-" + e;
  row.style.top = i * ROW + "px";
  row.setAttribute("role", "row");
  row.setAttribute("aria-rowindex", i + 2);
  row.setAttribute("aria-selected", e === state.event);
  row.addEventListener("click", () => chooseEvent(e));
  row.addEventListener("dblclick", () => openEvent(e));
  return row;
}

function listKey(event) {
  const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -1e9, End: 1e9 };
  if (event.key in moves && panel.count) {
    const at = positionOf(state.event), to = Math.max(0, Math.min(at + moves[event.key], panel.count - 1));
    chooseEvent(eventAt(to));
  } else if (event.key === "Enter" && state.event >= 0) openEvent(state.event);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/* ---- one event ---- */

/* Selects an event, shows where it lies, and says it. */
function chooseEvent(e) {
  const { model } = state;
  state.event = e;
  if (model.at(e, EVENT.SUBJECT_KIND) === SUBJECT.SERVICE) {
    const row = bringRow(model.at(e, EVENT.SUBJECT));
    if (row >= 0 && (!panel.all || panel.tab !== "list")) { state.row = row; }
    if (row >= 0) scrollToRow(row, false);
  }
  reveal(model.at(e, EVENT.INSTANT));
  say(sentenceOf(e));
  if (panel.tab === "list" && !panel.shut) keepInList(e);
  if (panel.tab === "details") fillDetails();
  changed();
}

function keepInList(e) {
  const grid = byId("grid"), at = positionOf(e);
  if (!grid || at < 0) { fillList(); return; }
  if (at * ROW < grid.scrollTop) grid.scrollTop = at * ROW;
  else if ((at + 2) * ROW > grid.scrollTop + grid.clientHeight) grid.scrollTop = (at + 2) * ROW - grid.clientHeight;
  renderList();
}

function sentenceOf(e) {
  const { model } = state, why = model.because(e);
  return subjectName(model, e) + ", " + model.when(model.at(e, EVENT.INSTANT)) + ": " + (model.type(e) + " " + model.detail(e)).trim() + (why ? ", because " + why : "");
}

function openEvent(e) {
  chooseEvent(e);
  fillDetails();
  showTab("details");
}

function fillDetails() {
  const { model, event } = state, box = byId("details");
  if (event < 0) {
    box.replaceChildren(make("p", "note", "Select an event: click one, or press [ or ] in a lane."), pairs(runFacts()));
    return;
  }
  const list = [["at", model.when(model.at(event, EVENT.INSTANT)) + "  (" + model.run.instants[model.at(event, EVENT.INSTANT)] + " ns)"],
    ["who", subjectName(model, event)], ["event", model.type(event)], ["what", model.detail(event)]];
  if (model.outcome[event] >= 0) list.push(["outcome", model.run.words[model.outcome[event]]]);
  if (model.because(event)) list.push(["because", model.because(event)]);
  list.push(["number", event + 1 + " of " + model.count]);
  if (model.at(event, EVENT.SUBJECT_KIND) === SUBJECT.SERVICE) list.push(["its story", summaryOf(model, model.at(event, EVENT.SUBJECT))]);
  box.replaceChildren(make("h2", "", own(model.type(event) + " of " + subjectName(model, event))), pairs(list));
}

function runFacts() {
  const { run } = state.model;
  return [["events", run.events_total], ["end", state.model.when(run.end)],
    ["rehearse", plain(DATA.version)]];
}
