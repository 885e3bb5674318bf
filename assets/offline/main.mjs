/** The page that is one file: the view, the header and the inspector around a graph that the page itself holds. */

import { addressText, canBeCopied, listenForBack, writeAddressText } from "../graph_view/address.mjs";
import { make } from "../graph_view/dom.mjs";
import { mount } from "../graph_view/main.mjs";
import { readAtlas } from "./atlas.mjs";
import { createComposer } from "./compose.mjs";
import { canRead, holds, readBlock } from "./data.mjs";
import { drawOverview, drawParts, prose } from "./inspector.mjs";
import { visiblePlaces } from "./links.mjs";
import { bestOf, search } from "./search.mjs";

const byId = (id) => document.getElementById(id);
const page = window.dash_clientside.graphlab_page; // the switches that this page shares with the app's

/** @type {{id: string, title: string, root: string, detail: string}[]} the page's graphs; `detail` is how each opens */
let graphs = [];
/** @type {Map<string, Promise<{graph: number, name: string, atlas: object, compose: function(string[]): object}>>} */
const levels = new Map();
const AT_FIRST = { source: null, open: null, focus: null, hide: [] };
let props = { scene: null, view: null, selected: null, message: null, center: null, overlays: [] };
let view = null;
let composed = ""; // what the scene was made of

/** The number of the graph that a view shows. */
function graphOf(wanted) {
  return Math.max(0, graphs.findIndex(({ id }) => id === wanted?.graph));
}

/** The level of detail that a view shows. The address knows only that every op is wanted: the file may say the same. */
function levelOf(wanted) {
  const graph = graphOf(wanted);
  const asked = wanted?.all ? "all" : "quiet";
  const name = holds(`atlas-${asked}`, graph) ? asked : graphs[graph].detail;
  const key = `${graph} ${name}`;
  if (!levels.has(key)) {
    levels.set(
      key,
      readBlock(`atlas-${name}`, graph).then((told) => {
        const atlas = readAtlas(told);
        return { key, graph, name, atlas, compose: createComposer(atlas) };
      }),
    );
  }
  return levels.get(key);
}

function show(changes) {
  props = { ...props, ...changes };
  view?.update(props);
  refresh();
}

async function refresh() {
  const { view: wanted, selected } = props;
  if (!wanted) return;
  const level = await levelOf(wanted);
  if (props.view !== wanted || props.selected !== selected) return;
  const open = wanted.open ?? level.atlas.level.opened;
  const key = JSON.stringify([level.key, open]);
  if (key !== composed) {
    composed = key;
    const { root } = graphs[level.graph];
    props = { ...props, scene: { ...level.compose(open), key: level.key, crumbs: [{ id: "", title: root }] } };
    view.update(props);
    await (level.graph === searched ? mark() : find());
  }
  showChosen(level);
  await inspect(level, selected);
}

function showChosen({ graph, name }) {
  byId("quiet").hidden = !(holds("atlas-quiet", graph) && holds("atlas-all", graph));
  byId("quiet").setAttribute("aria-checked", String(name === "quiet"));
  document.querySelectorAll("#graphs [role=tab]").forEach((tab, i) => tab.setAttribute("aria-selected", String(i === graph)));
}

// Inspect

let inspected = null;

async function inspect(level, selected) {
  const key = JSON.stringify([level.key, selected]);
  if (key === inspected) return;
  inspected = key;
  const told = await readBlock(`inspector-${level.name}`, level.graph);
  const box = selected ? await standing(level, selected) : null;
  if (inspected !== key) return;
  const missing = selected && !box ? [prose(`This graph has no “${selected}”.`)] : [];
  byId("inspect").replaceChildren(...missing, ...(box ? drawParts(told[box], goTo) : drawOverview(told[""], goTo)));
}

/** The id of the box that stands for an op or a group at a level of detail; null if the graph has no such id. */
async function standing({ graph, atlas }, target) {
  if (atlas.numberOf.has(target)) return target;
  const names = await readBlock("names", graph);
  const group = names.groups.find(([id]) => id === target);
  const op = group ? group[5] : names.ops.findIndex(([id]) => id === target);
  return op < 0 ? null : atlas.ops[atlas.level.standsFor[op]].id;
}

/** Open what is around an op or a group, select it and bring it into sight. */
async function goTo(target) {
  const level = await levelOf(props.view);
  const box = await standing(level, target);
  if (!box) return;
  const open = new Set(props.scene.open);
  const around = level.atlas.around(box);
  const missing = around.filter((group) => !open.has(group));
  const wanted = missing.length ? { ...props.view, open: [...open, ...missing].sort() } : props.view;
  const center = { box, n: (props.center?.n ?? 0) + 1 };
  show({ view: wanted, selected: box, center });
}

// Search

