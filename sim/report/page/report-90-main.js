/* Puts it together: the head, the way to each section, the search. */

function say(text) { byId("said").textContent = text; }

function fill() {
  const made = [], links = [];
  for (const [name, draw] of Object.entries(SECTIONS)) {
    const sheet = SHEETS[name], rows = sheet.rows.filter((row) => isWanted(sheet, row));
    if (!rows.length) continue;
    made.push(draw(sheet, rows));
    const link = Object.assign(make("a", "", sheet.title), { href: "#" + name });
    if (name === "failures") link.append(" ", make("b", "", grouped(rows.length)));
    links.push(link);
  }
  byId("main").replaceChildren(...made);
  byId("nav").replaceChildren(...links);
}

function fillHead() {
  const sheet = SHEETS.campaigns, sum = (column) => sheet.rows.reduce((all, row) => all + number(sheet, row, column), 0);
  const runs = sum("runs"), passed = sum("passed"), word = byId("word");
  const title = several ? counted(sheet.rows.length, "campaign") : sheet.rows.length ? told(sheet, sheet.rows[0], "command") : "no campaign";
  document.title = title + " — rehearse report";
  byId("name").textContent = title;
  word.textContent = passed === runs ? "all passed" : grouped(runs - passed) + " did not pass";
  word.className = "word " + (passed === runs ? "good" : "bad");
  const facts = [[grouped(runs), runs === 1 ? "run" : "runs"], [grouped(sum("events")), "events"], ["rehearse", DATA.version]];
  byId("facts").replaceChildren(...facts.map(([value, what]) => make("span", "", make("b", "own", value), " " + what)));
  say(many(runs, "run") + ", " + (passed === runs ? "all passed" : grouped(runs - passed) + " did not pass") + ". / searches, t turns light or dark.");
}

function setTheme(dark) { document.documentElement.dataset.theme = dark ? "dark" : "light"; }
function toggleTheme() { setTheme(document.documentElement.dataset.theme !== "dark"); }

function onKey(event) {
  if (event.target.closest("input, select, textarea, dialog") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") { event.preventDefault(); byId("search").focus(); }
  if (event.key === "t") toggleTheme();
}

function search(query) {
  state.query = plain(query).trim().toLowerCase();
  fill();
  const sheet = SHEETS.verdicts;
  say(many(sheet.rows.filter((row) => isWanted(sheet, row)).length, "row") + " of verdicts.");
}

function begin() {
  byId("app").hidden = false;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  setTheme(dark.matches);
  dark.addEventListener("change", () => setTheme(dark.matches));
  fillHead();
  fill();
  byId("search").addEventListener("input", (event) => search(event.target.value));
  byId("theme").addEventListener("click", toggleTheme);
  document.addEventListener("keydown", onKey);
  window.addEventListener("beforeprint", () => { document.documentElement.dataset.theme = "light"; });
  window.addEventListener("afterprint", () => setTheme(dark.matches));
}

begin();
