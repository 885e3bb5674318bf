/** What a selection makes stand out, and the words of a box beside the pointer. Pure functions. */

import { ancestorsOf, isFrame, itemOf } from "./scene.mjs";
import constants from "../../shared_constants.json" with { type: "json" };

/**
 * @import { Item, ReadyScene } from "../types.mjs"
 * @import { Frame } from "../../types.mjs"
 */

const { READABLE_ZOOM } = constants;

/**
 * The marks of a selection: a box leaves only itself, its links and their far ends at full strength; an open group
 * is outlined, with the links that lead into it or out of it, and dims nothing.
 * @param {ReadyScene | null} scene
 * @param {string | null} selected
 */
export function marksOf(scene, selected) {
  const marks = { selected, around: null, near: null, strong: null };
  const item = scene && itemOf(scene, selected);
  if (!scene || !item) return marks;
  if (isFrame(item)) return { ...marks, strong: crossingLinks(scene, item) };
  const strong = new Set(scene.linksOf.get(item.id) ?? []);
  const ends = [...strong].flatMap((i) => [scene.links[i].src, scene.links[i].dst]);
  return { selected, around: ancestorsOf(scene, item)[0] ?? null, near: new Set([item.id, ...ends]), strong };
}

/** @param {ReadyScene} scene @param {Frame} frame */
function crossingLinks(scene, frame) {
  /** @param {string} id */
  const inside = (id) => {
    const end = itemOf(scene, id);
    return end !== undefined && (id === frame.id || ancestorsOf(scene, end).includes(frame.id));
  };
  /** @param {number} i */
  const crosses = (i) => inside(scene.links[i].src) !== inside(scene.links[i].dst);
  return new Set([...scene.links.keys()].filter(crosses));
}

/**
 * The full words of a box that cannot be read on the canvas; none for one that can.
 * @param {(item: Item) => boolean} isCut whether its words were cut to fit
 * @param {Item} item
 * @param {number} zoom
 * @returns {string[]}
 */
export function wordsOf(item, zoom, isCut) {
  const readable = !isFrame(item) && zoom >= READABLE_ZOOM && !isCut(item);
  return readable ? [] : [item.title, item.subtitle].filter(Boolean);
}
