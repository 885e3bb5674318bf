/** Which links there are between what is visible, as graphlab's views have them. Knows no places. */

/**
 * @typedef {{src: number, dst: number, style: string, label: string, weight: number, n: number}} Link
 */

import { STYLES } from "graphlab/offline/atlas";

const SHARED = "shared weights";

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
  const linkOf = ({ wires, ...link }) => ({ ...link, ...summary(atlas.labels, wires, link.style), n: wires.length });
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
