/** The page that is one file: the view, the header and the inspector around a graph that the page itself holds. */

import { addressText, canBeCopied, listenForBack, writeAddressText } from "../graph_view/address.mjs";
import { make } from "../graph_view/dom.mjs";
import { valueOf } from "../graph_view/lookup.mjs";
import { mount } from "../graph_view/main.mjs";
import { MATCH_BAR, MATCH_COUNT, GRAPH, INSPECT, PANEL, PANEL_TOGGLE, QUIET, RESULTS, SEARCH, SHARE, TARGET, THEME } from "../ids.mjs";
import { togglePanel } from "../page/drawer.mjs";
import { showMatches } from "../page/search.mjs";
import { share } from "../page/share.mjs";
import { toggleQuiet } from "../page/switches.mjs";
import { cycleTheme } from "../page/theme.mjs";
import { readAtlas } from "./atlas.mjs";
import { createComposer } from "./compose.mjs";
import { canRead, holds, readAbout, readInspector, readLevel, readNames, readValues } from "./data.mjs";
import { drawOverview, drawParts, prose } from "./inspector.mjs";
import { visiblePlaces } from "./links.mjs";
import { bestOf, search, searchOverlay } from "./search.mjs";
import { createStrip } from "./values/strip.mjs";
import { positionOf, valuesOverlay } from "./values/values.mjs";

/**
 * @import { Changes, Props } from "../graph_view/types.mjs"
 * @import { View } from "../types.mjs"
 * @import { Composed } from "./compose.mjs"
 * @import { GraphAbout } from "./data.mjs"
 * @import { Match } from "./search.mjs"
 * @import { Atlas } from "./types.mjs"
 * @import { ValuesBlock } from "./values/types.mjs"
 */

/**
 * A level of detail of one of the page's graphs.
 * @typedef {{key: string, graph: number, name: string, atlas: Atlas, compose: (open: string[]) => Composed}} Level
 */

const TABS = "graphs"; // the id of the tabs' place, see page.html
const AT_FIRST = { source: null, open: null, focus: null, hide: [] };

/** @type {GraphAbout[]} */
let graphs = [];
/** @type {Map<string, Promise<Level>>} */
const levels = new Map();
/** @type {Props} */
let props = { scene: null, view: null, selected: null, message: null, center: null, overlays: [] };
/** @type {ReturnType<typeof mount> | null} */
let view = null;
let composed = ""; // what the scene was made of

/** An element of the page. @param {string} id */
function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new RangeError(`this page has no element ${id}`);
  return element;
}

/** The number of the graph that a view shows. @param {View | null} wanted */
function graphOf(wanted) {
  return Math.max(0, graphs.findIndex(({ id }) => id === wanted?.graph));
}

/**
 * The level of detail that a view shows. The address knows only that every op is wanted: the file may say the same.
 * @param {View | null} wanted
 */
function levelOf(wanted) {
  const graph = graphOf(wanted);
  const searchedText = wanted?.all ? "all" : "quiet";
  const name = holds(`atlas-${searchedText}`, graph) ? searchedText : graphs[graph].detail;
  const key = `${graph} ${name}`;
  const level = levels.get(key) ?? prepareLevel(key, graph, name);
  levels.set(key, level);
  return level;
}

/** @param {string} key @param {number} graph @param {string} name @returns {Promise<Level>} */
async function prepareLevel(key, graph, name) {
  const atlas = readAtlas(await readLevel(name, graph));
  return { key, graph, name, atlas, compose: createComposer(atlas) };
}

/** @param {Changes} changes */
function show(changes) {
  props = { ...props, ...changes };
  view?.update(props);
  refresh();
}

