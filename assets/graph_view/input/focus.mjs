/** The box that the keyboard is at: it is brought into sight, or into the middle of the window. */

import { centerOn } from "../camera/camera.mjs";
import { handleOf, itemOf } from "../scene/scene.mjs";

/**
 * @import { Sight } from "../camera/sight.mjs"
 * @import { Item, ReadyScene, Wish } from "../types.mjs"
 */

/**
 * @param {Sight} sight
 * @param {() => ReadyScene | null} scene
 * @param {() => void} refresh the mirror
 */
export function createFocus(sight, scene, refresh) {
  /** @type {string | null} */
  let focused = null; // the id that the Tab key leads to, if it is there
  /** @type {number | null} */
  let centered = null; // the number of the last wish to have a box in the middle

  /** @param {string | null} id */
  const find = (id) => {
    const now = scene();
    return now ? (itemOf(now, id) ?? null) : null;
  };

  /** Have the focus on a box, and the box in sight. @param {string | null} id */
  function moveTo(id) {
    if (!id || !scene()) return;
    focused = id;
    const item = find(id);
    if (item) sight.reveal(handleOf(item));
    refresh();
  }

  /** @param {Item} item */
  function lookAt(item) {
    sight.glideTo(centerOn(sight.camera, handleOf(item), sight.size));
    moveTo(item.id);
  }

  /** Fulfil a wish to have a box in the middle, once. @param {Wish | null} wish */
  function center(wish) {
    const item = wish && wish.n !== centered ? find(wish.box) : null;
    if (!wish || !item) return;
    centered = wish.n;
    lookAt(item);
  }

  return {
    get id() {
      return focused;
    },
    /** Have the Tab key lead to a box, or to none in particular. @param {string | null} id */
    set id(id) {
      focused = id;
    },
    ...{ find, moveTo, lookAt, center },
  };
}
