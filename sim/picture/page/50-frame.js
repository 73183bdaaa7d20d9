/* One frame: where everything lies, the ruler, what goes across the lanes, the plots. */

const layout = { width: 0, height: 0, label: 0, rowHeight: 24, bands: [], plots: [], scrolled: [] };
let canvas, pen, pending = false;

function changed() {
  if (pending) return;
  pending = true;
  requestAnimationFrame(() => { pending = false; drawFrame(); });
}

const BANDS_MOST = 8;

/* Where each part lies. The lanes get what the rest leaves; where that is little, the plots follow
 * the lanes when these are scrolled. */
function computeLayout() {
  const chart = byId("chart"), { model, rows } = state, run = model.run;
  Object.assign(layout, { width: chart.clientWidth, height: chart.clientHeight, bands: [], plots: [], scrolled: [] });
  const small = layout.width < 700;
  layout.label = labelWidth(small);
  layout.overview = { y: 0, h: small ? 30 : 40 };
  layout.ruler = { y: layout.overview.h, h: 24 };
  let y = layout.ruler.y + layout.ruler.h;
  const part = (h) => { y += h; return { y: y - h, h }; };
  run.conditions.slice(0, BANDS_MOST).forEach((_, condition) => layout.bands.push({ ...part(18), condition }));
  layout.operator = model.commands.length || run.drains.length ? part(19) : null;
  layout.checks = run.expectations.length ? part(22) : null;
  const rest = layout.height - y, wants = rows.length * (rows.length > 12 ? 24 : 36) + 8;
  let plotHeight = 0, fixed = 0;
  if (run.plots.length && (rest > 210 || rest >= wants + 52 * run.plots.length)) {
    plotHeight = Math.max(52, Math.min(140, (rest - wants) / run.plots.length));
    fixed = Math.min(run.plots.length, Math.max(Math.floor(Math.max(rest * 0.36, rest - wants) / plotHeight), 1));
  }
  const wanted = y + rows.length * 36 + 8 + run.plots.length * 140;
  chart.style.flex = (panel.shut ? "1 1 " : "0 1 ") + wanted + "px"; // what it does not need, the panel has
  const lanes = rest - fixed * plotHeight;
  const waiting = run.plots.length - fixed;
  layout.rowHeight = Math.max(small ? 26 : 24, Math.min(36, Math.floor((lanes - 8 - waiting * 64) / Math.max(rows.length, 1))));
  const used = Math.min(lanes, rows.length * layout.rowHeight + waiting * 64 + 8);
  layout.lanes = { y, h: rows.length ? used : Math.min(lanes, 48) };
  y += layout.lanes.h;
  for (let p = 0; p < run.plots.length; p++) {
    if (p < fixed) layout.plots.push({ y: y + p * plotHeight, h: plotHeight, plot: p });
    else layout.scrolled.push({ y: rows.length * layout.rowHeight + 4 + (p - fixed) * 64, h: 64, plot: p });
  }
}

function labelWidth(small) {
  const ctx = pen, { services } = state.model.run;
  ctx.font = FONT.replace("11px", "13px");
  let widest = 90;
  for (const row of state.rows.slice(0, 400)) {
    const name = row.group >= 0 ? state.model.groupNames[row.group] + "    000" : services[row.service][0];
    widest = Math.max(widest, widthOf(ctx, name) + 34 + row.depth * 12);
  }
  return Math.round(small ? Math.min(Math.max(widest, 96), layout.width * 0.32) : Math.min(Math.max(widest, 150), 300, layout.width * 0.3));
}

const across = () => ({ x0: layout.label, x1: layout.width });

function fitCanvas() {
  const ratio = Math.min(window.devicePixelRatio || 1, 3);
  const w = Math.round(layout.width * ratio), h = Math.round(layout.height * ratio);
  if (canvas.width !== w || canvas.height !== h) { canvas.width = w; canvas.height = h; }
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
}

function clipped(ctx, x, y, w, h, draw) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, w, h);
  ctx.clip();
  draw();
  ctx.restore();
}

