/** What a screen reader hears: the neighbours of a box, and what opened or closed. */

import { make } from "../dom.mjs";
import { itemOf } from "../scene/scene.mjs";

/**
 * @import { Item, ReadyScene } from "../types.mjs"
 */

const MOST_NAMED = 6; // boxes in one sentence

/** @type {WeakMap<object, string>} by item, as long as its scene lasts */
const described = new WeakMap();

/** Where a box's tensors come from and where they go. @param {ReadyScene} scene @param {Item} item */
export function neighboursOf(scene, item) {
  let words = described.get(item);
  if (words === undefined) {
    words = describeNeighbours(scene, item);
    described.set(item, words);
  }
  return words;
}

/** @param {ReadyScene} scene @param {Item} item */
function describeNeighbours(scene, item) {
  const links = (scene.linksOf.get(item.id) ?? []).map((i) => scene.links[i]);
  const from = links.filter((link) => link.dst === item.id).map((link) => link.src);
  const to = links.filter((link) => link.src === item.id).map((link) => link.dst);
  return [namesAfter("from", scene, from), namesAfter("to", scene, to)].filter(Boolean).join("; ");
}

/** @param {string} word @param {ReadyScene} scene @param {string[]} ids */
function namesAfter(word, scene, ids) {
  const names = ids.flatMap((id) => itemOf(scene, id) ?? []).map(nameOf);
  return names.length ? `${word} ${listed(names)}` : "";
}

/** A box's name and, of an op in a layer, what stands under it. @param {Item} item */
function nameOf(item) {
  return item.kind === "op" && item.subtitle ? `${item.title} (${item.subtitle})` : item.title;
}

/** @param {string[]} names */
function listed(names) {
  const left = names.length - MOST_NAMED;
  return left > 0 ? `${names.slice(0, MOST_NAMED).join(", ")} and ${left} more` : names.join(", ");
}

/**
 * What differs between two scenes of one graph.
 * @param {ReadyScene} before
 * @param {ReadyScene} after
 * @returns {string} "" if nothing opened or closed
 */
function changeBetween(before, after) {
  const opened = after.frames.filter((frame) => !before.frameOf.has(frame.id));
  const closed = before.frames.filter((frame) => !after.frameOf.has(frame.id));
  if (opened.length === 1) {
    const inside = after.order.map(({ item }) => item).filter((item) => item.parent === opened[0].id);
    return `${opened[0].title} expanded: ${listed(inside.map(nameOf))}`;
  }
  if (opened.length) return `${opened.length} groups expanded, ${after.boxes.length} boxes`;
  if (closed.length === 1) return `${closed[0].title} collapsed`;
  return closed.length ? `${closed.length} groups collapsed` : "";
}

/** @param {HTMLElement} host */
export function createSpoken(host) {
  const root = make("div", { class: "unseen spoken", role: "status" });
  host.append(root);

  /** @param {ReadyScene | null} before @param {ReadyScene} after */
  function tell(before, after) {
    const words = before && before.key === after.key ? changeBetween(before, after) : "";
    if (words) root.textContent = words;
  }
  return { tell };
}