async function refresh() {
  const { view: wanted, selected = null } = props;
  if (!wanted) return;
  const level = await levelOf(wanted);
  if (props.view !== wanted || (props.selected ?? null) !== selected) return;
  const open = wanted.open ?? level.atlas.level.opened;
  const key = JSON.stringify([level.key, open]);
  if (key !== composed) {
    composed = key;
    const { root } = graphs[level.graph];
    props = { ...props, scene: { ...level.compose(open), key: level.key, crumbs: [{ id: "", title: root }] } };
    view?.update(props);
    await (level.graph === searchedGraph ? mark() : find());
  }
  showChosen(level);
  await inspect(level, selected);
}

/** @param {Level} level */
function showChosen({ graph, name }) {
  byId(QUIET).hidden = !(holds("atlas-quiet", graph) && holds("atlas-all", graph));
  byId(QUIET).setAttribute("aria-checked", String(name === "quiet"));
  document.querySelectorAll(`#${TABS} [role=tab]`).forEach((tab, i) => tab.setAttribute("aria-selected", String(i === graph)));
}

// Inspect

let inspected = "";

/** @param {Level} level @param {string | null} selected */
async function inspect(level, selected) {
  const key = JSON.stringify([level.key, selected]);
  if (key === inspected) return;
  inspected = key;
  const parts = await readInspector(level.name, level.graph);
  const box = selected ? await standing(level, selected) : null;
  if (inspected !== key) return;
  const missing = selected && !box ? [prose(`This graph has no “${selected}”.`)] : [];
  byId(INSPECT).replaceChildren(...missing, ...(box ? drawParts(parts[box], goTo) : drawOverview(parts[""], goTo)));
}

/**
 * The id of the box that stands for an op or a group at a level of detail; null if the graph has no such id.
 * @param {Level} level @param {string} target
 */
async function standing({ graph, atlas }, target) {
  if (atlas.numberOf.has(target)) return target;
  const names = await readNames(graph);
  const group = names.groups.find(([id]) => id === target);
  const op = group ? group[5] : names.ops.findIndex(([id]) => id === target);
  return op < 0 ? null : atlas.ops[atlas.level.standsFor[op]].id;
}

/** Open what is around an op or a group, select it and bring it into sight. @param {string} target */
async function goTo(target) {
  const level = await levelOf(props.view);
  const box = await standing(level, target);
  if (!box) return;
  const open = new Set(props.scene?.open);
  const around = level.atlas.around(box);
  const missing = around.filter((group) => !open.has(group));
  const wanted = missing.length ? { ...props.view, open: [...open, ...missing].sort() } : props.view;
  const center = { box, n: (props.center?.n ?? 0) + 1 };
  show({ view: wanted, selected: box, center });
}

// Search

let searchedText = "";
let searchedGraph = 0; // the number of the graph that was searched
/** @type {Match[]} */
let matches = [];

/** What the page asks Dash for elsewhere. @param {string | object} id @param {Record<string, unknown>} changes */
function setProps(id, { children, data }) {
  if (id === TARGET && data && typeof data === "object" && "target" in data) goTo(String(data.target));
  else if (typeof id === "string") byId(id).textContent = String(children);
}

/** The words in the search field. */
function searchText() {
  const field = byId(SEARCH);
  return field instanceof HTMLInputElement ? field.value : "";
}

async function find() {
  const text = searchText();
  const graph = graphOf(props.view);
  searchedText = text;
  searchedGraph = graph;
  const names = await readNames(graph);
  if (searchedText !== text || searchedGraph !== graph) return;
  matches = search(names, text);
  byId(RESULTS).replaceChildren(...resultLines(text));
  const [hidden, words] = showMatches({ targets: matches.map(({ target }) => target), total: matches.length });
  byId(MATCH_BAR).hidden = hidden;
  byId(MATCH_COUNT).textContent = words;
  await mark();
}

