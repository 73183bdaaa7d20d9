/* Wheel, pointers, touch and keys. */

const smooth = (delta) => Math.exp(Math.max(-120, Math.min(delta, 120)) * 0.003);

/* Plain wheel scrolls the lanes if there are more than fit, else it zooms. */
function onWheel(event) {
  const box = byId("chart").getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
  const scale = event.deltaMode === 1 ? 20 : event.deltaMode === 2 ? 400 : 1;
  const dx = event.deltaX * scale, dy = event.deltaY * scale, tree = byId("lanes");
  const zooms = event.ctrlKey || event.metaKey, sideways = event.shiftKey || Math.abs(dx) > Math.abs(dy);
  if (!zooms && !sideways && (x < layout.label || within(layout.lanes, y)) && tree.scrollHeight > tree.clientHeight + 1) return;
  event.preventDefault();
  if (sideways && !zooms) panBy((event.shiftKey && !dx ? dy : dx) / (layout.width - layout.label));
  else zoomAt(placeOf(across(), Math.max(x, layout.label)), smooth(zooms && Math.abs(dy) < 30 ? dy * 4 : dy));
  if (x >= layout.label) hoverAt(x, y);
}

/* One pointer pans, two pinch; what hardly moved was a click. */
const touches = new Map();
let dragged = 0, measuring = false, clickAt = { time: 0, x: 0 };

const pointOf = (event) => {
  const box = byId("chart").getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
};

function onDown(event) {
  const at = pointOf(event);
  if (event.button !== 0 || at.x < layout.label || event.target.closest("#overview")) return;
  touches.set(event.pointerId, at);
  dragged = touches.size > 1 ? 99 : 0;
  measuring = event.shiftKey;
  if (measuring) state.range = { from: snappedAt(at.x), to: snappedAt(at.x) };
  if (event.pointerType !== "touch") byId("canvas").setPointerCapture(event.pointerId);
}

function onMove(event) {
  const at = pointOf(event), before = touches.get(event.pointerId);
  if (!before) {
    if (event.pointerType === "mouse") { if (at.x >= layout.label) hoverAt(at.x, at.y); else hoverOff(); }
    return;
  }
  if (touches.size === 1) pan(before, at, event.pointerType !== "touch");
  else pinch(event.pointerId, at);
  touches.set(event.pointerId, at);
}

/* Ends of a measured stretch keep to the instants near them. */
function snappedAt(x) {
  const box = across();
  return snapped(placeOf(box, x), 6 * (state.view.to - state.view.from) / (box.x1 - box.x0));
}

/* The measured stretch, in its order: [from, to] as instants. */
function rangeNs() {
  const { from, to } = state.range;
  return [nsAt(Math.min(from, to), 0), nsAt(Math.max(from, to), 0)];
}

function pan(before, at, vertically) {
  dragged += Math.abs(at.x - before.x) + Math.abs(at.y - before.y);
  if (dragged < 4) return;
  if (measuring) { state.range.to = snappedAt(at.x); hoverAt(at.x, at.y); return; }
  byId("chart").classList.add("panning");
  hoverOff();
  panBy((before.x - at.x) / (layout.width - layout.label));
  if (vertically) byId("lanes").scrollTop += before.y - at.y;
}

function pinch(moving, at) {
  const [fixed] = [...touches].filter(([id]) => id !== moving).map(([, point]) => point);
  const before = touches.get(moving), box = across();
  const was = Math.max(Math.abs(before.x - fixed.x), 12), is = Math.max(Math.abs(at.x - fixed.x), 12);
  zoomAt(placeOf(box, (before.x + fixed.x) / 2), was / is);
  panBy((before.x - at.x) / 2 / (box.x1 - box.x0));
}

