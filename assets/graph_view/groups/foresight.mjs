/** A closed group on which the pointer or the focus rests may be opened next: what that shows is asked for ahead. */

import { isFrame, isGroup } from "../scene/scene.mjs";

/** @import { Item, ReadyScene } from "../types.mjs" */

const REST_MS = 60;

/**
 * @param {() => ReadyScene | null} scene
 * @param {(item: Item) => void} foresee
 */
export function createForesight(scene, foresee) {
  /** @type {string | null} */
  let id = null; // of what it rests on
  let timer = 0;

  /** @param {Item | null} item what the pointer or the focus came to */
  function rest(item) {
    if ((item?.id ?? null) === id) return;
    forget();
    id = item?.id ?? null;
    if (item && isGroup(item) && !isFrame(item)) timer = setTimeout(askAhead, REST_MS);
  }

  function askAhead() {
    const item = id ? scene()?.boxOf.get(id) : undefined;
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
