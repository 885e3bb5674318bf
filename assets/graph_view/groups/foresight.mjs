/** A closed group on which the pointer or the focus rests may be opened next: what that shows is asked for ahead. */

import { isFrame, isGroup } from "../scene/scene.mjs";

const REST_MS = 60;

/**
 * @param {() => import("../scene/scene.mjs").Scene | null} scene
 * @param {(item: object) => void} foresee
 */
export function createForesight(scene, foresee) {
  let id = null; // of what it rests on
  let timer = 0;

  /** @param {object | null} item what the pointer or the focus came to */
  function rest(item) {
    if ((item?.id ?? null) === id) return;
    forget();
    id = item?.id ?? null;
    if (item && isGroup(item) && !isFrame(item)) timer = setTimeout(look, REST_MS);
  }

  function look() {
    const item = scene()?.boxOf.get(id);
    if (item) foresee(item);
  }

  /** Another scene is there: what it rests on may be there again. */
  function forget() {
    stop();
    id = null;
  }

  function stop() {
    clearTimeout(timer);
  }

  return { rest, forget, stop };
}