function drawFrame() {
  if (!state.model || !layout.width) return;
  fitCanvas();
  const ctx = pen, box = across(), { lanes } = layout;
  ctx.textBaseline = "middle";
  rect(ctx, "paper", 0, 0, layout.width, layout.height);
  rect(ctx, "panel", 0, 0, layout.label, layout.height);
  const bottom = layout.plots.length ? layout.plots[layout.plots.length - 1].y + layout.plots[0].h : lanes.y + lanes.h;
  clipped(ctx, box.x0, 0, box.x1 - box.x0, layout.height, () => {
    drawTints(ctx, { ...box, y: layout.ruler.y + layout.ruler.h, h: bottom - layout.ruler.y - layout.ruler.h });
    drawRuler(ctx, { ...box, ...layout.ruler }, bottom);
    layout.bands.forEach((band) => drawBand(ctx, { ...box, ...band }, band.condition));
    if (layout.operator) drawCommandLines(ctx, { ...box, ...layout.operator }, bottom, 1);
    clipped(ctx, box.x0, lanes.y, box.x1 - box.x0, lanes.h, () => drawLanes(ctx, box));
    if (layout.operator) drawCommandLines(ctx, { ...box, ...layout.operator }, bottom, 0.4);
    layout.plots.forEach((one) => drawPlot(ctx, { ...box, ...one }, state.model.run.plots[one.plot]));
    if (layout.operator) drawOperator(ctx, { ...box, ...layout.operator }, bottom);
    if (layout.checks) drawChecks(ctx, { ...box, ...layout.checks });
    drawFailing(ctx, { ...box, ...layout.ruler }, bottom);
    drawRange(ctx, { ...box, ...layout.ruler }, bottom);
    drawPointer(ctx, { ...box, ...layout.ruler }, bottom);
  });
  drawOverview(ctx, { ...box, ...layout.overview });
  drawRules(ctx);
  renderLabels();
  tellStretch();
}

function drawLanes(ctx, box) {
  const { y, h } = layout.lanes, top = byId("lanes").scrollTop, height = layout.rowHeight;
  const first = Math.max(Math.floor((top - 4) / height), 0);
  for (let r = first; r < state.rows.length && r * height < top + h; r++) {
    const at = { ...box, y: Math.round(y + 4 + r * height - top), h: height };
    if (r === state.row || (state.hover && state.hover.row === r)) {
      ctx.fillStyle = r === state.row ? palette.select : palette.hover;
      ctx.fillRect(box.x0, at.y, box.x1 - box.x0, height);
    }
    drawRow(ctx, at, state.rows[r]);
  }
  for (const one of layout.scrolled) {
    const at = y + 4 + one.y - top;
    if (at < y + h && at + one.h > y) drawPlot(ctx, { ...box, y: at, h: one.h }, state.model.run.plots[one.plot]);
  }
}

/* While a condition is down, a light tint through everything below. */
function drawTints(ctx, box) {
  const { bands, words } = state.model.run;
  ctx.fillStyle = palette["down-tint"];
  for (let b = 0; b < bands.length; b += 4) {
    if (words[bands[b + 1]] !== "down") continue;
    const x0 = Math.max(instantX(box, bands[b + 2]), box.x0), x1 = Math.min(instantX(box, bands[b + 3]), box.x1);
    if (x1 > x0) ctx.fillRect(x0, box.y, x1 - x0, box.h);
  }
}

function drawBand(ctx, box, condition) {
  const { bands, words } = state.model.run, { exact } = state.model;
  ctx.font = FONT;
  for (let b = 0; b < bands.length; b += 4) {
    if (bands[b] !== condition) continue;
    const x0 = Math.max(instantX(box, bands[b + 2]), box.x0), x1 = Math.min(instantX(box, bands[b + 3]), box.x1);
    if (x1 < x0) continue;
    const state_ = words[bands[b + 1]], down = state_ === "down", w = Math.max(x1 - x0, 1.5), h = down ? 12 : 6;
    const y = box.y + (box.h - h) / 2;
    rect(ctx, down ? "bad-soft" : "up", x0, y, w, h);
    if (down) {
      ctx.fillStyle = pattern(ctx, "", palette.down, "/");
      ctx.globalAlpha = 0.55;
      ctx.fillRect(x0, y, w, h);
      ctx.globalAlpha = 1;
    }
    const length = durationText(exact(bands[b + 3]) - exact(bands[b + 2]));
    const text = down || state_ !== "up" ? wording(ctx, [state_ + "  " + length, state_], w - 12) : "";
    if (text) {
      rect(ctx, down ? "bad-soft" : "up", x0 + 4, y, widthOf(ctx, text) + 6, h);
      write(ctx, down ? "bad" : "ink", text, x0 + 7, box.y + box.h / 2 + 0.5);
    }
  }
}

