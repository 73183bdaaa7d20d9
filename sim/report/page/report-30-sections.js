/* The sections of the report, each of one sheet or two; a section with nothing in it is not there. */

const SHOWN = 50; // rows before somebody asks for all

const state = { query: "", whole: new Set(), heat: new Map(), picks: 0 };
const several = SHEETS.campaigns.rows.length > 1;

/* Whether the search lets it through; what is of no scenario always. */
function isWanted(sheet, row) {
  if (!state.query || sheet.at.file === undefined) return true;
  const squares = sheet.at["key-x"] === undefined ? [] : ["x", "y"].map((key) => told(sheet, row, "key-" + key) + "=" + told(sheet, row, "value-" + key));
  const texts = ["file", "scenario", "variant"].map((column) => sheet.at[column] === undefined ? "" : told(sheet, row, column));
  return [...texts, ...squares].some((text) => text.toLowerCase().includes(state.query));
}

function nameCell(sheet, row) {
  const where = [several ? "campaign " + cell(sheet, row, "campaign") : "", told(sheet, row, "file")].filter(Boolean).join(", ");
  const variant = told(sheet, row, "variant");
  return make("td", "name", own(told(sheet, row, "scenario") || told(sheet, row, "file")), variant ? long(variant, "sub") : "", where ? long(where, "sub") : "");
}

/* `heads`: [text, whether numbers stand below]. */
function tableOf(caption, heads, rows) {
  const head = make("tr", "", ...heads.map(([text, numbers]) => Object.assign(make("th", numbers ? "number" : "", text), { scope: "col" })));
  return make("div", "wide", make("table", "", make("caption", "unseen", caption), make("thead", "", head), make("tbody", "", ...rows)));
}

/* The first of many things, and a button for the rest. */
function first(name, all, draw) {
  const limit = state.whole.has(name) ? all.length : SHOWN;
  const rest = all.length > limit ? make("button", "more", "show all " + grouped(all.length)) : "";
  if (rest) rest.addEventListener("click", () => { state.whole.add(name); fill(); byId(name).focus(); });
  return [...draw(all.slice(0, limit)), rest];
}

function saveButton(sheet) {
  const button = make("button", "save", sheet.name + ".csv");
  Object.assign(button, { type: "button", title: "Save the rows as comma-separated values" });
  button.setAttribute("aria-label", "Save " + sheet.name + ".csv");
  button.addEventListener("click", () => save(sheet));
  return button;
}

function section(sheet, note, inside, ...further) {
  const made = make("section", "", make("h2", "", sheet.title, ...[sheet, ...further].map(saveButton)), make("p", "note", note), ...inside);
  Object.assign(made, { id: sheet.name, tabIndex: -1 });
  made.setAttribute("aria-label", sheet.title);
  return made;
}

/* ---- one by one ---- */

function campaigns(sheet, rows) {
  const lines = rows.map((row) => make("tr", number(sheet, row, "passed") < number(sheet, row, "runs") ? "bad" : "", numberCell(String(cell(sheet, row, "campaign"))),
    make("td", "", copyButton(exact(sheet, row, "command"))), numberCell(figure(sheet, row, "runs")), numberCell(figure(sheet, row, "passed"), "count"), numberCell(figure(sheet, row, "events"))));
  return section(sheet, "What was run. Files of results that are of one campaign count as one.",
    [tableOf("Campaigns", [["", true], ["command"], ["runs", true], ["passed", true], ["events", true]], lines)]);
}

const ENDS = [["failed", "failed"], ["refused", "refused"], ["broken", "broke an invariant"], ["stalled", "stalled"], ["differs", "came out otherwise the second time"]];

function verdicts(sheet, rows) {
  const draw = (some) => [tableOf("Verdicts", [["scenario"], ["runs that passed"], ["", false], ["first that did not"], ["runs", true], ["longest", true]], some.map((row) => {
    const runs = number(sheet, row, "runs"), passed = number(sheet, row, "passed");
    const bad = ENDS.filter(([column]) => number(sheet, row, column) > 0).map(([column, says]) => figure(sheet, row, column) + " " + says);
    const says = runs === passed ? (runs > 1 ? "all passed" : "passed") : [grouped(passed) + " passed", ...bad].join(", ");
    return make("tr", runs === passed ? "" : "bad", nameCell(sheet, row), make("td", "drawn", shareBar(runs, passed, says)), make("td", "count", says),
      make("td", "", seedOf(sheet, row, "first-failed")), numberCell(figure(sheet, row, "runs")),
      Object.assign(numberCell(figure(sheet, row, "longest")), { title: figure(sheet, row, "longest", true) }));
  }))];
  return section(sheet, "How the runs of each scenario ended. What is striped did not pass.", first(sheet.name, rows, draw));
}

