/* The data of the page, and what is reckoned of a run once: tables of numbers, lane by lane. */

const DATA = JSON.parse(document.getElementById("data").textContent);
const KIND = Object.fromEntries(DATA.kinds.map((name, number) => [name, number]));
const EVENT = { INSTANT: 0, SUBJECT_KIND: 1, SUBJECT: 2, TYPE: 3, DETAIL: 4, BECAUSE: 5, ATTEMPT: 6, WIDTH: 7 };
const SUBJECT = { SUPERVISOR: 0, SERVICE: 1, GROUP: 2, CONDITION: 3 };

/* How an attempt ended: a shape each, so that none needs its colour, and how bad it is. */
const OUTCOMES = {
  succeeded: { shape: "ring", bad: 0, says: "clean end" },
  failed: { shape: "cross", bad: 2, says: "failed" },
  crashed: { shape: "star", bad: 3, says: "crashed" },
  refused: { shape: "no-entry", bad: 2, says: "refused to start" },
  "timed-out": { shape: "hourglass", bad: 2, says: "timed out" },
  unhealthy: { shape: "triangle", bad: 2, says: "unhealthy" },
  cancelled: { shape: "square", bad: 0, says: "cancelled" },
  aborted: { shape: "block", bad: 1, says: "aborted" },
};
/* Events that are marked on a lane as well. */
const MARKED = {
  "limit-exhausted": { shape: "octagon", bad: 4, says: "restart limit exhausted" },
  quarantined: { shape: "lock", bad: 3, says: "quarantined" },
  abandoned: { shape: "dagger", bad: 3, says: "abandoned" },
  stale: { shape: "hollow", bad: 1, says: "no beat in time (stale)" },
  "stop-deadline": { shape: "bar", bad: 1, says: "grace has passed" },
};

/* The tool's globs: * any run of characters, ? one; without either, a part of the name. */
function matcher(query) {
  const text = query.trim();
  if (!/[*?]/.test(text)) {
    const part = text.toLowerCase();
    return (name) => name.toLowerCase().includes(part);
  }
  const pattern = text.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".");
  const whole = new RegExp("^" + pattern + "$", "su");
  return (name) => whole.test(name);
}

/* Numbers sorted by who owns them: those of owner o are item[start[o]] to item[start[o + 1] - 1]. */
function byOwner(owners, count, ownerOf) {
  const start = new Int32Array(owners + 1);
  for (let i = 0; i < count; i++) if (ownerOf(i) >= 0) start[ownerOf(i) + 1]++;
  for (let o = 0; o < owners; o++) start[o + 1] += start[o];
  const next = start.slice(), item = new Int32Array(start[owners]);
  for (let i = 0; i < count; i++) if (ownerOf(i) >= 0) item[next[ownerOf(i)]++] = i;
  return { start, item };
}

