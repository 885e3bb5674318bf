/** Which links there are between what is visible, as graphlab's views have them. Knows no places. */

/**
 * @typedef {{src: number, dst: number, style: string, label: string, weight: number, n: number,
 *   tensors: (string | number)[][], more: number}} Link what flows is told as in layout/tensors.py
 */

import { STYLES } from "./atlas.mjs";

const SHARED = "shared weights";
const MOST_TENSORS = 4;
const MOST_TARGETS = 2;

/**
 * The visible child that each op lies in or is: the outermost closed group around it, else itself.
 * @param {object} atlas @param {Set<number>} open the numbers of the open groups
 * @returns {number[]} by op
 */
export function visiblePlaces(atlas, open) {
  return atlas.pathOf.map((path, op) => {
    const closed = path.find((group) => !open.has(group));
    return closed === undefined ? op : -1 - closed;
  });
}

/** One link for each pair of visible children and style. @param {number[]} places by op @returns {Link[]} */
export function visibleLinks(atlas, places) {
  const bundles = new Map();
  for (const wire of atlas.wires) {
    const [src, dst, style] = wire;
    const [from, to] = [places[src], places[dst]];
    if (from === to) continue;
    const key = `${from} ${to} ${style}`;
    if (!bundles.has(key)) bundles.set(key, { src: from, dst: to, style: STYLES[style], wires: [] });
    bundles.get(key).wires.push(wire);
  }
  const linkOf = ({ wires, ...link }) => ({
    ...link,
    ...summary(atlas.labels, wires, link.style),
    ...tensorsOf(atlas, wires, link),
    n: wires.length,
  });
  return [...bundles.values()].map(linkOf);
}

/** The tensor on a link, where several different ones are counted, and how thick it is drawn. */
function summary(labels, wires, style) {
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

/** What flows along a link, see layout/tensors.py. */
function tensorsOf(atlas, wires, link) {
  const found = new Map();
  for (const wire of wires) {
    const key = wire[4] < 0 ? `control ${wire[0]}` : wire[3];
    if (!found.has(key)) found.set(key, { wire, targets: new Set() });
    found.get(key).targets.add(atlas.ops[wire[1]].id);
  }
  const told = [...found.values()].slice(0, MOST_TENSORS).map(({ wire: [src, , , output, label], targets }) => {
    const [op, port] = [atlas.outputs[output]].flat().length > 1 ? atlas.outputs[output] : ["", atlas.outputs[output]];
    const name = op || (src === link.src ? "" : atlas.ops[src].id);
    const inside = link.dst < 0 ? [targets.size, ...[...targets].slice(0, MOST_TARGETS)] : [];
    return [label, label < 0 ? -1 : port, ...(name || inside.length ? [name] : []), ...inside];
  });
  return { tensors: told, more: found.size - told.length };
}
