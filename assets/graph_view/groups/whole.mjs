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
  /**
   * Whether a group lies inside another: by where it is drawn, else by its name.
   * @param {ReadyScene} scene
   * @param {string} id
   * @param {string} outer
   */
  function isInside(scene, id, outer) {
    const item = itemOf(scene, id);
    return item ? ancestorsOf(scene, item).includes(outer) : id.startsWith(outer);
  }

  /** The boxes inside an open group that are seen now. @param {ReadyScene} scene @param {string} id */
  const seenIn = (scene, id) => scene.boxes.filter((box) => isInside(scene, box.id, id));

  /**
   * How many boxes there would be with so many levels of a group open.
   * @param {ReadyScene} scene
   * @param {Item} item
   * @param {number} levels
   */
  function countWith(scene, item, levels) {
    const now = isFrame(item) ? seenIn(scene, item.id).length : 1;
    return scene.boxes.length - now + scene.inside[item.id][levels - 1];
  }

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
    const levels = (item && scene.inside[item.id]?.length) ?? 0;
    if (!scene || !item || !levels) return [];
    const count = countWith(scene, item, levels);
    /** @type {Offer[]} */
    const offers = [{ name: `Expand ${item.title} and everything inside`, boxes: count, fits: count <= scene.most, act: () => open(scene, item, null) }];
    if (count > scene.most) offers.push(...fitting(scene, item, levels));
    if (isFrame(item)) offers.push({ name: `Collapse ${item.title} and everything inside`, boxes: null, fits: true, act: () => close(scene, item) });
    return offers;
  }

  /** The deepest that a group can be opened. @param {ReadyScene} scene @param {Item} item @param {number} levels */
  function fitting(scene, item, levels) {
    for (let level = levels - 1; level > 0; level -= 1) {
      const boxes = countWith(scene, item, level);
      const name = `Expand ${level === 1 ? "1 level" : `${level} levels`} of ${item.title}`;
      if (boxes <= scene.most) return [{ name, boxes, fits: true, act: () => open(scene, item, level) }];
    }
    return [];
  }

  /**
   * Open a group whole, or close it whole where it is.
   * @param {ReadyScene} scene
   * @param {Item} item
   * @returns {boolean} whether that can be drawn
   */
  function toggle(scene, item) {
    const isWhole = isFrame(item) && !seenIn(scene, item.id).some((box) => box.kind === "group");
    const levels = scene.inside[item.id]?.length ?? 0;
    if (isWhole) close(scene, item);
    else if (levels && countWith(scene, item, levels) > scene.most) return false;
    else open(scene, item, null);
    return true;
  }

  return { offers, toggle };
}