let asked = "";
let searched = 0; // the number of the graph that was searched
let matches = [];

// What the page asks Dash for.
window.dash_clientside.set_props = (id, { children, data }) => {
  if (id === "step") goTo(data.target);
  else byId(id).textContent = children;
};

async function find() {
  const text = byId("search").value;
  const graph = graphOf(props.view);
  asked = text;
  searched = graph;
  const names = await readBlock("names", graph);
  if (asked !== text || searched !== graph) return;
  matches = search(names, text);
  const { shown, left } = bestOf(matches);
  const lines = shown.map(drawResult);
  if (left) lines.push(make("div", { class: "no-result" }, `and ${left.toLocaleString("en")} more; add a word to narrow the search`));
  if (!shown.length && text.trim()) {
    lines.push(make("div", { class: "no-result" }, `No match for “${text.trim()}”`));
  }
  byId("results").replaceChildren(...lines);
  const [hidden, words] = page.showFound({ targets: matches.map(({ target }) => target), total: matches.length });
  byId("found-bar").hidden = hidden;
  byId("found-count").textContent = words;
  await mark();
}

/** Mark in the view what was found: how many of the ops each visible box is or hides; a group that was found has 0. */
async function mark() {
  if (!matches.length && !props.overlays.length) return;
  const { ops } = await readBlock("names", graphOf(props.view));
  const { atlas } = await levelOf(props.view);
  const open = new Set((props.scene?.open ?? []).map((id) => -1 - atlas.numberOf.get(id)));
  const places = visiblePlaces(atlas, open);
  const numbers = new Map(ops.map(([id], i) => [id, i]));
  /** @type {Map<string, number>} */
  const found = new Map();
  for (const { target } of matches) {
    const op = numbers.get(target);
    if (op === undefined) found.set(target, found.get(target) ?? 0);
    else {
      const place = places[atlas.level.standsFor[op]];
      const id = place < 0 ? atlas.groups[-1 - place].box.id : atlas.ops[place].id;
      found.set(id, (found.get(id) ?? 0) + 1);
    }
  }
  props = { ...props, overlays: matches.length ? [searchOverlay(asked, found)] : [] };
  view?.update(props);
}

/** The overlay of a search, as the server makes it. @param {string} key @param {Map<string, number>} found */
function searchOverlay(key, found) {
  const marks = [...found].map(([box, count]) => {
    const inside = box.endsWith("/") && count ? count.toLocaleString("en-US") : "";
    const words = inside ? `${inside} found inside` : "found";
    return { box, slots: [["found", 1]], text: inside, words, count, total: Math.max(count, 1) };
  });
  const style = { places: ["ring", "corner"], rings: ["found"], dims: false, vivid: true };
  return { name: "search", key, style, legend: { title: "", entries: [], ends: null, note: "" }, marks, links: [] };
}

function drawResult({ target, title, subtitle }, i) {
  const line = make(
    "button",
    { type: "button", id: `result-${i}`, class: "result", role: "option", tabindex: "-1" },
    make("span", { class: "result-title" }, title),
    make("span", { class: "result-text" }, subtitle),
  );
  line.addEventListener("click", () => goTo(target));
  return line;
}

// Header

function cycleTheme(clicks) {
  const [className, title, label] = page.cycleTheme(clicks);
  Object.assign(byId("theme"), { className, title });
  byId("theme").setAttribute("aria-label", label);
}

function togglePanel() {
  const [className, expanded] = page.togglePanel(1, byId("panel").className);
  byId("panel").className = className;
  byId("panel-toggle").setAttribute("aria-expanded", expanded);
}

async function share() {
  byId("share").title = await page.share();
}

function drawTab({ id, title }) {
  const tab = make("button", { type: "button", class: "graph-tab", role: "tab" }, title);
  tab.addEventListener("click", () => show({ view: { ...AT_FIRST, all: props.view?.all, graph: id }, selected: null }));
  return tab;
}

async function begin() {
  const host = byId("graph");
  if (!canRead()) {
    host.textContent = "This browser is too old to show the graph; use a current version.";
    return;
  }
  ({ graphs } = await readBlock("about"));
  if (graphs.length > 1) byId("graphs").replaceChildren(...graphs.map(drawTab));
  if (graphs[0].detail === "all" && !addressText()) writeAddressText("all=1", false);
  listenForBack();
  view = mount(host, show);
  refresh();
  byId("quiet").addEventListener("click", () => show({ view: page.toggleQuiet(1, props.view) }));
  byId("search").addEventListener("input", find);
  byId("share").hidden = !canBeCopied();
  byId("share").addEventListener("click", share);
  byId("theme").addEventListener("click", () => cycleTheme(1));
  byId("panel-toggle").addEventListener("click", togglePanel);
  cycleTheme(0);
}

begin();
