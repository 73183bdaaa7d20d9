/* What is seen: the axis of time, the stretch of it that is shown, and the rows. */

const state = {
  model: null, axis: null, squeezed: false, view: { from: 0, to: 1 }, full: { from: 0, to: 1 },
  rows: [], folded: new Set(), query: "", filter: "all", shown: 0,
  row: 0, event: -1, check: -1, hover: null, failure: -1, range: null,
};

/* Places of instants along the axis. Linear: nanoseconds. Squeezed: a stretch in which nothing
 * happens counts by the logarithm of its length, so that ten quiet years do not hide what
 * happened in ten milliseconds. */
function axisOf(model, squeezed) {
  const ns = model.ns;
  if (!squeezed) return { place: ns, squeezed };
  const marked = eventInstants(model).concat(ns.length - 1);
  const gaps = Float64Array.from(marked.slice(1), (i, k) => ns[i] - ns[marked[k]]).sort();
  const small = Math.max((gaps.find((gap) => gap > 0) || 1) / 8, gaps[gaps.length >> 3] / 8, 1e-3);
  const place = new Float64Array(ns.length);
  let before = 0;
  for (const i of marked) {
    const length = ns[i] - ns[before], room = Math.log2(1 + length / small);
    for (let k = before + 1; k <= i; k++) place[k] = place[before] + (ns[k] - ns[before]) / length * room;
    before = i;
  }
  return { place, squeezed };
}

/* The instants at which something happened, in their order; the others are of expectations and plots. */
function eventInstants(model) {
  const has = new Uint8Array(model.ns.length);
  for (let e = 0; e < model.count; e++) has[model.at(e, EVENT.INSTANT)] = 1;
  const marked = [];
  has.forEach((one, i) => { if (one || i === 0) marked.push(i); });
  return marked;
}

/* Whether most of what happens would fall into a sliver of a linear axis. */
function wantsSqueezing(model) {
  const marked = eventInstants(model), last = model.ns[model.ns.length - 1];
  const slivers = new Set(marked.map((i) => Math.floor(model.ns[i] / last * 50)));
  return marked.length >= 4 && slivers.size <= Math.min(marked.length * 0.6, 12);
}

const instantAt = (place) => firstPlace(0, state.axis.place.length, (i) => state.axis.place[i] >= place);

/* The place of the instant within reach of a place, else the place itself. */
function snapped(place, reach) {
  const { place: places } = state.axis, right = Math.min(instantAt(place), places.length - 1), left = Math.max(right - 1, 0);
  const near = Math.abs(places[left] - place) < Math.abs(places[right] - place) ? left : right;
  return Math.abs(places[near] - place) <= reach ? places[near] : place;
}

/* The instant of a place, exact where one lies there, else between its neighbours. */
function nsAt(place, reach) {
  const { place: places, squeezed } = state.axis, model = state.model;
  let i = instantAt(place);
  if (i > 0 && (i === places.length || place - places[i - 1] < places[i] - place)) i--;
  if (Math.abs(places[i] - place) <= reach) return model.exact(i);
  if (!squeezed) return place <= 0 ? 0n : BigInt(Math.round(place));
  const right = Math.min(Math.max(instantAt(place), 1), places.length - 1), left = right - 1;
  if (left < 0 || place <= places[0]) return model.exact(0);
  if (place >= places[right]) return model.exact(right);
  const part = (place - places[left]) / (places[right] - places[left]);
  return model.exact(left) + BigInt(Math.round(part * (model.ns[right] - model.ns[left])));
}

function setAxis(squeezed) {
  const model = state.model;
  state.squeezed = squeezed;
  state.range = null;
  state.axis = axisOf(model, squeezed);
  const places = state.axis.place, last = places[places.length - 1] || 0;
  const length = last > 0 ? last : 1;
  const edge = Math.max(0.03, 30 / (window.innerWidth * 0.75)); // for what is written beside the last signs
  state.full = { from: -length * 0.015, to: length * (1 + edge) };
  setView(state.full.from, state.full.to);
}

/* Below this a pixel would be finer than the numbers are. */
function shortest() {
  const last = Math.abs(state.full.to);
  return state.squeezed ? Math.max(last * 1e-9, 1e-3) : Math.max(last * 2 ** -42, 20);
}

