/* The strip on top: the whole run in one glance, and the stretch of it that is seen. */

let histogram = { key: null };

/* Events by column, and whether a failure is among them. */
function columnsOf(width) {
  const { model, axis, full } = state;
  if (histogram.axis === axis && histogram.width === width) return histogram;
  const events = new Int32Array(width), bad = new Uint8Array(width);
  for (let e = 0; e < model.count; e++) {
    const place = axis.place[model.at(e, EVENT.INSTANT)];
    const column = Math.min(Math.max(Math.floor((place - full.from) / (full.to - full.from) * width), 0), width - 1);
    events[column]++;
    if (isBad(model, e)) bad[column] = 1;
  }
  let most = 1;
  for (const n of events) most = Math.max(most, n);
  histogram = { axis, width, events, bad, most };
  return histogram;
}

const overviewX = (box, place) => box.x0 + (place - state.full.from) / (state.full.to - state.full.from) * (box.x1 - box.x0);

/* The columns as a bitmap, painted again for another run, axis, size or theme only. */
function overviewSheet(width, height, scale) {
  const found = columnsOf(width), key = [height, scale, palette.plot].join();
  if (found.sheetKey === key) return found.sheet;
  const { events, bad, most } = found, floor = height - 4, room = height - 14;
  found.sheet = bitmap(width * scale, height * scale, (ctx) => {
    ctx.scale(scale, scale);
    rect(ctx, "panel", 0, 0, width, height);
    for (let c = 0; c < width; c++) {
      if (!events[c]) continue;
      const h = Math.max(room * Math.log2(1 + events[c]) / Math.log2(1 + most), 2);
      rect(ctx, "plot", c, floor - h, 1.5, h);
      if (bad[c]) rect(ctx, "bad", c - 0.5, 3, 2, 5);
    }
  });
  found.sheetKey = key;
  return found.sheet;
}

function drawOverview(ctx, box) {
  const { run } = state.model, width = Math.max(Math.floor(box.x1 - box.x0), 1);
  ctx.drawImage(overviewSheet(width, box.h, ctx.getTransform().a), box.x0, box.y, width, box.h);
  if (run.fails_at >= 0) {
    const x = overviewX(box, state.axis.place[run.fails_at]);
    rect(ctx, "bad", x - 1, box.y, 2, box.h);
    poly((ctx.beginPath(), ctx), [[x, box.y], [x + 8, box.y + 3.5], [x, box.y + 7]]);
    ctx.fill();
  }
  const x0 = overviewX(box, state.view.from), x1 = overviewX(box, state.view.to);
  rect(ctx, "shade", box.x0, box.y, x0 - box.x0, box.h);
  ctx.fillRect(x1, box.y, box.x1 - x1, box.h);
  ctx.strokeStyle = palette.muted;
  ctx.lineWidth = 1;
  ctx.strokeRect(x0 + 0.5, box.y + 0.5, Math.max(x1 - x0 - 1, 2), box.h - 1);
  ctx.fillStyle = palette.muted;
  for (const x of [x0, x1 - 4]) ctx.fillRect(x, box.y + box.h / 2 - 7, 4, 14);
}

/* The slider says which stretch is seen. */
function tellStretch() {
  const { view, full } = state, slider = byId("overview");
  const clamp = (place) => Math.max(0, Math.min(place, state.axis.place[state.axis.place.length - 1]));
  slider.setAttribute("aria-valuemin", 0);
  slider.setAttribute("aria-valuemax", 100);
  slider.setAttribute("aria-valuenow", Math.round((view.from - full.from) / (full.to - full.from) * 100));
  slider.setAttribute("aria-valuetext", durationText(nsAt(clamp(view.from), 0)) + " to " + durationText(nsAt(clamp(view.to), 0)));
}

/* Dragging its window moves it, an edge of it widens it, elsewhere it comes to the pointer. */
function listenOverview() {
  const slider = byId("overview");
  let grab = null;
  const placed = (event) => {
    const box = slider.getBoundingClientRect();
    return state.full.from + (event.clientX - box.left) / box.width * (state.full.to - state.full.from);
  };
  slider.addEventListener("pointerdown", (event) => {
    const place = placed(event), { from, to } = state.view, near = 8 / slider.clientWidth * (state.full.to - state.full.from);
    slider.setPointerCapture(event.pointerId);
    if (Math.abs(place - from) < near && to - from > 3 * near) grab = { edge: "from" };
    else if (Math.abs(place - to) < near && to - from > 3 * near) grab = { edge: "to" };
    else {
      if (place < from || place > to) setView(place - (to - from) / 2, place + (to - from) / 2);
      grab = { offset: place - state.view.from };
    }
  });
  slider.addEventListener("pointermove", (event) => {
    if (!grab) return;
    const place = placed(event), { from, to } = state.view;
    if (grab.edge === "from") setView(Math.min(place, to - shortest()), to);
    else if (grab.edge === "to") setView(from, Math.max(place, from + shortest()));
    else setView(place - grab.offset, place - grab.offset + to - from);
  });
  const release = () => { grab = null; };
  slider.addEventListener("pointerup", release);
  slider.addEventListener("pointercancel", release);
}
