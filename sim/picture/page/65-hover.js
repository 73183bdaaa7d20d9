/* What lies under the pointer, and the tip that tells it. */

function subjectName(model, e) {
  const kind = model.at(e, EVENT.SUBJECT_KIND), subject = model.at(e, EVENT.SUBJECT), { run } = model;
  if (kind === SUBJECT.SERVICE) return run.services[subject][0];
  if (kind === SUBJECT.GROUP) return model.groupPaths[subject];
  return kind === SUBJECT.CONDITION ? run.conditions[subject][0] : "supervisor";
}

const within = (part, y) => part && y >= part.y && y < part.y + part.h;

function rowAt(y) {
  if (!within(layout.lanes, y)) return -1;
  const row = Math.floor((y - layout.lanes.y - 4 + byId("lanes").scrollTop) / layout.rowHeight);
  return row >= 0 && row < state.rows.length ? row : -1;
}

/* The event of a lane nearest to x: one with a sign from farther away than one without. */
function eventNear(events, box, x) {
  const { model } = state, place = state.axis.place;
  const placed = (e) => place[model.at(e, EVENT.INSTANT)];
  let best = -1, nearest = 7;
  const left = placeOf(box, x - 7), right = placeOf(box, x + 7);
  for (let i = firstPlace(0, events.length, (k) => placed(events[k]) >= left); i < events.length && placed(events[i]) <= right; i++) {
    const far = Math.abs(instantX(box, model.at(events[i], EVENT.INSTANT)) - x);
    const reach = model.signs[events[i]] ? far : far + 4;
    if (reach < nearest || (best >= 0 && reach === nearest && model.signs[events[i]] && isBad(model, events[i]))) { best = events[i]; nearest = reach; }
  }
  return best;
}

function barNear(bars, service, box, x) {
  const [first, end] = visibleBars(bars, service);
  let best = -1, nearest = 3;
  const near = firstPlace(first, end, (b) => instantX(box, bars.to[b]) >= x - 3);
  for (let b = near; b < end && instantX(box, bars.from[b]) <= x + 3; b++) {
    const far = Math.max(instantX(box, bars.from[b]) - x, x - instantX(box, bars.to[b]), 0);
    if (far < nearest) { best = b; nearest = far; }
  }
  return best;
}

/* { event }, { bar }, { check }, { band } or nothing. */
function hit(x, y) {
  const box = across(), { model } = state;
  if (x < box.x0) return {};
  if (within(layout.checks, y)) {
    const mark = checkMarks(box).find((one) => Math.abs(one.x - x) < 9);
    return mark ? { checks: mark.checks } : {};
  }
  if (within(layout.operator, y)) {
    const marks = commandMarks(box).filter((one) => x > one.x - 5 && x < one.x + 60);
    return marks.length ? { event: marks[marks.length - 1].events[0], also: marks[marks.length - 1].events.length - 1 } : {};
  }
  const band = layout.bands.find((one) => within(one, y));
  if (band) return bandAt(box, band.condition, x);
  const row = rowAt(y);
  if (row < 0) return plotAt(box, x, y);
  const { service, group } = state.rows[row];
  const event = eventNear(group >= 0 ? slice(model.groupEvents, group) : slice(model.laneEvents, service), box, x);
  const strip = group < 0 && (y - layout.lanes.y - 4 + byId("lanes").scrollTop) % layout.rowHeight > layout.rowHeight - 6;
  if (strip) {
    const breaker = barNear(model.breakers, service, box, x);
    if (breaker >= 0) return { row, bar: breaker, of: model.breakers };
  }
  if (event >= 0) return { row, event };
  if (group >= 0) return { row, live: valueAt(liveSteps(model, group).steps, placeOf(box, x)), group };
  const bar = barNear(model.bars, service, box, x);
  return bar >= 0 ? { row, bar, of: model.bars } : { row };
}

function bandAt(box, condition, x) {
  const { bands } = state.model.run;
  for (let b = 0; b < bands.length; b += 4) {
    if (bands[b] === condition && instantX(box, bands[b + 2]) <= x && instantX(box, bands[b + 3]) >= x) return { band: b };
  }
  return {};
}

function valueAt(steps, place) {
  const i = firstPlace(0, steps.length / 2, (k) => state.axis.place[steps[2 * k]] > place) - 1;
  return i >= 0 ? steps[2 * i + 1] : 0;
}