/** The best matches, and what is said where there are more or none. @param {string} text that was looked for */
function resultLines(text) {
  const { best, left } = bestOf(matches);
  /** @type {HTMLElement[]} */
  const lines = best.map(drawResult);
  if (left) lines.push(make("div", { class: "no-result" }, `and ${left.toLocaleString("en")} more; add a word to narrow the search`));
  if (!best.length && text.trim()) {
    lines.push(make("div", { class: "no-result" }, `No match for “${text.trim()}”`));
  }
  return lines;
}

/** Mark the values and the matches in the view: how many each box is or hides; a group that matches itself has 0. */
async function mark() {
  if (!matches.length && !props.overlays?.length && !values) return;
  const { ops } = await readNames(graphOf(props.view));
  const { atlas, name } = await levelOf(props.view);
  const open = new Set((props.scene?.open ?? []).map((id) => -1 - valueOf(atlas.numberOf, id)));
  const places = visiblePlaces(atlas, open);
  const numbers = new Map(ops.map(([id], i) => [id, i]));
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { target } of matches) {
    const op = numbers.get(target);
    if (op === undefined) counts.set(target, counts.get(target) ?? 0);
    else {
      const place = places[atlas.level.standsFor[op]];
      const id = place < 0 ? atlas.groups[-1 - place].box.id : atlas.ops[place].id;
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  const boxes = props.scene?.boxes.map(({ id }) => id) ?? [];
  const withValues = values ? [valuesOverlay(values, atlas, name, boxes, position)] : [];
  props = { ...props, overlays: [...withValues, ...(matches.length ? [searchOverlay(searchedText, counts)] : [])] };
  view?.update(props);
}

// Values

/** @type {ValuesBlock | null} */
let values = null;
let position = 0; // of the sliders

async function beginValues() {
  if (!holds("values")) return;
  values = await readValues();
  position = positionOf(values.sliders, values.sliders.map(({ at }) => at));
  createStrip(stage(), values, (moved) => {
    position = moved;
    mark();
  });
}

/** What is around the graph and below it. */
function stage() {
  const element = byId(GRAPH).parentElement;
  if (!element) throw new RangeError("the graph has no stage");
  return element;
}

/** @param {Match} match @param {number} i */
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

/** @param {number} clicks */
function changeTheme(clicks) {
  const [className, title, label] = cycleTheme(clicks);
  Object.assign(byId(THEME), { className, title });
  byId(THEME).setAttribute("aria-label", label);
}

function turnPanel() {
  const [className, expanded] = togglePanel(1, byId(PANEL).className);
  byId(PANEL).className = className;
  byId(PANEL_TOGGLE).setAttribute("aria-expanded", expanded);
}

async function copyLink() {
  byId(SHARE).title = await share();
}

/** @param {GraphAbout} about */
function drawTab({ id, title }) {
  const tab = make("button", { type: "button", class: "graph-tab", role: "tab" }, title);
  tab.addEventListener("click", () => show({ view: { ...AT_FIRST, all: props.view?.all, graph: id }, selected: null }));
  return tab;
}

async function begin() {
  const host = byId(GRAPH);
  if (!canRead()) {
    host.textContent = "This browser is too old to show the graph; use a current version.";
    return;
  }
  ({ graphs } = await readAbout());
  if (graphs.length > 1) byId(TABS).replaceChildren(...graphs.map(drawTab));
  if (graphs[0].detail === "all" && !addressText()) writeAddressText("all=1", false);
  listenForBack();
  await beginValues();
  view = mount(host, show);
  refresh();
  byId(QUIET).addEventListener("click", () => show({ view: toggleQuiet(1, props.view) }));
  byId(SEARCH).addEventListener("input", find);
  byId(SHARE).hidden = !canBeCopied();
  byId(SHARE).addEventListener("click", copyLink);
  byId(THEME).addEventListener("click", () => changeTheme(1));
  byId(PANEL_TOGGLE).addEventListener("click", turnPanel);
  changeTheme(0);
}

window.dash_clientside = Object.assign(window.dash_clientside ?? {}, { set_props: setProps });
begin();
