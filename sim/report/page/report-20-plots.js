/* What is drawn: shares of verdicts, parts of a spread. Elements of SVG, which are read as images. */

const own = (text) => make("span", "own", text);
/* A path or a setting, which may be longer than its column: broken behind its signs first. */
const long = (text, name) => make("span", (name ? name + " " : "") + "own", ...text.split(/(?<=[.=/,])/).flatMap((part) => [part, make("wbr")]));
const numberCell = (text, name) => make("td", "number" + (name ? " " + name : ""), text);

function drawn(tag, attributes, ...inside) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside);
  return made;
}

function plotOf(height, says, ...inside) {
  return drawn("svg", { viewBox: "0 0 1000 " + height, height, preserveAspectRatio: "none", role: "img", "aria-label": says }, ...inside);
}

/* What passed is full; what did not has stripes, so that nobody needs its colour. */
function shareBar(runs, passed, says) {
  const bar = make("div", "share", make("i", "pass"), make("i", "failed"));
  bar.setAttribute("role", "img");
  bar.setAttribute("aria-label", says);
  bar.firstChild.style.flexGrow = passed;
  bar.lastChild.style.flexGrow = runs - passed;
  return bar;
}

function plainBar(share, says) {
  return plotOf(10, says, drawn("rect", { class: "ground", x: 0, y: 0, width: 1000, height: 10 }), drawn("rect", { class: "bar", x: 0, y: 0, width: 1000 * share, height: 10 }));
}

/* The scale that the variants of a measure share, as far as there are figures, and the fullest part of any. Where parts grow
 * with the figures so does the scale, so that each has about the same width. */
function scaleOf(sheet, rows) {
  let most = 0, first = null, last = null;
  for (const row of rows) {
    const runs = number(sheet, row, "runs") - number(sheet, row, "never");
    for (const part of PARTS.get(keyOf(sheet, row, [...WHOSE, "measure"])) || []) {
      if (!first || number(SHEETS.spread, part, "from") < number(SHEETS.spread, first, "from")) first = part;
      if (!last || number(SHEETS.spread, part, "to") > number(SHEETS.spread, last, "to")) last = part;
      most = Math.max(most, number(SHEETS.spread, part, "runs") / runs);
    }
  }
  if (!first) return null;
  const grows = exact(SHEETS.spread, first, "scale") === "octaves", place = grows ? (value) => Math.log2(value + 1) : (value) => value;
  const from = place(number(SHEETS.spread, first, "from")), to = place(number(SHEETS.spread, last, "to") + 1);
  return { most, first, last, grows, at: (value) => 1000 * (place(value) - from) / (to - from),
    middle: grows ? 2 ** ((from + to) / 2) - 1 : (from + to - 1) / 2 };
}

const RANKS = [["median", ""], ["p90", " far"], ["p99", " far"]];

function spreadOf(sheet, row, scale) {
  const height = 44, inside = [], runs = number(sheet, row, "runs") - number(sheet, row, "never");
  for (const part of PARTS.get(keyOf(sheet, row, [...WHOSE, "measure"])) || []) {
    const tall = (height - 2) * number(SHEETS.spread, part, "runs") / runs / scale.most;
    const x = scale.at(number(SHEETS.spread, part, "from")), width = Math.max(3, scale.at(number(SHEETS.spread, part, "to") + 1) - x - 1.5);
    inside.push(drawn("rect", { class: "bar", x: Math.min(x, 1000 - width), y: height - tall, width, height: tall }));
  }
  for (const [rank, name] of RANKS) {
    if (cell(sheet, row, rank) === "never") continue;
    const x = scale.at(number(sheet, row, rank) + 0.5);
    inside.push(drawn("line", { class: "mark" + name, x1: x, x2: x, y1: 0, y2: height }));
  }
  const says = many(runs, "run") + " from " + figure(sheet, row, "min") + " to " + figure(sheet, row, "max") + ", median " + figure(sheet, row, "median");
  return plotOf(height, says, ...inside, drawn("line", { class: "rule", x1: 0, x2: 1000, y1: height, y2: height }));
}

/* What stands below the plots of a measure: the ends of its scale, and what is half way. */
function axisOf(scale) {
  const middle = Math.round(scale.middle), ends = [scale.first, scale.last].map((part, i) => figure(SHEETS.spread, part, i ? "to" : "from"));
  const half = isLength(SHEETS.spread, scale.first, "from") ? shortLength(BigInt(middle)) : grouped(middle);
  return make("div", "axis", make("span", "", ends[0]), make("span", "", half), make("span", "", ends[1]));
}

/* ---- a run, one click away ---- */

function copyButton(line) {
  const button = make("button", "copy", make("code", "own", plain(line)), make("span", "", "copy"));
  button.type = "button";
  button.addEventListener("click", () => copy(line));
  return button;
}

async function copy(line) {
  try {
    await navigator.clipboard.writeText(line);
  } catch {
    const area = Object.assign(make("textarea", "unseen"), { value: line });
    (byId("about").open ? byId("about") : document.body).append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  say("Copied: " + plain(line));
}

/* A path as an address: nothing in it is a scheme, a query or a fragment. */
const addressOf = (path) => path.split("/").map(encodeURIComponent).join("/");

function pageLink(path, text) {
  return Object.assign(make("a", "seed", text), { href: addressOf(path), title: "The page of this run" });
}

function aboutRun(row) {
  const sheet = SHEETS.runs, facts = make("dl"), close = make("button", "", "close"), page = exact(sheet, row, "page");
  for (const name of ["file", "variant", "seed", "verdict", "events", "length", "hash"]) {
    const value = sheet.columns[sheet.at[name]][1] === "text" ? told(sheet, row, name) : name === "seed" ? String(cell(sheet, row, name)) : figure(sheet, row, name, true);
    if (value) facts.append(make("dt", "", name), make("dd", "", value));
  }
  close.type = "button";
  close.addEventListener("click", () => byId("about").close());
  const picture = exact(sheet, row, "picture");
  byId("about").replaceChildren(make("h2", "", own(told(sheet, row, "scenario"))), facts, ...(page ? [make("p", "", pageLink(page, "open its page"))] : []),
    make("p", "note", "To run it again:"), copyButton(exact(sheet, row, "replay")),
    ...(picture ? [make("p", "note", "To draw it:"), copyButton(picture)] : []), make("form", "", close));
  byId("about").showModal();
}

/* The seed of a run in a row: it leads to the page, where there is one, and to what is known of it. */
function seedOf(sheet, row, column) {
  const seed = cell(sheet, row, column);
  if (seed === null) return "";
  const run = RUNS.get(keyOf(sheet, row, WHOSE) + " " + seed), text = "seed " + seed;
  if (!run) return make("span", "", text);
  const page = exact(SHEETS.runs, run, "page"), button = make("button", "seed", page ? "…" : text);
  button.type = "button";
  button.setAttribute("aria-label", "About the run of " + text);
  button.addEventListener("click", () => aboutRun(run));
  return page ? make("span", "", pageLink(page, text), " ", button) : button;
}