/* ---- the ruler ---- */

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500].flatMap((n) => [n, n * 1e3, n * 1e6])
  .concat([1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200].map((s) => s * 1e9))
  .concat([1, 2, 5, 10, 20, 50, 100, 200, 365, 730, 1825, 3650, 7300, 14600, 36500].map((d) => d * 864e11)).sort((a, b) => a - b);

/* Ticks: [x, text, exact]. Linear: at round instants; squeezed: at instants of events. */
function ticksOf(box) {
  return state.squeezed ? squeezedTicks(box) : linearTicks(box);
}

function linearTicks(box) {
  const { from, to } = state.view, wanted = (to - from) * (box.x1 - box.x0 < 500 ? 70 : 96) / (box.x1 - box.x0);
  const step = STEPS.find((one) => one >= wanted) || STEPS[STEPS.length - 1];
  const fine = step < from / 1e4, unit = step * 100; // deep inside: counted from a round instant
  const ticks = [];
  for (let t = Math.max(Math.ceil(from / step), 0) * step; t <= to; t += step) {
    const base = Math.floor(t / unit) * unit;
    const text = fine && t !== base && ticks.length ? "+" + durationText(BigInt(Math.round(t - base))) : durationText(BigInt(Math.round(t)));
    ticks.push([xOf(box, t), text]);
  }
  return ticks;
}

function squeezedTicks(box) {
  const { place } = state.axis, { exact } = state.model, ticks = [];
  let i = instantAt(state.view.from), free = -Infinity, before = 0n;
  pen.font = FONT;
  while (i < place.length && place[i] <= state.view.to) {
    const x = xOf(box, place[i]), text = roughly(exact(i), (exact(i) - before) / 100n), half = widthOf(pen, text) / 2;
    if (x - half >= free) {
      ticks.push([x, text]);
      free = x + half + 16;
      before = exact(i);
    }
    i = Math.max(instantAt(placeOf(box, free + half)), i + 1);
  }
  return ticks.length > 1 ? ticks : ticks.concat(ticksBetween(box, ticks.map(([x]) => x)));
}

/* Deep in a squeezed stretch there are no instants to stand at. */
function ticksBetween(box, taken) {
  const ticks = [], ns = (x) => nsAt(placeOf(box, x), 0), step = 160;
  const fine = (ns(box.x1) - ns(box.x0)) / 1000n;
  for (let x = box.x0 + step / 2; x < box.x1 - step / 2; x += step) {
    if (taken.every((other) => Math.abs(other - x) > step * 0.8)) ticks.push([x, roughly(ns(x), fine)]);
  }
  return ticks;
}

/* An instant without the digits that are finer than a pixel or so; the pointer shows them all. */
function roughly(ns, fine) {
  let unit = 1n;
  while (unit * 10n <= fine && unit < 1000000000n) unit *= 10n;
  return durationText(ns / unit * unit);
}

function drawRuler(ctx, box, bottom) {
  ctx.font = FONT;
  const ticks = ticksOf(box), y = box.y + box.h / 2 + 2;
  const flag = flagOf(ctx, box);
  ctx.font = FONT;
  for (const [x, text] of ticks) {
    rect(ctx, "faint", Math.round(x), box.y + box.h, 1, bottom - box.y - box.h);
    rect(ctx, "muted", Math.round(x), box.y + box.h - 5, 1, 5);
    ctx.textAlign = x - box.x0 < 24 ? "left" : "center";
    const width = widthOf(ctx, text);
    ctx.fillStyle = palette.ink;
    const hidden = flag && x + width / 2 + 4 > flag.left && x - width / 2 - 4 < flag.left + flag.width;
    if (!hidden) ctx.fillText(text, ctx.textAlign === "left" ? Math.max(x, box.x0 + 4) : Math.min(x, box.x1 - width / 2 - 4), y - 3);
    ctx.textAlign = "left";
  }
}

/* ---- across the lanes ---- */

/* Commands at one place of the screen share a line and a flag. */
function commandMarks(box) {
  const { commands, at } = state.model, marks = [];
  for (const e of commands) {
    const x = instantX(box, at(e, EVENT.INSTANT)), last = marks[marks.length - 1];
    if (x < box.x0 - 1 || x > box.x1 + 1) continue;
    if (last && x - last.x < 2) last.events.push(e);
    else marks.push({ x, events: [e] });
  }
  return marks;
}

function commandText(e) {
  const { model } = state, type = model.type(e), detail = model.detail(e);
  const kind = model.at(e, EVENT.SUBJECT_KIND), subject = subjectName(model, e);
  const who = kind === SUBJECT.SUPERVISOR || detail.includes(subject) ? "" : " " + subject;
  return type === "command" ? detail.split(":")[0].replace(/ by .*/, "") + who : type + who;
}