/* The first place of [from, to) at which holds(place) is true; it stays true after that. */
function firstPlace(from, to, holds) {
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/* Bars of one sort, their columns apart, in the order of their lanes. */
function barsOf(run, wanted) {
  const rows = [];
  for (let i = 0; i < run.spans.length; i += 6) if (wanted(run.spans[i + 1])) rows.push(i);
  const column = (offset) => Int32Array.from(rows, (i) => run.spans[i + offset]);
  const lane = column(0), lanes = run.services.length;
  const start = new Int32Array(lanes + 1);
  for (const s of lane) start[s + 1]++;
  for (let s = 0; s < lanes; s++) start[s + 1] += start[s];
  return { start, lane, kind: column(1), from: column(2), to: column(3), attempt: column(4), event: column(5) };
}

function pathOf(names, parents, at) {
  const name = names[at], parent = parents[at];
  if (parent < 0) return name;
  const above = pathOf(names, parents, parent);
  return name.startsWith(above + ".") ? name : above + "." + name;
}

/* What becomes of the texts of a run before anything of it is shown. */
function clean(run) {
  const own = { ...run };
  for (const key of ["file", "name", "variant", "seed", "executor", "hash", "word", "message", "note", "replay"]) {
    own[key] = run[key] === undefined ? "" : plain(run[key]);
  }
  own.command = run.replay || ""; // what is copied is exact
  own.words = run.words.map(plain);
  for (const key of ["groups", "services", "conditions"]) own[key] = run[key].map(([name, ...rest]) => [plain(name), ...rest]);
  own.expectations = run.expectations.map((one) => ({
    ...one, file: plain(one.file), source: plain(one.source).replace(/^\s*- /, ""), expected: plain(one.expected), found: plain(one.found),
  }));
  if (!own.instants.length) { own.instants = [0]; own.end = 0; }
  return own;
}

/* The model of a run: everything that drawing asks for, by number. */
function modelOf(raw) {
  const run = clean(raw);
  const events = Int32Array.from(run.events), count = events.length / EVENT.WIDTH;
  const outcome = new Int32Array(count).fill(-1);
  for (let i = 0; i < run.outcomes.length; i += 2) outcome[run.outcomes[i]] = run.outcomes[i + 1];
  const at = (e, column) => events[e * EVENT.WIDTH + column];
  const ofService = (e) => at(e, EVENT.SUBJECT_KIND) === SUBJECT.SERVICE ? at(e, EVENT.SUBJECT) : -1;
  const model = {
    run, events, count, outcome, at,
    ns: Float64Array.from(run.instants, Number),
    bars: barsOf(run, (kind) => kind !== KIND.open && kind !== KIND["half-open"]),
    breakers: barsOf(run, (kind) => kind === KIND.open || kind === KIND["half-open"]),
    laneEvents: byOwner(run.services.length, count, ofService),
    groupEvents: byOwner(run.groups.length, count,
      (e) => at(e, EVENT.SUBJECT_KIND) === SUBJECT.GROUP ? at(e, EVENT.SUBJECT) : -1),
    type: (e) => run.words[at(e, EVENT.TYPE)],
    detail: (e) => run.words[at(e, EVENT.DETAIL)] || "",
    because: (e) => at(e, EVENT.BECAUSE) < 0 ? "" : run.words[at(e, EVENT.BECAUSE)],
    exact: (instant) => BigInt(run.instants[instant]),
    when: (instant) => durationText(BigInt(run.instants[instant])),
    steps: new Map(),
    stories: new Map(),
  };
  model.groupNames = run.groups.map(([name]) => name);
  const parents = run.groups.map(([, parent]) => parent);
  model.groupPaths = model.groupNames.map((_, g) => pathOf(model.groupNames, parents, g));
  model.signs = signsOf(model);
  model.marks = byOwner(run.services.length, count, (e) => model.signs[e] ? ofService(e) : -1);
  model.commands = commandsOf(model);
  model.named = namedOf(model);
  return model;
}

/* The sign of each event by number, 0 for those without; SIGNS[number - 1] is what it is. */
const SIGNS = [...Object.entries(OUTCOMES), ...Object.entries(MARKED)].map(([name, sign]) => ({ name, ...sign }));
function signsOf(model) {
  const signs = new Uint8Array(model.count);
  const byWord = new Map();
  model.run.words.forEach((word, number) => {
    const found = SIGNS.findIndex((sign) => sign.name === word);
    if (found >= 0) byWord.set(number, found + 1);
  });
  for (let e = 0; e < model.count; e++) {
    if (model.outcome[e] >= 0) signs[e] = byWord.get(model.outcome[e]) || 0;
    else if (MARKED[model.run.words[model.at(e, EVENT.TYPE)]]) signs[e] = byWord.get(model.at(e, EVENT.TYPE));
  }
  return signs;
}
const isBad = (model, e) => model.signs[e] > 0 && SIGNS[model.signs[e] - 1].bad >= 2;

/* What operators did, and what went through the whole supervisor: lines across all lanes. */
function commandsOf(model) {
  const wanted = new Set(["command", "shutdown-requested", "group-shutdown", "group-restart", "group-cancelled"]);
  const commands = [];
  for (let e = 0; e < model.count; e++) if (wanted.has(model.type(e))) commands.push(e);
  return commands;
}

/* Services that a broken expectation names. */
function namedOf(model) {
  const named = new Set();
  for (const one of model.run.expectations) if (!one.held) one.services.forEach((s) => named.add(s));
  return named;
}

function slice(table, owner) {
  return table.item.subarray(table.start[owner], table.start[owner + 1]);
}

/* In a sentence, what became of a service: its lane for those who do not see it. Kept once told. */
function summaryOf(model, service) {
  if (!model.stories.has(service)) model.stories.set(service, storyOf(model, service));
  return model.stories.get(service);
}

function storyOf(model, service) {
  const tally = new Map();
  let attempts = 0, last = -1;
  for (const e of slice(model.laneEvents, service)) {
    const type = model.type(e);
    if (type === "attempt-started") attempts++;
    if (type === "terminated") last = e;
    if (type === "registered") last = -1;
    if (model.outcome[e] >= 0) {
      const word = model.run.words[model.outcome[e]];
      tally.set(word, (tally.get(word) || 0) + 1);
    }
  }
  const parts = [counted(attempts, "attempt")];
  for (const [word, times] of tally) if (OUTCOMES[word] && OUTCOMES[word].bad) parts.push(times + " " + word);
  if (last >= 0) {
    parts.push("terminated " + model.detail(last) + " at " + model.when(model.at(last, EVENT.INSTANT)));
  } else {
    const end = model.bars.start[service + 1] - 1;
    if (end >= model.bars.start[service]) parts.push(DATA.kinds[model.bars.kind[end]] + " at the end");
  }
  return parts.join(", ");
}

/* Services of a group and of the groups in it. */
function membersOf(model, group) {
  const inside = new Set([group]);
  model.run.groups.forEach(([, parent], g) => { if (inside.has(parent)) inside.add(g); });
  const members = [];
  model.run.services.forEach(([, g], s) => { if (inside.has(g)) members.push(s); });
  return members;
}

/* How many members of a group are live, as steps, for its folded row. Kept once reckoned. */
const LIVE = new Set(["starting", "running", "unready", "stopping", "finishing"].map((name) => KIND[name]));
function liveSteps(model, group) {
  if (model.steps.has(group)) return model.steps.get(group);
  const change = new Int32Array(model.ns.length + 1), bad = new Int32Array(model.ns.length);
  for (const s of membersOf(model, group)) {
    for (let b = model.bars.start[s]; b < model.bars.start[s + 1]; b++) {
      if (LIVE.has(model.bars.kind[b])) { change[model.bars.from[b]]++; change[model.bars.to[b]]--; }
    }
    for (const e of slice(model.marks, s)) if (isBad(model, e)) bad[model.at(e, EVENT.INSTANT)]++;
  }
  const steps = [], fails = [];
  let live = 0, peak = 0;
  for (let i = 0; i < model.ns.length; i++) {
    if (change[i]) { live += change[i]; peak = Math.max(peak, live); steps.push(i, live); }
    if (bad[i]) fails.push(i);
  }
  const made = { steps, fails, peak };
  model.steps.set(group, made);
  return made;
}
