/* Colours, patterns and signs. Each kind of bar has a form of its own as well as a colour. */

const FONT = '11px system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif';
const BOLD = "600 " + FONT;
let palette = {};

/* The palette is read from the style sheet, where both themes stand. */
function readPalette() {
  const style = getComputedStyle(document.documentElement);
  palette = new Proxy({ patterns: new Map(), stamps: new Map() }, {
    get(kept, name) {
      if (!(name in kept)) kept[name] = style.getPropertyValue("--" + name).trim();
      return kept[name];
    },
  });
}

const rect = (ctx, colour, x, y, w, h) => { ctx.fillStyle = palette[colour]; ctx.fillRect(x, y, w, h); };
const write = (ctx, colour, text, x, y) => { ctx.fillStyle = palette[colour]; ctx.fillText(text, x, y); };

/* A hatch: its lines from the left top ("\\"), the left bottom ("/"), across ("="), dots or dashes. */
function pattern(ctx, ground, line, form) {
  const key = ground + line + form;
  if (!palette.patterns.has(key)) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    pen.fillStyle = ground;
    if (ground) pen.fillRect(0, 0, 8, 8);
    pen.strokeStyle = pen.fillStyle = line;
    pen.lineWidth = 1.6;
    pen.beginPath();
    if (form === "=") { pen.moveTo(0, 2); pen.lineTo(8, 2); pen.moveTo(0, 6); pen.lineTo(8, 6); }
    if (form === "|") pen.fillRect(0, 0, 8, 4);
    if (form === "-") { pen.fillRect(0, 0, 2.5, 8); pen.fillRect(4, 0, 2.5, 8); }
    if (form === ".") { pen.fillRect(1, 1, 2, 2); pen.fillRect(5, 5, 2, 2); }
    for (const shift of [-8, 0, 8]) {
      if (form === "/") { pen.moveTo(shift - 1, 9); pen.lineTo(shift + 9, -1); }
      if (form === "\\") { pen.moveTo(shift - 1, -1); pen.lineTo(shift + 9, 9); }
    }
    pen.stroke();
    palette.patterns.set(key, ctx.createPattern(tile, "repeat"));
  }
  return palette.patterns.get(key);
}

/* How each kind of bar looks: how much of the lane's height, ground, hatch, edge, ink. */
const BARS = {
  starting: { height: 1, fill: "starting", edge: "running", ink: "soft-ink", says: "starting, not ready yet" },
  running: { height: 1, fill: "running", ink: "running-ink", says: "running" },
  unready: { height: 1, fill: "unready", hatch: "/", line: "running", ink: "soft-ink", says: "running, but not ready" },
  stopping: { height: 0.75, fill: "stopping", hatch: "\\", line: "paper", ink: "ink", says: "stopping" },
  finishing: { height: 0.75, fill: "finishing", hatch: ".", line: "ink", ink: "ink", says: "its finish script runs" },
  waiting: { height: 0.8, fill: "waiting", edge: "waiting-edge", dash: true, ink: "soft-ink", says: "waiting for a restart" },
  cooling: { height: 0.8, fill: "cooling", hatch: "\\", line: "breaker", edge: "breaker", dash: true, ink: "ink", says: "the breaker cools down" },
  held: { height: 0.8, fill: "held", hatch: "=", line: "held-edge", edge: "held-edge", ink: "ink", says: "held: paused or quarantined" },
  idle: { height: 0.12, fill: "ended", ink: "muted", says: "between attempts" },
  ended: { height: 0.06, fill: "ended", ink: "muted", says: "ended" },
  draining: { height: 0.75, fill: "drain", hatch: "\\", line: "muted", ink: "ink", says: "draining" },
};

function paintBar(ctx, look, box) {
  const { x, y, w, h } = box;
  rect(ctx, look.fill, x, y, w, h);
  if (look.hatch && w >= 3) {
    ctx.globalAlpha = 0.45;
    ctx.fillStyle = pattern(ctx, "", palette[look.line], look.hatch);
    ctx.fillRect(x, y, w, h);
    ctx.globalAlpha = 1;
  }
  if (look.edge && w >= 4) { // four fills: far cheaper than a dashed stroke
    ctx.fillStyle = look.dash ? pattern(ctx, "", palette[look.edge], "-") : palette[look.edge];
    ctx.fillRect(x, y, w, 1);
    ctx.fillRect(x, y + h - 1, w, 1);
    ctx.fillStyle = palette[look.edge];
    ctx.fillRect(x, y, 1, h);
    ctx.fillRect(x + w - 1, y, 1, h);
  }
}