function failures(sheet, rows) {
  const draw = (some) => some.map((row) => {
    const variant = told(sheet, row, "variant"), seed = cell(sheet, row, "seed") === null ? "" : seedOf(sheet, row, "seed"), expected = told(sheet, row, "expected");
    const others = number(sheet, row, "variants") - 1, replay = exact(sheet, row, "replay");
    const where = [several ? "campaign " + cell(sheet, row, "campaign") : "", told(sheet, row, "place") || told(sheet, row, "file"), told(sheet, row, "verdict")].filter(Boolean).join(" · ");
    return make("div", "way", make("b", "", many(number(sheet, row, "runs"), "run")),
      make("p", "", own(expected ? "expected " + expected : told(sheet, row, "found"))),
      expected ? make("p", "", own("found " + told(sheet, row, "found"))) : "", make("p", "sub own", where),
      replay ? make("p", "sub", "first in ", own([told(sheet, row, "scenario"), variant].filter(Boolean).join(", ")), " ", seed, others > 0 ? ", and in " + counted(others, "other variant") : "", copyButton(replay)) : "");
  });
  return section(sheet, "Failures of one place and one expectation are one way of failing; those of most runs come first. The found is that of the first.", first(sheet.name, rows, draw));
}

function measureRow(sheet, row, scale, hasNever) {
  const ends = { min: "min-seed", max: "max-seed", median: "median-seed", p90: "p90-seed", p99: "p99-seed" };
  const ranks = ["min", "median", "p90", "p99", "max"].map((rank) => {
    const made = numberCell(figure(sheet, row, rank));
    made.title = figure(sheet, row, rank, true);
    made.append(make("span", "sub", seedOf(sheet, row, ends[rank])));
    return made;
  });
  return make("tr", "", make("td", "name", long(told(sheet, row, "variant") || told(sheet, row, "scenario"))),
    make("td", "drawn", scale ? spreadOf(sheet, row, scale) : ""), ...ranks, hasNever ? numberCell(figure(sheet, row, "never")) : "", numberCell(figure(sheet, row, "runs")));
}

function measures(sheet, rows) {
  const families = rowsBy(sheet, rows, ["campaign", "file", "scenario", "measure"]);
  const draw = (some) => some.map(([key, own_]) => {
    const scale = scaleOf(sheet, own_), hasNever = own_.some((row) => number(sheet, row, "never") > 0), head = own_[0];
    const heads = [["variant"], ["spread"], ["least", true], ["median", true], ["90 %", true], ["99 %", true], ["greatest", true], ...(hasNever ? [["never", true]] : []), ["runs", true]];
    const where = [told(sheet, head, "scenario"), told(sheet, head, "file"), several ? "campaign " + cell(sheet, head, "campaign") : ""].filter(Boolean).join(", ");
    const says = told(sheet, head, "measure");
    const axis = scale ? [make("tr", "axes", make("td", "", scale.grows ? "the scale grows with the figures" : ""), make("td", "drawn", axisOf(scale)))] : [];
    const lines = (few) => [tableOf(says + " of " + where, heads, [...few.map((row) => measureRow(sheet, row, scale, hasNever)), ...axis])];
    const name = "measures " + key, made = make("div", "plot", make("h3", "", own(says), make("span", "where own", where)), ...first(name, own_, lines));
    Object.assign(made, { id: name, tabIndex: -1 });
    return made;
  });
  return section(sheet, "How figures lie between the least and the greatest, on one scale for all variants of a scenario. A line stands at the median, broken lines at the 90th and 99th percentile; each seed leads to the run.",
    first(sheet.name, [...families], draw), SHEETS.spread);
}

function slowest(sheet, rows) {
  const by = { events: "most events", length: "latest last event" };
  const tables = Object.entries(by).map(([what, says]) => [says, rows.filter((row) => told(sheet, row, "by") === what)]).filter(([, some]) => some.length);
  const draw = ([says, some]) => make("div", "plot", make("h3", "", "By " + says), tableOf("By " + says, [["scenario"], ["run"], ["verdict"], ["events", true], ["attempts", true], ["length", true]], some.map((row) =>
    make("tr", "", nameCell(sheet, row), make("td", "", seedOf(sheet, row, "seed")), make("td", "", told(sheet, row, "verdict")), numberCell(figure(sheet, row, "events")), numberCell(figure(sheet, row, "attempts")),
      Object.assign(numberCell(figure(sheet, row, "length")), { title: figure(sheet, row, "length", true) })))));
  return section(sheet, "Largest by what is the same on every machine, which seconds are not: events and virtual time. Ten each of a campaign.", tables.map(draw));
}