function commandTexts(mark) {
  const own = commandText(mark.events[0]), more = mark.events.length - 1;
  return more ? [own + " +" + more, own] : [own];
}

/* Where the last flag begins when there is no room for it but before its line; else 0. */
function flipped(ctx, box, marks) {
  const mark = marks[marks.length - 1], width = widthOf(ctx, commandText(mark.events[0]));
  const left = mark.x - width - 9, taken = marks.length > 1 ? marks[marks.length - 2].x + 50 : box.x0;
  return mark.x + width + 10 > box.x1 && left > taken ? left : 0;
}

/* The lines of commands: whole for a shutdown. They go behind the lanes, and faintly over them, so
 * that they hide no sign. */
function drawCommandLines(ctx, box, bottom, alpha) {
  for (const mark of commandMarks(box)) {
    const strong = mark.events.some((e) => state.model.type(e) === "shutdown-requested");
    ctx.globalAlpha = strong ? alpha : alpha * 0.7;
    ctx.fillStyle = strong ? palette.command : pattern(ctx, "", palette.muted, "|");
    ctx.fillRect(Math.round(mark.x) - (strong ? 1 : 0), box.y + 2, strong ? 2 : 1, bottom - box.y - 2);
  }
  ctx.globalAlpha = 1;
}

function drawOperator(ctx, box, bottom) {
  const { drains } = state.model.run, { exact } = state.model;
  ctx.font = FONT;
  for (let d = 0; d < drains.length; d += 2) {
    const x0 = Math.max(instantX(box, drains[d]), box.x0), x1 = Math.min(instantX(box, drains[d + 1]), box.x1);
    if (x1 <= x0) continue;
    rect(ctx, "drain", x0, box.y + 2, x1 - x0, box.h - 4);
    ctx.fillRect(x0, box.y + box.h, x1 - x0, bottom - box.y - box.h);
    const text = wording(ctx, ["draining " + durationText(exact(drains[d + 1]) - exact(drains[d])), "draining"], x1 - x0 - 90);
    ctx.textAlign = "right";
    ctx.fillStyle = palette.ink;
    if (text) ctx.fillText(text, x1 - 6, box.y + box.h / 2);
    ctx.textAlign = "left";
  }
  const marks = commandMarks(box), before = marks.length ? flipped(ctx, box, marks) : 0;
  marks.forEach((mark, k) => {
    const last = k === marks.length - 1;
    const end = last ? box.x1 : Math.min(marks[k + 1].x, k === marks.length - 2 && before ? before : box.x1);
    const text = last && before ? commandText(mark.events[0]) : wording(ctx, commandTexts(mark), end - mark.x - 10);
    write(ctx, "ink", text, last && before ? before + 4 : mark.x + 5, box.y + box.h / 2);
  });
}

/* Where an expectation is marked: its instant, or the end for one about the whole run. */
const checkInstant = (one) => one.at >= 0 ? one.at : state.model.run.end;

/* Expectations at one place share a mark; a broken one gives it its shape. */
function checkMarks(box) {
  const marks = [], { expectations } = state.model.run;
  const order = expectations.map((_, i) => i).sort((a, b) => checkInstant(expectations[a]) - checkInstant(expectations[b]));
  for (const i of order) {
    const x = instantX(box, checkInstant(expectations[i])), last = marks[marks.length - 1];
    if (x < box.x0 - 8 || x > box.x1 + 8) continue;
    if (last && x - last.x < 14) last.checks.push(i);
    else marks.push({ x, checks: [i] });
  }
  marks.forEach((mark) => { mark.broken = mark.checks.some((i) => !expectations[i].held); });
  return marks;
}

function drawChecks(ctx, box) {
  const { expectations } = state.model.run, y = box.y + box.h / 2;
  for (const one of expectations) {
    if (one.at < 0 || one.to <= one.at) continue;
    ctx.fillStyle = palette[one.held ? "good" : "bad"];
    const x0 = Math.max(instantX(box, one.at), box.x0), x1 = Math.min(instantX(box, one.to), box.x1);
    if (x1 > x0) ctx.fillRect(x0, y - 0.75, x1 - x0, 1.5);
  }
  for (const mark of checkMarks(box)) {
    paintSign(ctx, mark.broken ? "broken" : "held", mark.x, y, mark.broken ? 5 : 4.5);
    if (mark.checks.includes(state.check)) ringAround(ctx, mark.x, y, 5);
    if (mark.checks.length < 2) continue;
    ctx.font = FONT;
    ctx.fillStyle = palette[mark.broken ? "bad" : "muted"];
    const text = "×" + mark.checks.length, right = mark.x + 12 + widthOf(ctx, text) > box.x1;
    ctx.fillText(text, right ? mark.x - 12 - widthOf(ctx, text) : mark.x + 10, y);
  }
}