function onUp(event) {
  const at = touches.get(event.pointerId);
  touches.delete(event.pointerId);
  byId("chart").classList.remove("panning");
  if (measuring && at) {
    measuring = false;
    if (dragged < 4) state.range = null;
    else {
      const [from, to] = rangeNs();
      say("From " + durationText(from) + " to " + durationText(to) + ": " + durationText(to - from) + ". z zooms to it, Escape forgets it.");
    }
  }
  if (!at || dragged >= 4 || event.type === "pointercancel") return;
  if (event.timeStamp - clickAt.time < 350 && Math.abs(at.x - clickAt.x) < 12) { clickAt.time = 0; onDouble(at); return; }
  clickAt = { time: event.timeStamp, x: at.x };
  onClick(at, event.pointerType === "touch");
}

function onClick(at, touch) {
  const found = hit(at.x, at.y);
  if (touch) hoverAt(at.x, at.y);
  if (found.row !== undefined) chooseRow(found.row, !touch);
  if (found.checks) {
    const broken = found.checks.find((i) => !state.model.run.expectations[i].held);
    openCheck(broken !== undefined ? broken : found.checks[0]);
  } else if (found.event !== undefined) {
    state.event = found.event;
    say(sentenceOf(found.event));
    fillDetails();
    if (!touch) showTab("details", panel.shut);
  } else if (found.bar !== undefined) {
    const told = tellBar(found.bar, found.of);
    say([told.strong, ...told.lines].filter(Boolean).join(", ") + (told.why ? ", because " + told.why : ""));
  }
  changed();
}

/* A bar that is clearly smaller than the view fills it; else in, around the pointer. */
function onDouble(at) {
  const found = hit(at.x, at.y), { place } = state.axis, length = state.view.to - state.view.from;
  if (found.bar !== undefined) {
    const from = place[found.of.from[found.bar]], to = place[found.of.to[found.bar]];
    if (to > from && to - from < length * 0.6) { setView(from - (to - from) * 0.15, to + (to - from) * 0.15); return; }
  }
  zoomAt(placeOf(across(), at.x), 0.4);
}

/* ---- keys ---- */

/* The places that f goes to, in their order: broken expectations, then the failing instant. */
function failures() {
  const { run } = state.model, list = [];
  run.expectations.forEach((one, i) => { if (!one.held) list.push({ check: i, at: checkInstant(one) }); });
  if (run.fails_at >= 0 && !list.some((one) => one.at === run.fails_at)) list.push({ check: -1, at: run.fails_at });
  if (!list.length) { // nothing is broken: attempts that failed
    const { model } = state;
    for (let e = 0; e < model.count; e++) if (isBad(model, e)) list.push({ event: e, check: -1, at: model.at(e, EVENT.INSTANT) });
  }
  return list.sort((a, b) => a.at - b.at);
}

function nextFailure(step) {
  const list = failures();
  if (!list.length) { say("Nothing failed in this run."); return; }
  state.failure = state.failure < 0 && step < 0 ? list.length - 1 : (state.failure + step + list.length) % list.length;
  const one = list[state.failure];
  if (one.check >= 0) openCheck(one.check);
  else if (one.event !== undefined) chooseEvent(one.event);
  else { reveal(one.at); say("The run fails at " + state.model.when(one.at) + ". " + state.model.run.message); }
}

function stepEvent(by) {
  const { model, rows } = state, row = rows[state.row];
  if (!row) return;
  const events = row.group >= 0 ? slice(model.groupEvents, row.group) : slice(model.laneEvents, row.service);
  if (!events.length) { say("Nothing happened here."); return; }
  const at = firstPlace(0, events.length, (k) => events[k] >= state.event), on = events[at] === state.event;
  const to = by > 0 ? (on ? at + 1 : at) : at - 1;
  if (to < 0 || to >= events.length) say(by > 0 ? "That was the last event of this lane." : "That was the first event of this lane.");
  else chooseEvent(events[to]);
}

function groupOfRow(row) {
  return row.group >= 0 ? row.group : state.model.run.services[row.service][1];
}

