/* The legend, drawn with the same pens as the lanes, and the keys. */

function legendFigure(text, draw) {
  const swatch = document.createElement("canvas"), ratio = Math.min(window.devicePixelRatio || 1, 3);
  swatch.width = 46 * ratio;
  swatch.height = 18 * ratio;
  swatch.style.cssText = "width:46px;height:18px";
  const ctx = swatch.getContext("2d");
  ctx.scale(ratio, ratio);
  draw(ctx);
  const figure = make("figure", "", swatch, make("figcaption", "", text));
  swatch.setAttribute("aria-hidden", "true");
  return figure;
}

function fillLegend() {
  const bars = Object.entries(BARS).filter(([kind]) => kind !== "draining").map(([kind, look]) => legendFigure(look.says, (ctx) => {
    const h = Math.max(14 * look.height, 1);
    paintBar(ctx, look, { x: 1, y: 9 - h / 2, w: 44, h });
  }));
  const strips = [["breaker open", [44]], ["breaker half-open", [3, 3]]].map(([text, dash]) => legendFigure(text, (ctx) => {
    ctx.strokeStyle = palette.breaker;
    ctx.lineWidth = 3;
    ctx.setLineDash(dash);
    ctx.beginPath();
    line(ctx, 1, 12, 45, 12);
    ctx.stroke();
  }));
  const down = legendFigure("a condition is down, and a tint below", (ctx) => {
    ctx.fillStyle = pattern(ctx, palette["bad-soft"], palette.down, "/");
    ctx.fillRect(1, 3, 44, 12);
  });
  const signs = [...SIGNS, { shape: "held", says: "an expectation that held" }, { shape: "broken", says: "a broken expectation" }]
    .map((sign) => legendFigure(sign.says, (ctx) => { ctx.translate(23, 9); drawSign(ctx, sign.shape, 5); }));
  const title = (text) => make("h2", "", text);
  byId("legend").replaceChildren(title("Phases of a service"), make("div", "signs", ...bars, ...strips, down),
    title("Ends of attempts, and what befell a service"), make("div", "signs", ...signs),
    make("p", "note", "A mark may stand for several: the worst of those that would cover each other. Zoom in to part them."));
}

const KEYS = [
  ["← →", "pan; with Shift ten times as far"], ["↑ ↓  Home End  PgUp PgDn", "another lane"],
  ["+ −", "zoom in, out"], ["0", "the whole run"], ["z", "zoom to what is measured, or around the selected event"],
  ["f  F", "next, previous failure"], ["[ ]", "previous, next event of the lane; the line at the bottom says it"],
  ["Enter", "details of the event; fold or open a group"], ["g", "fold or open the lane's group"], ["G", "fold or open all groups"],
  ["/", "search services: text, or a glob with * and ?"], ["l", "time linear, or quiet stretches shortened"],
  ["e", "expectations"], ["v", "list of events"], ["p", "open or close the panel"], ["t", "light, dark"], ["?", "these keys"], ["Esc", "close, or leave"],
  ["wheel", "scrolls the lanes where there are more; zooms where there is nothing to scroll, and over ruler and plots"],
  ["Ctrl or ⌘ + wheel", "zooms at the pointer, as pinching a trackpad does"], ["Shift + wheel, sideways", "pans"],
  ["drag", "pans; in the strip on top it moves what is seen, at its edges it widens it"],
  ["Shift + drag", "measures a stretch of time, from event to event where they are near"],
  ["double click", "zooms to a bar, or in at the pointer"], ["touch", "one finger pans, two zoom, a tap tells"],
];

function toggleHelp() {
  const dialog = byId("overlay");
  if (dialog.open) { dialog.close(); return; }
  const list = make("dl", "");
  for (const [keys, text] of KEYS) list.append(make("dt", "", make("kbd", "", keys)), make("dd", "", text));
  const close = make("button", "", "close");
  close.type = "submit";
  const form = make("form", "", close);
  form.method = "dialog";
  dialog.replaceChildren(make("h2", "", "Keys, wheel and touch"), list, form);
  dialog.showModal();
}