function plotAt(box, x, y) {
  const top = layout.lanes.y + 4 - byId("lanes").scrollTop;
  const one = layout.plots.find((plot) => within(plot, y)) ||
    layout.scrolled.find((plot) => within({ y: plot.y + top, h: plot.h }, y));
  if (!one) return {};
  const plot = state.model.run.plots[one.plot];
  return { plot, value: valueAt(plot.steps, placeOf(box, x)) };
}

/* ---- the tip ---- */

/* What is told of a hit: [strong line, more lines…, because]. */
function tellHit(found) {
  if (found.checks) return tellChecks(found.checks);
  if (found.event !== undefined) return tellEvent(found.event, found.also);
  if (found.bar !== undefined) return tellBar(found.bar, found.of);
  if (found.band !== undefined) return tellBand(found.band);
  if (found.plot) return { strong: plain(found.plot.name) + ": " + found.value + plain(found.plot.unit || ""), lines: [] };
  if (found.live !== undefined) return { strong: state.model.groupPaths[found.group] + ": " + found.live + " live", lines: [] };
  return null;
}

function tellEvent(e, also) {
  const { model } = state, why = model.because(e);
  const more = also ? ["and " + also + " more here"] : [];
  const kind = model.at(e, EVENT.SUBJECT_KIND), name = kind === SUBJECT.SUPERVISOR ? "" : subjectName(model, e) + "  ";
  return { strong: name + model.type(e) + "  " + model.detail(e), lines: ["at " + model.when(model.at(e, EVENT.INSTANT)), ...more], why };
}

function tellBar(bar, of) {
  const { model } = state, { exact, when } = model, kind = DATA.kinds[of.kind[bar]];
  const attempt = of.attempt[bar] ? ", attempt #" + of.attempt[bar] : "";
  const length = durationText(exact(of.to[bar]) - exact(of.from[bar]));
  const name = model.run.services[of.lane[bar]][0], event = of.event[bar];
  const begun = event >= 0 && event < model.count ? model.type(event) + "  " + model.detail(event) : "";
  return {
    strong: name + "  " + (of === model.breakers ? "breaker " : "") + kind + attempt,
    lines: ["from " + when(of.from[bar]) + " to " + when(of.to[bar]) + ", " + length, begun],
    why: begun ? model.because(event) : "",
  };
}

function tellBand(b) {
  const { run, exact, when } = state.model, { bands } = run;
  return {
    strong: run.conditions[bands[b]][0] + " is " + run.words[bands[b + 1]],
    lines: ["from " + when(bands[b + 2]) + " to " + when(bands[b + 3]) + ", " + durationText(exact(bands[b + 3]) - exact(bands[b + 2]))],
  };
}

function tellChecks(checks) {
  const { expectations } = state.model.run, broken = checks.filter((i) => !expectations[i].held);
  const first = expectations[broken.length ? broken[0] : checks[0]];
  const lines = first.held ? [first.source] : ["expected " + first.expected, "found " + first.found];
  const many = checks.length > 1 ? ", " + checks.length + " here" : "";
  return {
    strong: (first.held ? "held" : "broken") + many + (broken.length > 1 ? ", " + broken.length + " broken" : ""),
    lines: [...lines, first.file + ":" + first.line],
  };
}

function showTip(x, y) {
  const tip = byId("tip"), told = state.hover ? tellHit(state.hover.found) : null;
  tip.hidden = !told;
  if (!told) return;
  const lines = told.lines.filter(Boolean).map((text) => make("p", "own", text));
  tip.replaceChildren(make("b", "own", told.strong), ...lines, told.why ? make("p", "why own", "because " + told.why) : "");
  const w = tip.offsetWidth, h = tip.offsetHeight;
  tip.style.left = Math.max(4, Math.min(x + 14, layout.width - w - 6)) + "px";
  tip.style.top = (y + 18 + h < layout.height ? y + 18 : Math.max(2, y - h - 12)) + "px";
}

function hoverAt(x, y) {
  const box = across(), found = hit(x, y), pixel = (state.view.to - state.view.from) / (box.x1 - box.x0);
  state.hover = { x, y, row: found.row, found, ns: nsAt(placeOf(box, x), pixel * 4) };
  byId("chart").style.cursor = found.event !== undefined || found.checks ? "pointer" : "";
  showTip(x, y);
  changed();
}

function hoverOff() {
  state.hover = null;
  byId("tip").hidden = true;
  changed();
}