/* The flag of the failing instant, where it is in sight. */
function flagOf(ctx, box) {
  const { run, when } = state.model;
  if (run.fails_at < 0) return null;
  const x = instantX(box, run.fails_at), text = "fails at " + when(run.fails_at);
  if (x < box.x0 - 1 || x > box.x1 + 1) return null;
  ctx.font = BOLD;
  const width = widthOf(ctx, text) + 12;
  return { x, text, width, left: x + width > box.x1 ? x - width : x };
}

function drawFailing(ctx, box, bottom) {
  const flag = flagOf(ctx, box);
  if (!flag) return;
  const { x, text, width, left } = flag;
  rect(ctx, "bad", Math.round(x) - 1, box.y, 2, bottom - box.y);
  ctx.fillRect(left, box.y + 1, width, 17);
  write(ctx, "paper", text, left + 6, box.y + 10);
}

/* The line under the pointer, with its exact instant in the ruler. */
function drawPointer(ctx, box, bottom) {
  const { hover } = state;
  if (!hover || hover.x < box.x0) return;
  ctx.globalAlpha = 0.5;
  rect(ctx, "muted", Math.round(hover.x), box.y + box.h, 1, bottom - box.y - box.h);
  ctx.globalAlpha = 1;
  const text = durationText(hover.ns);
  ctx.font = BOLD;
  const width = widthOf(ctx, text) + 12, left = Math.max(box.x0, Math.min(hover.x - width / 2, box.x1 - width));
  rect(ctx, "ink", left, box.y + 1, width, 17);
  write(ctx, "paper", text, left + 6, box.y + 10);
}

/* The measured stretch, with its length. */
function drawRange(ctx, box, bottom) {
  if (!state.range) return;
  const ends = [xOf(box, state.range.from), xOf(box, state.range.to)].sort((a, b) => a - b), [from, to] = rangeNs();
  rect(ctx, "select", ends[0], box.y + box.h, ends[1] - ends[0], bottom - box.y - box.h);
  for (const x of ends) rect(ctx, "focus", Math.round(x) - 1, box.y, 2, bottom - box.y);
  ctx.font = BOLD;
  const text = durationText(to - from), middle = (Math.max(ends[0], box.x0) + Math.min(ends[1], box.x1)) / 2, width = widthOf(ctx, text) + 12;
  rect(ctx, "focus", middle - width / 2, box.y + box.h + 2, width, 17);
  write(ctx, "paper", text, middle - width / 2 + 6, box.y + box.h + 11);
}

function drawPlot(ctx, box, plot) {
  const inner = { ...box, y: box.y + 18, h: box.h - 24 }, peak = Math.max(plot.peak, 1);
  rect(ctx, "rule", box.x0, box.y, box.x1 - box.x0, 1);
  drawSteps(ctx, inner, plot.steps, peak, true);
  const at = plot.steps.findIndex((value, i) => i % 2 === 1 && value === plot.peak) - 1;
  const x = at >= 0 ? instantX(inner, plot.steps[at]) : box.x0;
  const text = "peak " + plot.peak + plain(plot.unit || "") + (at >= 0 ? "" : ", within an instant");
  if (x < box.x0 || x > box.x1) return;
  ctx.font = FONT;
  const room = widthOf(ctx, text), left = x + room + 8 > box.x1 ? x - room - 4 : x + 4;
  rect(ctx, "paper", left - 2, box.y + 3, room + 4, 13);
  write(ctx, "ink", text, left, box.y + 10);
  if (at >= 0) ctx.fillRect(x - 2, inner.y - 2, 4, 4);
  else for (let dot = box.x0; dot < box.x1; dot += 6) ctx.fillRect(dot, inner.y, 2, 1);
}

/* Thin lines between the parts. */
function drawRules(ctx) {
  rect(ctx, "rule", 0, layout.ruler.y, layout.width, 1);
  ctx.fillRect(0, layout.ruler.y + layout.ruler.h, layout.width, 1);
  ctx.fillRect(0, layout.lanes.y, layout.width, 1);
  ctx.fillRect(layout.label, 0, 1, layout.height);
}
