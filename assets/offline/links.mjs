/** Which links there are between what is visible, as graphlab's views have them. Knows no places. */

import { STYLES } from "./atlas.mjs";
import constants from "../shared_constants.json" with { type: "json" };

/**
 * @import { LinkTensor } from "../types.mjs"
 * @import { Atlas, ScopeLink, Wire } from "./types.mjs"
 */

/** @typedef {{src: number, dst: number, style: string, wires: Wire[]}} Bundle the wires between two visible children */

const { MOST_TARGETS, MOST_TENSORS } = constants;
const SHARED = "shared weights";

/**
 * The visible child that each op lies in or is: the outermost closed group around it, else itself.
 * @param {Atlas} atlas @param {Set<number>} open the numbers of the open groups
 * @returns {number[]} by op
 */
export function visiblePlaces(atlas, open) {
  return atlas.pathOf.map((path, op) => {
    const closed = path.find((group) => !open.has(group));
    return closed === undefined ? op : -1 - closed;
  });
}

/**
 * One link for each pair of visible children and style. @param {number[]} places by op
 * @param {Atlas} atlas
 * @returns {ScopeLink[]}
 */
export function visibleLinks(atlas, places) {
  /** @type {Map<string, Bundle>} */
  const bundles = new Map();
  for (const wire of atlas.wires) {
    const [src, dst, style] = wire;
    const [from, to] = [places[src], places[dst]];
    if (from === to) continue;
    const key = `${from} ${to} ${style}`;
    const bundle = bundles.get(key);
    if (bundle) bundle.wires.push(wire);
    else bundles.set(key, { src: from, dst: to, style: STYLES[style], wires: [wire] });
  }
  /** @param {Bundle} bundle */
  const linkOf = ({ wires, ...link }) => ({
    ...link,
    ...summary(atlas.labels, wires, link.style),
    ...tensorsOf(atlas, wires, link),
    n: wires.length,
  });
  return [...bundles.values()].map(linkOf);
}

/**
 * The tensor on a link, where several different ones are counted, and how thick it is drawn.
 * @param {[string, number][]} labels
 * @param {Wire[]} wires
 * @param {string} style
 */
function summary(labels, wires, style) {
  /** @type {Map<number, string>} by output */
  const tensors = new Map();
  let weight = 1;
  for (const [, , , output, label] of wires) {
    if (label < 0) continue;
    tensors.set(output, labels[label][0]);
    weight = Math.max(weight, labels[label][1]);
  }
  if (style === "shared") return { label: SHARED, weight };
  const words = [...new Set(tensors.values())];
  if (!words.length) return { label: "", weight };
  if (tensors.size === 1) return { label: words[0], weight };
  return { label: words.length === 1 ? `${tensors.size} × ${words[0]}` : `${tensors.size} tensors`, weight };
}

/** @param {LinkTensor} tensor @returns {LinkTensor} */
const tensorOf = (...tensor) => tensor;

/**
 * What flows along a link, see layout/tensors.py.
 * @param {Atlas} atlas
 * @param {Wire[]} wires
 * @param {{src: number, dst: number}} link
 */
function tensorsOf(atlas, wires, link) {
  /** @type {Map<string | number, {wire: Wire, targets: Set<string>}>} */
  const byTensor = new Map();
  for (const wire of wires) {
    const key = wire[4] < 0 ? `control ${wire[0]}` : wire[3];
    const entry = byTensor.get(key) ?? { wire, targets: new Set() };
    entry.targets.add(atlas.ops[wire[1]].id);
    byTensor.set(key, entry);
  }
  const tensors = [...byTensor.values()].slice(0, MOST_TENSORS).map(({ wire: [src, , , output, label], targets }) => {
    const from = atlas.outputs[output];
    const [op, port] = typeof from === "number" ? ["", from] : from;
    const name = op || (src === link.src ? "" : atlas.ops[src].id);
    const outputPort = label < 0 ? -1 : port;
    if (link.dst < 0) return tensorOf(label, outputPort, name, targets.size, ...[...targets].slice(0, MOST_TARGETS));
    return name ? tensorOf(label, outputPort, name) : tensorOf(label, outputPort);
  });
  return { tensors, more: byTensor.size - tensors.length };
}