function setView(from, to) {
  const { full } = state, length = Math.min(Math.max(to - from, shortest()), full.to - full.from);
  const middle = (from + to) / 2;
  let left = middle - length / 2;
  left = Math.max(full.from, Math.min(left, full.to - length));
  state.view = { from: left, to: left + length };
  changed();
}

function zoomAt(place, factor) {
  const { from, to } = state.view;
  const length = Math.min(Math.max((to - from) * factor, shortest()), state.full.to - state.full.from);
  const left = place - (place - from) / (to - from) * length;
  setView(left, left + length);
}

function panBy(part) {
  const length = state.view.to - state.view.from;
  setView(state.view.from + part * length, state.view.to + part * length);
}

/* Moves the view, no more than needed, until the instant is well inside. */
function reveal(instant) {
  const place = state.axis.place[instant], { from, to } = state.view, edge = (to - from) * 0.08;
  if (place < from + edge || place > to - edge) setView(place - (to - from) / 2, place + (to - from) / 2);
}

/* ---- rows ---- */

function hasFailures(model, service) {
  return slice(model.marks, service).some((e) => isBad(model, e));
}

function wantedServices() {
  const { model, query, filter } = state, names = model.run.services;
  const fits = query.trim() === "" ? () => true : matcher(query);
  const group = filter.startsWith("group:") ? new Set(membersOf(model, Number(filter.slice(6)))) : null;
  return names.map(([name], s) => fits(name) && (!group || group.has(s)) &&
    (filter !== "named" || model.named.has(s)) && (filter !== "failures" || hasFailures(model, s)));
}

/* Services and groups in the order of the file, a group's own services before the groups in it. */
function buildRows() {
  const { model, folded } = state, { groups, services } = model.run;
  const wanted = wantedServices(), inside = byOwner(groups.length + 1, services.length, (s) => services[s][1] + 1);
  const below = byOwner(groups.length + 1, groups.length, (g) => groups[g][1] + 1);
  const held = new Int32Array(groups.length);
  for (let g = groups.length - 1; g >= 0; g--) {
    for (const s of slice(inside, g + 1)) held[g] += wanted[s];
    if (groups[g][1] >= 0) held[groups[g][1]] += held[g];
  }
  const rows = [];
  const walk = (owner, depth) => {
    for (const s of slice(inside, owner + 1)) if (wanted[s]) rows.push({ service: s, group: -1, depth });
    for (const g of slice(below, owner + 1)) {
      if (!held[g]) continue;
      rows.push({ service: -1, group: g, depth, members: held[g] });
      if (!folded.has(g)) walk(g, depth + 1);
    }
  };
  walk(-1, 0);
  tellSiblings(rows);
  state.rows = rows;
  state.shown = wanted.filter(Boolean).length;
  state.row = Math.min(state.row, Math.max(rows.length - 1, 0));
}

/* What the accessibility tree says of a row: which of how many on its level. */
function tellSiblings(rows) {
  const open = [];
  const close = (depth) => {
    while (open.length > depth) {
      const level = open.pop();
      level.forEach((row, i) => { row.number = i + 1; row.of = level.length; });
    }
  };
  for (const row of rows) {
    close(row.depth + 1);
    if (!open[row.depth]) open[row.depth] = [];
    open[row.depth].push(row);
  }
  close(0);
}

const rowOf = (service) => state.rows.findIndex((row) => row.service === service);

/* Opens the groups around a service, and gives up a search that hides it. */
function bringRow(service) {
  let group = state.model.run.services[service][1], opened = false;
  for (; group >= 0; group = state.model.run.groups[group][1]) opened = state.folded.delete(group) || opened;
  if (opened) buildRows();
  if (rowOf(service) < 0) { setFilter("", "all"); }
  return rowOf(service);
}

function toggleFold(group) {
  if (!state.folded.delete(group)) state.folded.add(group);
  buildRows();
  arrange();
}

function setFilter(query, filter) {
  const kept = state.rows[state.row];
  state.query = query;
  state.filter = filter;
  buildRows();
  const at = kept ? state.rows.findIndex((row) => row.service === kept.service && row.group === kept.group) : -1;
  state.row = Math.max(at, 0);
  arrange();
}