/* Folds around the chosen row, or opens it again; the keyboard stays with the group. */
function foldChosen() {
  const row = state.rows[state.row], group = row ? groupOfRow(row) : -1;
  if (group < 0) { say("This service is in no group."); return; }
  toggleFold(group);
  chooseRow(state.rows.findIndex((one) => one.group === group), true);
  say("group " + state.model.groupPaths[group] + (state.folded.has(group) ? " folded" : " opened"));
}

function foldAll() {
  const { groups } = state.model.run;
  state.folded = state.folded.size ? new Set() : new Set(groups.map((_, g) => g));
  buildRows();
  arrange();
}

const page = () => Math.max(Math.floor(layout.lanes.h / layout.rowHeight) - 1, 1);
const COMMANDS = {
  ArrowLeft: (event) => panBy(event.shiftKey ? -1 : -0.1), ArrowRight: (event) => panBy(event.shiftKey ? 1 : 0.1),
  ArrowUp: () => chooseRow(state.row - 1, true), ArrowDown: () => chooseRow(state.row + 1, true),
  PageUp: () => chooseRow(state.row - page(), true), PageDown: () => chooseRow(state.row + page(), true),
  Home: () => chooseRow(0, true), End: () => chooseRow(state.rows.length - 1, true),
  "+": () => zoomMiddle(0.6), "=": () => zoomMiddle(0.6), "-": () => zoomMiddle(1 / 0.6), 0: fitAll,
  f: () => nextFailure(1), F: () => nextFailure(-1), "/": () => byId("search").focus(),
  "[": () => stepEvent(-1), "]": () => stepEvent(1), g: foldChosen, G: foldAll, t: toggleTheme, "?": toggleHelp, l: toggleScale,
  z: zoomToEvent, e: () => showTab("checks"), v: () => showTab("list"), p: togglePanel,
  Enter: () => {
    const row = state.rows[state.row];
    if (row && row.group >= 0 && state.event < 0) foldChosen();
    else if (state.event >= 0) openEvent(state.event);
    else stepEvent(1);
  },
  Escape: () => { state.event = -1; state.check = -1; state.range = null; hoverOff(); },
};

function onKey(event) {
  const typing = event.target.closest("input, select, textarea, dialog");
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing) {
    if (event.key === "Escape" && event.target.id === "search") { event.target.value = ""; setFilter("", state.filter); event.target.blur(); }
    else if (event.key === "Enter" && event.target.id === "search") chooseRow(state.row, true);
    return;
  }
  const onButton = event.target.closest("button");
  if (onButton && (event.key === "Enter" || event.key === " ")) return;
  if (onButton && onButton.role === "tab" && /^Arrow(Left|Right)$/.test(event.key)) { moveTab(event); return; }
  if (event.target.id === "grip" && /^Arrow(Up|Down)$/.test(event.key)) { growPanel(event.key === "ArrowUp" ? 24 : -24); event.preventDefault(); return; }
  if (event.target.closest("[role=tabpanel]") && /^(Arrow(Up|Down)|Page|Home|End)/.test(event.key)) return;
  const command = COMMANDS[event.key];
  if (!command) return;
  event.preventDefault();
  command(event);
}

function moveTab(event) {
  const at = TABS.indexOf(panel.tab) + (event.key === "ArrowRight" ? 1 : TABS.length - 1);
  showTab(TABS[at % TABS.length]);
  byId("tab-" + panel.tab).focus();
  event.preventDefault();
}

const zoomMiddle = (factor) => zoomAt((state.view.from + state.view.to) / 2, factor);
function fitAll() { setView(state.full.from, state.full.to); }

/* The measured stretch; else around the chosen event, its neighbours in time well apart. */
function zoomToEvent() {
  if (state.range) {
    const { from, to } = state.range;
    setView(Math.min(from, to), Math.max(from, to));
    state.range = null;
    return;
  }
  if (state.event < 0) return;
  const instant = state.model.at(state.event, EVENT.INSTANT), { place } = state.axis;
  const from = place[Math.max(instant - 3, 0)], to = place[Math.min(instant + 3, place.length - 1)], edge = (to - from) * 0.2;
  setView(from - edge, to + edge);
}
