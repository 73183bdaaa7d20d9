/* Two varied keys as a table of squares. The figure stands in each, so its shade is no more than a help. */

const FIGURES = ["median", "p99", "max", "min"];
const NAMES = { min: "least", median: "median", p99: "99th percentile", max: "greatest" };

function choice(label, options, chosen, choose) {
  const select = make("select"), id = "pick-" + state.picks++;
  select.append(...options.map(([value, text]) => Object.assign(make("option", "", text), { value })));
  Object.assign(select, { value: chosen, id });
  select.addEventListener("change", () => choose(select.value));
  return make("span", "", Object.assign(make("label", "", label + " "), { htmlFor: id }), select);
}

const valuesOf = (sheet, rows, column) => [...new Map(rows.map((row) => [cell(sheet, row, column), told(sheet, row, column)]))];

/* What is shown of a square: its text, how much of it there is, and the row. */
function squareOf(sheet, row, what, rank) {
  if (what === "failed") {
    const share = number(sheet, row, "failed") / Math.max(1, number(sheet, row, "runs"));
    return { text: grouped(number(sheet, row, "failed")) + " of " + grouped(number(sheet, row, "runs")), size: share };
  }
  return { text: figure(sheet, row, rank), size: cell(sheet, row, rank) === "never" ? Infinity : number(sheet, row, rank), exact: figure(sheet, row, rank, true) };
}

function planeOf(sheet, rows, what, rank) {
  const xs = valuesOf(sheet, rows, "value-x"), ys = valuesOf(sheet, rows, "value-y");
  const squares = new Map(rows.map((row) => [keyOf(sheet, row, ["value-x", "value-y"]), squareOf(sheet, row, what, rank)]));
  const sizes = [...squares.values()].map(({ size }) => size).filter(Number.isFinite);
  const least = what === "failed" ? 0 : Math.min(...sizes), most = what === "failed" ? 1 : Math.max(...sizes);
  const shade = (size) => size === Infinity ? 1 : most > least ? (size - least) / (most - least) : 0;
  const line = ([y, name]) => make("tr", "", Object.assign(make("th", "own", name), { scope: "row" }), ...xs.map(([x]) => {
    const square = squares.get(x + " " + y), made = make("td", square ? "" : "blank", square ? square.text : "–");
    if (square) made.style.background = "rgb(var(--" + (what === "failed" ? "alarm" : "heat") + ") / " + (0.45 * shade(square.size)).toFixed(3) + ")";
    if (square && square.exact) made.title = square.exact;
    return made;
  }));
  const corner = told(sheet, rows[0], "key-y") + " ↓   " + told(sheet, rows[0], "key-x") + " →";
  const head = make("tr", "", make("th", "own", corner), ...xs.map(([, name]) => Object.assign(make("th", "own", name), { scope: "col" })));
  return make("div", "wide heat", make("table", "", make("caption", "unseen", corner), make("thead", "", head), make("tbody", "", ...ys.map(line))));
}

function heat(sheet, wanted) {
  const pairs = [...rowsBy(sheet, wanted, ["campaign", "file", "scenario", "key-x", "key-y"])];
  const draw = (some) => some.map(([key, rows]) => {
    const kept = state.heat.get(key) || { what: "failed", rank: "median" };
    const choose = (change) => { state.heat.set(key, { ...kept, ...change }); fill(); byId("heat " + key).focus(); };
    const kinds = valuesOf(sheet, rows, "measure").map(([word, text]) => [text === "" ? "failed" : String(word), text === "" ? "runs that did not pass" : text]);
    const own_ = rows.filter((row) => kept.what === "failed" ? exact(sheet, row, "measure") === "" : String(cell(sheet, row, "measure")) === kept.what);
    const made = make("div", "plot", make("h3", "", own(told(sheet, rows[0], "key-x") + " and " + told(sheet, rows[0], "key-y")),
      make("span", "where own", [told(sheet, rows[0], "scenario"), told(sheet, rows[0], "file"), several ? "campaign " + cell(sheet, rows[0], "campaign") : ""].filter(Boolean).join(", "))),
      make("div", "pick", choice("show", kinds, kept.what, (what) => choose({ what })),
        kept.what === "failed" ? "" : choice("its", FIGURES.map((name) => [name, NAMES[name]]), kept.rank, (rank) => choose({ rank }))),
      planeOf(sheet, own_, kept.what, kept.rank));
    Object.assign(made, { id: "heat " + key, tabIndex: -1 });
    return made;
  });
  return section(sheet, "Each square has all runs with these two values, whatever the other keys have. The stronger the shade, the more.", first(sheet.name, pairs, draw));
}
