/** From box to box: what is selected, walked to, gone to and left, with the camera and the keyboard's focus behind it. */

import { wholeRect } from "../camera/arrival.mjs";
import { centerOn } from "../camera/camera.mjs";
import { handleOf, itemOf, neighbour } from "../scene/scene.mjs";

/**
 * @import { createSight } from "../camera/sight.mjs"
 * @import { Item, ReadyScene, Wish } from "../types.mjs"
 * @import { createMirror } from "./mirror.mjs"
 */

/**
 * @typedef {object} Around
 * @property {() => ReadyScene | null} scene
 * @property {() => string | null} selected
 * @property {(id: string | null) => void} ask for another selection
 * @property {(leadsTo: string) => void} follow a stub to what it stands for
 * @property {() => boolean} out of a group that is the whole picture, if there is one
 * @property {() => void} refresh the mirror
 */

/**
 * @param {ReturnType<typeof createSight>} sight
 * @param {ReturnType<typeof createMirror>} mirror
 * @param {Around} around
 */
export function createTravel(sight, mirror, { scene, selected, ask, follow, out, refresh }) {
  /** @type {string | null} */
  let focused = null; // the id that the Tab key leads to, if it is there
  /** @type {number | null} */
  let centered = null; // the number of the last wish to have a box in the middle

  /** @param {string | null} id */
  const find = (id) => {
    const now = scene();
    return now ? (itemOf(now, id) ?? null) : null;
  };

  /** @param {string | null} id */
  function select(id) {
    const stub = find(id)?.leadsTo;
    if (stub) follow(stub);
    else choose(id);
  }

  /** @param {string | null} id */
  function choose(id) {
    if (selected() === id) return;
    if (id) focused = id;
    ask(id);
  }

  /** Have the focus on a box, and the box in sight. @param {string | null} id */
  function focus(id) {
    if (!id || !scene()) return;
    focused = id;
    const item = find(id);
    if (item) sight.reveal(handleOf(item));
    refresh();
  }

  /** @param {Item} item */
  function lookAt(item) {
    sight.glideTo(centerOn(sight.camera, handleOf(item), sight.size));
    focus(item.id);
  }

  /** Select a box that may be far away, and go there. @param {string} id */
  function approach(id) {
    const item = find(id);
    if (item) lookAt(item);
    if (mirror.holdsFocus()) mirror.focus(id);
    select(id);
  }

  /** Fulfil a wish to have a box in the middle, once. @param {Wish | null} wish */
  function center(wish) {
    const item = wish && wish.n !== centered ? find(wish.box) : null;
    if (!wish || !item) return;
    centered = wish.n;
    lookAt(item);
  }

  /** Go from a box where an arrow key leads. @param {string} id @param {string} key */
  function walk(id, key) {
    const now = scene();
    const from = find(id);
    const next = now && from && neighbour(now, from, key);
    if (!next) return;
    focus(next.id);
    mirror.focus(next.id);
    if (!next.leadsTo) choose(next.id);
  }

  /** Let go of the selection, else of the focus group, else of the keyboard's focus. @param {string} id */
  function leave(id) {
    if (find(selected())) choose(null);
    else if (!out()) mirror.blur(id);
  }

  /** Bring a whole frame into sight and select it; null: everything. @param {string | null} id */
  function goTo(id) {
    if (!id) {
      fit();
      return;
    }
    const frame = scene()?.frameOf.get(id);
    if (frame) sight.fit(frame);
    select(id);
  }

  function fit() {
    const now = scene();
    if (now) sight.fit(wholeRect(now));
  }

  return {
    get focused() {
      return focused;
    },
    forget: () => (focused = null),
    ...{ select, focus, approach, center, walk, leave, goTo, fit },
  };
}
