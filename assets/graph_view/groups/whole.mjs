/** Opening a group with all that is inside it, and closing it so: what that draws, and how deep it can be opened. */

import { ancestorsOf, isFrame, itemOf } from "../scene/scene.mjs";

/**
 * @import { Item, ReadyScene } from "../types.mjs"
 * @import { createOpening } from "./opening.mjs"
 */

/** @typedef {{name: string, boxes: number | null, fits: boolean, act: () => void}} Offer something to choose */

/**
 * @param {() => ReadyScene | null} current
 * @param {ReturnType<typeof createOpening>} opening
 */
export function createWhole(current, opening) {
  /** @param {ReadyScene} scene @param {Item} item @param {number | null} levels */
  function open(scene, item, levels) {
    opening.openWhole(scene, item.id, (id) => isInside(scene, id, item.id), levels);
  }

  /** @param {ReadyScene} scene @param {Item} item */
  function close(scene, item) {
    opening.closeWhole(scene, item.id, (id) => isInside(scene, id, item.id));
  }

  /**
   * What there is to choose for a group that has groups inside; nothing for another item.
   * @param {string | null | undefined} id
   * @returns {Offer[]}
   */
  function offers(id) {
    const scene = current();
    const item = scene && itemOf(scene, id);
    const levels = item ? levelsIn(scene, item) : 0;
    if (!scene || !item || !levels) return [];
    const boxes = countWith(scene, item, levels);
    const fits = boxes <= scene.most;
    /** @type {Offer[]} */
    const all = [{ name: `Expand ${item.title} and everything inside`, boxes, fits, act: () => open(scene, item, null) }];
    const level = fits ? 0 : deepestThatFits(scene, item);
    if (level) {
      const name = `Expand ${level === 1 ? "1 level" : `${level} levels`} of ${item.title}`;
      all.push({ name, boxes: countWith(scene, item, level), fits: true, act: () => open(scene, item, level) });
    }
    const name = `Collapse ${item.title} and everything inside`;
    if (isFrame(item)) all.push({ name, boxes: null, fits: true, act: () => close(scene, item) });
    return all;
  }

  /**
   * Open a group whole, or close it whole where it is.
   * @param {ReadyScene} scene
   * @param {Item} item
   * @returns {boolean} whether that can be drawn
   */
  function toggle(scene, item) {
    const isWhole = isFrame(item) && !boxesIn(scene, item.id).some((box) => box.kind === "group");
    const levels = levelsIn(scene, item);
    if (isWhole) close(scene, item);
    else if (levels && countWith(scene, item, levels) > scene.most) return false;
    else open(scene, item, null);
    return true;
  }

  return { offers, toggle };
}

/** How many levels of groups an item has inside it, itself one of them. @param {ReadyScene} scene @param {Item} item */
function levelsIn(scene, item) {
  return scene.inside[item.id]?.length ?? 0;
}

/**
 * Whether a group lies inside another: by where it is drawn, else by its name.
 * @param {ReadyScene} scene
 * @param {string} id
 * @param {string} outer
 */
export function isInside(scene, id, outer) {
  const item = itemOf(scene, id);
  return item ? ancestorsOf(scene, item).includes(outer) : id.startsWith(outer);
}

/** The boxes inside an open group that are seen now. @param {ReadyScene} scene @param {string} id */
function boxesIn(scene, id) {
  return scene.boxes.filter((box) => isInside(scene, box.id, id));
}

/**
 * How many boxes there would be with so many levels of a group open.
 * @param {ReadyScene} scene
 * @param {Item} item
 * @param {number} levels
 */
export function countWith(scene, item, levels) {
  const now = isFrame(item) ? boxesIn(scene, item.id).length : 1;
  return scene.boxes.length - now + scene.inside[item.id][levels - 1];
}

/** How many levels of a group that is too large as a whole can be drawn; 0 for none. @param {ReadyScene} scene @param {Item} item */
export function deepestThatFits(scene, item) {
  let level = levelsIn(scene, item) - 1;
  while (level > 0 && countWith(scene, item, level) > scene.most) level -= 1;
  return Math.max(level, 0);
}
