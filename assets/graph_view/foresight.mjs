/** A closed group on which the pointer or the focus rests may be opened next: what that shows is asked for ahead. */

import { isFrame, isGroup } from "graphlab/scene";

const REST_MS = 60;
const MOST_BOXES = 400; // in sight: a scene of as many is worked out within a few frames

/**
 * @param {() => import("./scene.mjs").Scene | null} scene
 * @param {(item: object) => void} foresee
 */
export function createForesight(scene, foresee) {
  let id = null; // of what it rests on
  let timer = 0;

  /** @param {object | null} item what the pointer or the focus came to */
  function rest(item) {
    if ((item?.id ?? null) === id) return;
    stop();
    id = item?.id ?? null;
    if (item && isGroup(item) && !isFrame(item)) timer = setTimeout(look, REST_MS);
  }

  function look() {
    const item = scene()?.boxOf.get(id);
    if (item && scene().boxes.length <= MOST_BOXES) foresee(item);
  }

  function stop() {
    clearTimeout(timer);
  }

  return { rest, stop };
}
