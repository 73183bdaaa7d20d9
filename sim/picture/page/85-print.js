/* On paper: white, the whole run, every lane up to a number, failures listed. */

const PAPER = { rows: 240, chunk: 36, width: 1040, label: 210, row: 20 };

/* The canvases of a print are drawn in the light theme, on the whole run, in chunks that do not
 * break across pages. */
function preparePrint() {
  if (!state.model || byId("print").firstChild) return;
  const root = document.documentElement, theme = root.dataset.theme, kept = { ...state };
  root.dataset.theme = "light";
  readPalette();
  Object.assign(state, { view: { ...state.full }, hover: null, event: -1, row: -1 });
  byId("print").replaceChildren(...paperHead(), ...paperChunks(), ...paperChecks());
  byId("print").hidden = false;
  Object.assign(state, kept);
  root.dataset.theme = theme;
  readPalette();
}

function afterPrint() {
  byId("print").replaceChildren();
  byId("print").hidden = true;
  changed();
}

function paperHead() {
  const { run } = state.model;
  const facts = [["file", run.file], ["variant", run.variant], ["seed", run.seed], ["hash", run.hash], ["verdict", run.word], ["replay", run.replay]];
  return [make("h1", "", own(run.name)), pairs(facts.filter(([, value]) => value)), run.message ? make("p", "message", own(run.message)) : ""].filter(Boolean);
}

function paperCanvas(height, draw) {
  const sheet = document.createElement("canvas"), scale = 2, ctx = sheet.getContext("2d");
  sheet.width = PAPER.width * scale;
  sheet.height = height * scale;
  ctx.scale(scale, scale);
  ctx.textBaseline = "middle";
  draw(ctx, { x0: PAPER.label, x1: PAPER.width });
  return sheet;
}

function paperLabel(ctx, text, y, depth, strong) {
  ctx.font = strong ? BOLD : FONT;
  write(ctx, "ink", fitted(ctx, text, PAPER.label - 12 - depth * 10), 4 + depth * 10, y);
}

function paperChunks() {
  const { model, rows } = state, { run } = model, sheets = [], most = Math.min(rows.length, PAPER.rows);
  for (let first = 0; first < Math.max(most, 1); first += PAPER.chunk) {
    const chunk = rows.slice(first, Math.min(first + PAPER.chunk, most));
    const top = 24 + run.conditions.slice(0, BANDS_MOST).length * 18 + 19 + 22, bottom = top + chunk.length * PAPER.row + 6;
    sheets.push(paperCanvas(bottom, (ctx, box) => drawSheet(ctx, box, chunk, top, bottom)));
  }
  if (rows.length > most) sheets.push(make("p", "note", rows.length - most + " more lanes are not printed; search or filter, then print again."));
  for (const plot of run.plots) {
    sheets.push(paperCanvas(76, (ctx, box) => { paperLabel(ctx, plain(plot.name), 38, 0, true); drawPlot(ctx, { ...box, y: 2, h: 72 }, plot); }));
  }
  return sheets;
}

function drawSheet(ctx, box, chunk, top, bottom) {
  const { run, groupNames } = state.model;
  clipped(ctx, box.x0, 0, box.x1 - box.x0, bottom, () => {
    drawTints(ctx, { ...box, y: 24, h: bottom - 24 });
    drawRuler(ctx, { ...box, y: 0, h: 24 }, bottom);
    run.conditions.slice(0, BANDS_MOST).forEach((_, c) => drawBand(ctx, { ...box, y: 24 + c * 18, h: 18 }, c));
    drawCommandLines(ctx, { ...box, y: top - 41, h: 19 }, bottom, 1);
    chunk.forEach((row, i) => drawRow(ctx, { ...box, y: top + i * PAPER.row, h: PAPER.row }, row));
    drawOperator(ctx, { ...box, y: top - 41, h: 19 }, bottom);
    drawChecks(ctx, { ...box, y: top - 22, h: 22 });
    drawFailing(ctx, { ...box, y: 0, h: 24 }, bottom);
  });
  run.conditions.slice(0, BANDS_MOST).forEach(([name], c) => paperLabel(ctx, name, 33 + c * 18, 0, false));
  paperLabel(ctx, "commands", top - 31, 0, false);
  paperLabel(ctx, "expectations", top - 11, 0, false);
  chunk.forEach((row, i) => paperLabel(ctx, row.group >= 0 ? groupNames[row.group] : run.services[row.service][0], top + (i + 0.5) * PAPER.row, row.depth, row.group >= 0));
}

function paperChecks() {
  const broken = state.model.run.expectations.filter((one) => !one.held);
  if (!broken.length) return [make("p", "note", counted(state.model.run.expectations.length, "expectation") + ", none broken.")];
  return [make("h2", "", counted(broken.length, "broken expectation")), ...broken.slice(0, 200).map((one) => make("div", "check broken", make("span", "sign", "◆"),
    make("div", "", pairs([["expected", one.expected], ["found", one.found], ["at", one.at < 0 ? "whole run" : state.model.when(one.at)]]), make("code", "own", one.source), make("div", "place own", one.file + ":" + one.line))))];
}
