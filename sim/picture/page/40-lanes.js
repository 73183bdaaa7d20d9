/* The lanes: bars, the breaker's strip, signs, labels. Only what can be seen is drawn. */

const xOf = (box, place) => box.x0 + (place - state.view.from) / (state.view.to - state.view.from) * (box.x1 - box.x0);
const placeOf = (box, x) => state.view.from + (x - box.x0) / (box.x1 - box.x0) * (state.view.to - state.view.from);
const instantX = (box, instant) => xOf(box, state.axis.place[instant]);

/* The bars of a lane that the view has a part of: [first, beyond the last). */
function visibleBars(bars, service) {
  const place = state.axis.place, end = bars.start[service + 1];
  const first = firstPlace(bars.start[service], end, (b) => place[bars.to[b]] >= state.view.from);
  return [first, firstPlace(first, end, (b) => place[bars.from[b]] > state.view.to)];
}

function visibleMarks(service) {
  const { marks, at } = state.model, place = state.axis.place, end = marks.start[service + 1];
  const placed = (m) => place[at(marks.item[m], EVENT.INSTANT)];
  const first = firstPlace(marks.start[service], end, (m) => placed(m) >= state.view.from);
  return [first, firstPlace(first, end, (m) => placed(m) > state.view.to)];
}

/* What stands in a bar, the longest wording first. */
function barTexts(kind, bar) {
  const { model } = state, event = model.bars.event[bar], detail = model.detail(event);
  const attempt = model.bars.attempt[bar] ? "#" + model.bars.attempt[bar] : "";
  switch (kind) {
    case "waiting": {
      const brief = detail.replace(/^(\d+\.\d\d)\d+/, "$1"), short = brief.split(":")[0];
      const word = model.type(event) === "backing-off" ? "backoff " : "";
      return [word + brief, word + short, short, short.split(",")[0]];
    }
    case "cooling": return ["breaker open: " + detail, "breaker open", "open"];
    case "held": return [/^(paused|quarantined)$/.test(model.type(event)) ? model.type(event) : kind, ""];
    case "ended": return [detail, ""];
    case "idle": return [""];
    case "running": return [attempt + "  " + shortText(lengthOf(bar)), attempt];
    default: return [(attempt + "  " + kind).trim(), attempt || kind];
  }
}

function lengthOf(bar) {
  const { bars, exact } = state.model;
  return exact(bars.to[bar]) - exact(bars.from[bar]);
}

/* A length for a glance: what is below a thousandth of it is left out. The tip has all of it. */
function shortText(ns) {
  let unit = 1n;
  while (unit * 10000n <= ns) unit *= 10n;
  return durationText(ns < 60000000000n ? ns / unit * unit : ns / 1000000000n * 1000000000n);
}

/* Bars that share a pixel are drawn as one, in the kind that has the most of it. */
function drawBars(ctx, box, service) {
  const { bars } = state.model, [first, end] = visibleBars(bars, service);
  let run = null;
  const flush = () => {
    if (!run) return;
    const look = BARS[DATA.kinds[run.kind]], h = Math.max(Math.round(box.h * look.height), 2);
    rect(ctx, look.edge || look.fill, run.x0, box.y + (box.h - h) / 2, Math.max(run.x1 - run.x0, run.live ? 2 : 1), h);
    run = null;
  };
  for (let b = first; b < end; b++) {
    const x0 = Math.max(instantX(box, bars.from[b]), box.x0 - 20), x1 = Math.min(instantX(box, bars.to[b]), box.x1 + 20);
    const kind = bars.kind[b], wide = x1 - x0;
    if (wide >= 1.5) {
      flush();
      drawBar(ctx, box, b, x0, x1);
    } else if (run && x0 - run.x1 < 1) {
      if (wide > run.most || (LIVE.has(kind) && !run.live)) { run.kind = kind; run.most = wide; }
      run.live = run.live || LIVE.has(kind);
      run.x1 = Math.max(run.x1, x1);
      if (run.x1 - run.x0 > 3) flush();
    } else {
      flush();
      run = { x0, x1, kind, most: wide, live: LIVE.has(kind) };
    }
  }
  flush();
}

function drawBar(ctx, box, bar, x0, x1) {
  const kind = DATA.kinds[state.model.bars.kind[bar]], look = BARS[kind];
  const h = Math.max(Math.round(box.h * look.height), 1), w = Math.max(x1 - x0 - (x1 - x0 > 3 ? 1 : 0), 1);
  const left = Math.max(x0, box.x0), room = Math.min(x1, box.x1) - left - 16;
  ctx.font = FONT;
  const text = room < 20 || box.h < 11 ? "" : wording(ctx, barTexts(kind, bar), room);
  const x = left + (LIVE.has(KIND[kind]) ? 6 : 10), width = text ? widthOf(ctx, text) : 0;
  const skipped = text && kind === "ended" ? x + width + 5 - x0 : 0; // a thin line goes on behind its text
  paintBar(ctx, look, { x: x0 + skipped, y: Math.round(box.y + (box.h - h) / 2), w: Math.max(w - skipped, 0), h });
  if (!text) return;
  if (look.hatch) { // letters need a ground without lines
    rect(ctx, look.fill, x - 3, box.y + box.h / 2 - 7, width + 6, 14);
  }
  write(ctx, look.ink, text, x, box.y + box.h / 2 + 0.5);
}