/* Shapes of signs, around (0, 0), of radius r. Each is a path; `filled` ones are filled. */
const poly = (ctx, points) => { points.forEach(([x, y], i) => i ? ctx.lineTo(x, y) : ctx.moveTo(x, y)); ctx.closePath(); };
const around = (count, radius, turn) => Array.from({ length: count }, (_, i) => {
  const angle = (i / count) * 2 * Math.PI + turn, r = typeof radius === "function" ? radius(i) : radius;
  return [Math.cos(angle) * r, Math.sin(angle) * r];
});
const line = (ctx, x0, y0, x1, y1) => { ctx.moveTo(x0, y0); ctx.lineTo(x1, y1); };
const SHAPES = {
  ring: { draw: (c, r) => c.arc(0, 0, r * 0.8, 0, 7), ink: "good" },
  cross: { draw: (c, r) => { line(c, -r, -r, r, r); line(c, -r, r, r, -r); }, ink: "bad", thick: 2.2 },
  star: { draw: (c, r) => poly(c, around(10, (i) => i % 2 ? r * 0.5 : r * 1.35, -Math.PI / 2)), ink: "bad", filled: true },
  "no-entry": { draw: (c, r) => { c.arc(0, 0, r, 0, 7); line(c, -r * 0.6, 0, r * 0.6, 0); }, ink: "bad" },
  hourglass: { draw: (c, r) => poly(c, [[-r, -r], [r, -r], [-r, r], [r, r]]), ink: "bad", filled: true },
  triangle: { draw: (c, r) => poly(c, [[-r, -r * 0.8], [r, -r * 0.8], [0, r]]), ink: "bad", filled: true },
  square: { draw: (c, r) => c.rect(-r * 0.75, -r * 0.75, r * 1.5, r * 1.5), ink: "ink" },
  block: { draw: (c, r) => c.rect(-r * 0.8, -r * 0.8, r * 1.6, r * 1.6), ink: "ink", filled: true },
  octagon: { draw: (c, r) => { poly(c, around(8, r * 1.2, Math.PI / 8)); line(c, -r * 0.7, 0, r * 0.7, 0); }, ink: "bad", thick: 2 },
  lock: { draw: (c, r) => { c.rect(-r * 0.9, -r * 0.2, r * 1.8, r * 1.2); c.moveTo(r * 0.6, -r * 0.2); c.arc(0, -r * 0.2, r * 0.6, 0, Math.PI, true); }, ink: "bad" },
  dagger: { draw: (c, r) => { line(c, 0, -r * 1.2, 0, r * 1.2); line(c, -r * 0.8, -r * 0.4, r * 0.8, -r * 0.4); }, ink: "bad", thick: 2.2 },
  hollow: { draw: (c, r) => poly(c, [[-r, r * 0.8], [r, r * 0.8], [0, -r]]), ink: "warn" },
  bar: { draw: (c, r) => { line(c, -r * 0.4, -r, -r * 0.4, r); line(c, r * 0.4, -r, r * 0.4, r); }, ink: "warn" },
  held: { draw: (c, r) => { line(c, -r, 0, -r * 0.3, r * 0.7); c.lineTo(r, -r * 0.8); }, ink: "good", thick: 1.8 },
  broken: { draw: (c, r) => poly(c, [[0, -r * 1.3], [r * 1.3, 0], [0, r * 1.3], [-r * 1.3, 0]]), ink: "bad", filled: true },
};

/* What is drawn once and copied often: a bitmap that nothing changes any more copies fastest. */
function bitmap(width, height, draw) {
  const sheet = new OffscreenCanvas(Math.max(width, 1), Math.max(height, 1));
  draw(sheet.getContext("2d"));
  return sheet.transferToImageBitmap();
}

/* A sign over a halo of the ground, so that it is seen on any bar. Painted once for a size and a
 * theme, then copied: thousands of them stand in a frame. */
function paintSign(ctx, name, x, y, r) {
  const key = name + r + " ", scale = ctx.getTransform().a, half = Math.ceil((r * 1.4 + 3) * scale);
  let stamp = palette.stamps.get(key + scale);
  if (!stamp) {
    stamp = bitmap(2 * half, 2 * half, (own) => {
      own.setTransform(scale, 0, 0, scale, half, half);
      drawSign(own, name, r);
    });
    palette.stamps.set(key + scale, stamp);
  }
  const size = 2 * half / scale; // whole pixels on whole pixels: nothing is to be interpolated
  ctx.drawImage(stamp, (Math.round(x * scale) - half) / scale, (Math.round(y * scale) - half) / scale, size, size);
}

const OPEN = new Set(["cross", "held", "dagger", "bar"]); // shapes without an inside

function drawSign(ctx, name, r) {
  const shape = SHAPES[name];
  ctx.lineJoin = ctx.lineCap = "round";
  ctx.beginPath();
  shape.draw(ctx, r);
  ctx.strokeStyle = palette.paper;
  ctx.lineWidth = (shape.thick || 1.5) + 3;
  ctx.stroke();
  ctx.strokeStyle = palette[shape.ink];
  ctx.lineWidth = shape.thick || 1.5;
  ctx.fillStyle = palette[shape.filled ? shape.ink : "paper"];
  if (!OPEN.has(name)) ctx.fill();
  ctx.stroke();
}

/* ---- texts ---- */

/* What was reckoned for a key is kept; measuring text is slow. */
const known = new Map();
function once(key, reckon) {
  let found = known.get(key);
  if (found === undefined) {
    if (known.size > 20000) known.clear();
    known.set(key, found = reckon());
  }
  return found;
}
const widthOf = (ctx, text) => once(ctx.font + text, () => ctx.measureText(text).width);

/* The text, cut with an ellipsis where it does not fit; "" where not even four letters do. */
function fitted(ctx, text, room) {
  if (room < 6) return "";
  if (widthOf(ctx, text) <= room) return text;
  return room < 34 ? "" : once(ctx.font + Math.floor(room) + "|" + text, () => cut(ctx, text, Math.floor(room)));
}

function cut(ctx, text, room) {
  const letters = [...text];
  const count = firstPlace(0, letters.length, (n) => ctx.measureText(letters.slice(0, n + 1).join("") + "…").width > room);
  return count < 4 ? "" : letters.slice(0, count).join("").trimEnd() + "…";
}

/* The first of several wordings that fits whole, else the last of them cut. */
function wording(ctx, texts, room) {
  const whole = texts.find((text) => widthOf(ctx, text) <= room);
  return whole !== undefined ? whole : fitted(ctx, texts[texts.length - 1], room);
}