function points(sheet, rows) {
  const draw = (some) => [tableOf("Faults", [["scenario"], ["fault"], ["runs that survived"], ["", false], ["points", true], ["runs", true]], some.map((row) => {
    const runs = number(sheet, row, "runs"), fell = number(sheet, row, "fell"), cut = number(sheet, row, "cut");
    const says = (runs === 0 ? "none tried" : fell === 0 ? "all survived" : grouped(fell) + " did not") + (cut > 0 ? ", " + grouped(cut) + " cut off with all well" : "");
    return make("tr", fell > 0 ? "bad" : "", nameCell(sheet, row), make("td", "", told(sheet, row, "fault")), make("td", "drawn", shareBar(runs, runs - fell, says)), make("td", "count", says),
      numberCell(figure(sheet, row, "points")), numberCell(figure(sheet, row, "runs")));
  }))];
  return section(sheet, "Each point of a run at which something can fail was made to fail, once and from there on.", first(sheet.name, rows, draw));
}

function features(sheet, rows) {
  const most = Math.max(1, ...rows.map((row) => number(sheet, row, "runs")));
  const draw = (some) => [tableOf("What scenarios had in them", [...(several ? [["", true]] : []), ["feature"], ["scenarios that had it"], ["", true], ["failed", true]], some.map((row) => {
    const runs = number(sheet, row, "runs");
    return make("tr", number(sheet, row, "failed") > 0 ? "bad" : "", several ? numberCell(String(cell(sheet, row, "campaign"))) : "", make("td", "", told(sheet, row, "feature")),
      make("td", "drawn", plainBar(runs / most, counted(runs, "scenario"))), numberCell(runs ? grouped(runs) : "never", runs ? "" : "alarm"), numberCell(figure(sheet, row, "failed"), "count"));
  }))];
  return section(sheet, "The ledger of a campaign of fuzz, the rarest first: of what no scenario had nothing is known.", first(sheet.name, rows, draw));
}

function relations(sheet, rows) {
  const lines = rows.map((row) => make("tr", number(sheet, row, "broken") > 0 ? "bad" : "", make("td", "", told(sheet, row, "relation")),
    ...["wanted", "asked", "broken"].map((column) => numberCell(figure(sheet, row, column), column === "broken" ? "count" : ""))));
  return section(sheet, "Two runs that have to tell the same story: of how many scenarios that was to be asked, could be, and was not so.",
    [tableOf("Relations", [["relation"], ["wanted", true], ["asked", true], ["broken", true]], lines)]);
}

/* The phase table: what happened in which phase how often, and what never did. */
function cells(sheet, rows) {
  const phases = [...new Set(rows.map((row) => cell(sheet, row, "phase")))], events = [...new Set(rows.map((row) => cell(sheet, row, "event")))];
  const times = new Map(rows.map((row) => [keyOf(sheet, row, ["phase", "event"]), row]));
  const heads = [["phase"], ...events.map((word) => [plain(DATA.words[word]), true])];
  const lines = phases.map((phase) => make("tr", "", Object.assign(make("th", "own", plain(DATA.words[phase])), { scope: "row" }), ...events.map((event) => {
    const row = times.get(phase + " " + event);
    return row ? numberCell(number(sheet, row, "times") ? figure(sheet, row, "times") : "never", number(sheet, row, "times") ? "" : "alarm") : numberCell("·");
  })));
  return section(sheet, "How often what can happen did happen in each phase of a service, in all runs that the ledger counts. What has a point cannot happen there.", [tableOf("Cells of the phase table", heads, lines)]);
}

function probes(sheet, rows) {
  const draw = (some) => [tableOf("Probes", [["probe"], ["times", true]], some.map((row) =>
    make("tr", "", make("td", "", own(told(sheet, row, "probe"))), number(sheet, row, "times") ? numberCell(figure(sheet, row, "times")) : numberCell("never", "alarm"))))];
  return section(sheet, "Named coincidences and edges, the rarest first: what was never reached, no run has tried.", first(sheet.name, rows, draw));
}

const SECTIONS = { campaigns, verdicts, failures, measures, heat: (...told_) => heat(...told_), slowest, points, features, relations, cells, probes };
