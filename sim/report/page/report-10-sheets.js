/* The sheets of the report: rows of cells, texts by their number. What is saved as CSV is what is drawn. */

const DATA = JSON.parse(document.getElementById("data").textContent);
const SHEETS = {};
for (const [name, { title, columns, rows }] of Object.entries(DATA.sheets)) {
  SHEETS[name] = { name, title, columns, rows, at: Object.fromEntries(columns.map(([column], i) => [column, i])) };
}
const WHOSE = ["campaign", "file", "scenario", "variant"];

const cell = (sheet, row, column) => row[sheet.at[column]];
const number = (sheet, row, column) => Number(cell(sheet, row, column) || 0);
/* A text as it is, for what is copied and saved; and as it is shown. */
const exact = (sheet, row, column) => { const word = cell(sheet, row, column); return word === null || word === undefined ? "" : DATA.words[word]; };
const told = (sheet, row, column) => plain(exact(sheet, row, column));

const grouped = (digits) => String(digits).replace(/\B(?=(\d{3})+$)/g, ",");

const many = (count, word) => grouped(count) + " " + word + (count === 1 ? "" : "s");

function isLength(sheet, row, column) {
  const kind = sheet.columns[sheet.at[column]][1];
  return kind === "length" || (kind === "figure" && exact(sheet, row, "unit") === "ns");
}

/* A length of four digits, which is enough to see; its title has them all. */
function shortLength(ns) {
  const unit = 10n ** BigInt(Math.max(0, String(ns).length - 4));
  return durationText((ns + unit / 2n) / unit * unit);
}

/* The cell for people: exactly, or as short as it is useful. */
function figure(sheet, row, column, whole) {
  const value = cell(sheet, row, column);
  if (value === null || value === "never") return value || "";
  if (!isLength(sheet, row, column)) return grouped(value);
  return whole ? durationText(BigInt(value)) : shortLength(BigInt(value));
}

/* Rows of one scenario, or of what else they have in common. */
const keyOf = (sheet, row, columns) => columns.map((column) => cell(sheet, row, column)).join(" ");
function rowsBy(sheet, rows, columns) {
  const found = new Map();
  for (const row of rows) {
    const key = keyOf(sheet, row, columns);
    if (!found.has(key)) found.set(key, []);
    found.get(key).push(row);
  }
  return found;
}
const RUNS = new Map(SHEETS.runs.rows.map((row) => [keyOf(SHEETS.runs, row, [...WHOSE, "seed"]), row]));
const PARTS = rowsBy(SHEETS.spread, SHEETS.spread.rows, [...WHOSE, "measure"]);

const quoted = (text) => /[,"\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;

/* As rehearse report --csv writes it, byte for byte. */
function csvOf(sheet) {
  const lines = [sheet.columns.map(([name]) => name).join(",")];
  for (const row of sheet.rows) {
    lines.push(row.map((value, i) => value === null ? "" : sheet.columns[i][1] === "text" ? quoted(DATA.words[value]) : String(value)).join(","));
  }
  return lines.join("\n") + "\n";
}

function save(sheet) {
  const address = URL.createObjectURL(new Blob([csvOf(sheet)], { type: "text/csv" }));
  const link = Object.assign(make("a"), { href: address, download: sheet.name + ".csv" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
  say(sheet.name + ".csv: " + many(sheet.rows.length, "row"));
}