/* The breaker: a strip beneath the lane, whole while it is open, broken while half-open. */
function drawBreaker(ctx, box, service) {
  const { breakers } = state.model, [first, end] = visibleBars(breakers, service);
  ctx.fillStyle = palette.breaker;
  for (let b = first; b < end; b++) {
    const x0 = Math.max(instantX(box, breakers.from[b]), box.x0), x1 = Math.min(instantX(box, breakers.to[b]), box.x1);
    const y = box.y + box.h + 1;
    if (breakers.kind[b] === KIND.open || x1 - x0 < 6) ctx.fillRect(x0, y, Math.max(x1 - x0, 2), 3);
    else for (let x = x0; x < x1; x += 6) ctx.fillRect(x, y, Math.min(3, x1 - x), 3);
  }
}

/* Signs that would cover each other become one, the worst of them. */
function drawMarks(ctx, box, service) {
  const { marks, signs, at } = state.model, [first, end] = visibleMarks(service), r = Math.min(4.2, box.h * 0.28);
  let x = -Infinity, worst = 0, chosen = false;
  const flush = () => {
    if (!worst) return;
    paintSign(ctx, SIGNS[worst - 1].shape, x, box.y + box.h / 2, r);
    if (chosen) ringAround(ctx, x, box.y + box.h / 2, r);
  };
  for (let m = first; m < end; m++) {
    const e = marks.item[m], here = instantX(box, at(e, EVENT.INSTANT)), sign = signs[e];
    if (here - x > r * 1.7) { flush(); x = here; worst = sign; chosen = false; }
    else if (SIGNS[sign - 1].bad > SIGNS[worst - 1].bad) worst = sign;
    chosen = chosen || e === state.event;
  }
  flush();
}

function ringAround(ctx, x, y, r) {
  ctx.strokeStyle = palette.focus;
  ctx.lineWidth = 2;
  ctx.beginPath();
  ctx.arc(x, y, r + 5, 0, 7);
  ctx.stroke();
}

/* The event under keyboard selection, where no sign shows it. */
function drawChosen(ctx, box, service) {
  const { model, event } = state;
  if (event < 0 || model.at(event, EVENT.SUBJECT_KIND) !== SUBJECT.SERVICE || model.at(event, EVENT.SUBJECT) !== service) return;
  const x = instantX(box, model.at(event, EVENT.INSTANT));
  rect(ctx, "focus", x - 1, box.y - 3, 2, box.h + 6);
  ringAround(ctx, x, box.y + box.h / 2, 4.2);
}

/* The row of a group: how many of its services live, its failures, what befell itself. */
function drawGroup(ctx, box, group) {
  const { model } = state, { steps, fails, peak } = liveSteps(model, group);
  drawSteps(ctx, { ...box, y: box.y, h: box.h }, steps, Math.max(peak, 1), false);
  ctx.fillStyle = palette.bad;
  let last = -9;
  for (let i = firstPlace(0, fails.length, (k) => state.axis.place[fails[k]] >= state.view.from); i < fails.length; i++) {
    const x = instantX(box, fails[i]);
    if (x > box.x1) break;
    if (x - last >= 2) { ctx.fillRect(x - 0.75, box.y + box.h - 5, 1.5, 7); last = x; }
  }
  for (const e of slice(model.groupEvents, group)) {
    const x = instantX(box, model.at(e, EVENT.INSTANT));
    if (x < box.x0 || x > box.x1) continue;
    paintSign(ctx, model.type(e) === "limit-exhausted" ? "octagon" : "block", x, box.y + box.h / 2, 4);
  }
}

/* A step function of time as an area: for each column of pixels the lowest and the highest value
 * in it. Columns that look the same are one rectangle; a path of so many points would be slow. */
function drawSteps(ctx, box, steps, peak, outlined) {
  const count = steps.length / 2, place = state.axis.place, width = Math.ceil(box.x1 - box.x0);
  const end = Math.min(instantX(box, state.model.run.end) - box.x0, width);
  const low = new Float64Array(width + 1).fill(NaN), high = new Float64Array(width + 1);
  const fill = (from, to, value) => {
    for (let c = Math.max(Math.floor(from), 0); c <= to && c < width; c++) {
      if (!(low[c] <= value)) low[c] = value;
      if (value > high[c]) high[c] = value;
    }
  };
  let i = firstPlace(0, count, (k) => place[steps[2 * k]] > state.view.from) - 1;
  let level = i >= 0 ? steps[2 * i + 1] : 0, x = i >= 0 ? 0 : Math.max(xOf(box, place[0]) - box.x0, 0);
  for (i++; i < count; i++) {
    const next = instantX(box, steps[2 * i]) - box.x0;
    if (next > end) break;
    fill(x, next, level);
    level = steps[2 * i + 1];
    x = next;
  }
  fill(x, end, level);
  for (let c = 0, from = 0; c < width; c++) {
    if (low[c + 1] === low[c] && high[c + 1] === high[c]) continue;
    if (low[c] === low[c]) {
      const top = Math.round(box.y + box.h - high[c] / peak * box.h), bottom = Math.round(box.y + box.h - low[c] / peak * box.h);
      rect(ctx, "plot-soft", box.x0 + from, top, c + 1 - from, box.y + box.h - top);
      ctx.globalAlpha = bottom - top > 12 ? 0.5 : 1; // many steps in a pixel
      if (outlined) rect(ctx, "plot", box.x0 + from, top, c + 1 - from, bottom - top + 1);
      ctx.globalAlpha = 1;
    }
    from = c + 1;
  }
}

/* One row; box is the room of its lane. */
function drawRow(ctx, box, row) {
  const inner = { ...box, y: box.y + 4, h: box.h - 9 };
  if (row.group >= 0) {
    drawGroup(ctx, inner, row.group);
    return;
  }
  drawBars(ctx, inner, row.service);
  drawBreaker(ctx, inner, row.service);
  drawMarks(ctx, inner, row.service);
  drawChosen(ctx, inner, row.service);
}
