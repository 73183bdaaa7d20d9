/* The labels on the left: elements, so that they are read, focused and folded. Of the lanes only
 * those in sight are there, under their numbers in the whole tree. */

const own = (text) => make("span", "own", text);

function place(element, y, h, width) {
  Object.assign(element.style, { top: y + "px", height: h + "px", width: width + "px" });
  return element;
}

/* Everything that depends on sizes, rows or the run. */
function arrange() {
  computeLayout();
  const { lanes, overview } = layout, tree = byId("lanes"), { rows } = state;
  Object.assign(byId("overview").style, { left: layout.label + "px", top: overview.y + "px", height: overview.h + "px" });
  Object.assign(tree.style, { top: lanes.y + "px", height: lanes.h + "px" });
  const plots = layout.scrolled.reduce((sum, one) => sum + one.h, 0);
  byId("extent").style.height = rows.length * layout.rowHeight + plots + 8 + "px";
  Object.assign(byId("nobody").style, { top: lanes.y + "px" });
  byId("nobody").hidden = rows.length > 0;
  arrangeFixed();
  const total = state.model.run.services.length;
  byId("count").textContent = state.shown === total ? counted(total, "service") : state.shown + " of " + total;
  changed();
}

function arrangeFixed() {
  const { run } = state.model, fixed = byId("fixed"), width = layout.label;
  const broken = run.expectations.filter((one) => !one.held).length;
  const parts = [place(make("span", "", layout.width < 700 ? "" : "whole run"), layout.overview.y, layout.overview.h, width)];
  parts.push(place(make("span", "", state.squeezed ? "time, squeezed" : "time"), layout.ruler.y, layout.ruler.h, width));
  for (const band of layout.bands) {
    const left_out = band.condition === BANDS_MOST - 1 ? run.conditions.length - BANDS_MOST : 0;
    const label = make("span", "", own(run.conditions[band.condition][0]), left_out > 0 ? " (+" + left_out + ")" : "");
    label.title = "condition " + run.conditions[band.condition][0];
    parts.push(place(label, band.y, band.h, width));
  }
  if (layout.operator) parts.push(place(make("span", "", "commands"), layout.operator.y, layout.operator.h, width));
  if (layout.checks) {
    const button = make("button", broken ? "bad" : "", broken ? broken + " of " + run.expectations.length + " broken" : "expectations");
    button.type = "button";
    button.title = "Open the expectations (e)";
    button.addEventListener("click", () => { showTab("checks"); });
    parts.push(place(make("span", "", button), layout.checks.y, layout.checks.h, width));
  }
  fixed.replaceChildren(...parts);
  byId("plots").replaceChildren(...layout.plots.map((one) => place(plotLabel(one.plot), one.y, one.h, width)));
}

function plotLabel(number) {
  const plot = state.model.run.plots[number];
  return make("div", "", make("b", "own", plain(plot.name)), make("span", "", "peak " + plot.peak + plain(plot.unit || "")));
}

function labelOf(row, number) {
  const { model } = state, { run } = model, group = row.group >= 0;
  const name = group ? model.groupNames[row.group] : run.services[row.service][0];
  const named = !group && model.named.has(row.service);
  const label = make("div", "lane" + (group ? " group" : "") + (named ? " named" : "") + (number === state.row ? " chosen" : ""));
  const shown = group ? name.slice(name.lastIndexOf(".") + 1) : name;
  if (group) label.append(make("span", "twist", state.folded.has(row.group) ? "▶" : "▼"));
  label.append(own(shown));
  if (named) label.append(make("span", "alarm", "!"));
  if (group) label.append(make("span", "more", String(row.members)));
  label.id = "row-" + number;
  label.setAttribute("role", "treeitem");
  label.setAttribute("aria-level", row.depth + 1);
  label.setAttribute("aria-posinset", row.number);
  label.setAttribute("aria-setsize", row.of);
  label.setAttribute("aria-selected", number === state.row);
  if (group) label.setAttribute("aria-expanded", !state.folded.has(row.group));
  const says = group ? "group " + model.groupPaths[row.group] + ": " + counted(row.members, "service") : name + ": " + summaryOf(model, row.service);
  label.setAttribute("aria-label", says + (named ? ", a broken expectation names it" : ""));
  label.title = says;
  label.tabIndex = number === state.row ? 0 : -1;
  label.dataset.row = number;
  label.style.paddingLeft = 11 + row.depth * 12 + "px";
  return place(label, 4 + number * layout.rowHeight, layout.rowHeight, layout.label);
}

let labelled = { key: "", nodes: new Map() };

/* Makes the labels in sight, and a few around them; what is there already stays, with its focus. */
function renderLabels() {
  const tree = byId("lanes"), extent = byId("extent"), height = layout.rowHeight;
  const first = Math.max(Math.floor(tree.scrollTop / height) - 4, 0);
  const end = Math.min(Math.ceil((tree.scrollTop + layout.lanes.h) / height) + 4, state.rows.length);
  const key = [first, end, height, layout.label, state.row].join();
  if (labelled.key === key && labelled.rows === state.rows) return;
  const focused = tree.contains(document.activeElement);
  const wanted = [];
  for (let r = first; r < end; r++) wanted.push(r);
  if (state.rows.length && (state.row < first || state.row >= end)) wanted.push(state.row); // Tab comes to it
  const nodes = new Map(wanted.map((r) => [r, labelOf(state.rows[r], r)]));
  const scrolled = layout.scrolled.map((one) => {
    const label = place(plotLabel(one.plot), one.y + 4, one.h, layout.label);
    label.className = "lane plotted";
    label.setAttribute("role", "none");
    return label;
  });
  extent.replaceChildren(...nodes.values(), ...scrolled);
  labelled = { key, rows: state.rows, nodes };
  if (focused && nodes.has(state.row)) nodes.get(state.row).focus({ preventScroll: true });
}

function scrollToRow(number, middle) {
  const tree = byId("lanes"), y = number * layout.rowHeight, h = layout.lanes.h;
  if (middle) tree.scrollTop = y - h / 2 + layout.rowHeight;
  else if (y < tree.scrollTop) tree.scrollTop = y;
  else if (y + layout.rowHeight + 8 > tree.scrollTop + h) tree.scrollTop = y + layout.rowHeight + 8 - h;
}

/* Makes a row the one that keys act on. */
function chooseRow(number, focus) {
  if (!state.rows.length) return;
  state.row = Math.max(0, Math.min(number, state.rows.length - 1));
  scrollToRow(state.row, false);
  if (focus) {
    labelled.key = "";
    byId("lanes").dataset.focus = "1";
    renderLabels();
    const label = byId("row-" + state.row);
    if (label) label.focus({ preventScroll: true });
  }
  if (panel.tab === "list") fillList();
  changed();
}

/* Says a sentence where screen readers hear it and everybody sees it. */
function say(text) {
  byId("said").textContent = text;
}
