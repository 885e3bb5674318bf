/** From box to box: what is selected, walked to, gone to and left, with the camera and the keyboard's focus behind it. */

import { wholeRect } from "../camera/arrival.mjs";
import { neighbour } from "../scene/scene.mjs";
import { createFocus } from "./focus.mjs";

/**
 * @import { Sight } from "../camera/sight.mjs"
 * @import { ReadyScene } from "../types.mjs"
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
 * @param {Sight} sight
 * @param {ReturnType<typeof createMirror>} mirror
 * @param {Around} around
 */
export function createTravel(sight, mirror, { scene, selected, ask, follow, out, refresh }) {
  const focus = createFocus(sight, scene, refresh);
  const { find, lookAt, center } = focus;

  /** @param {string | null} id */
  function select(id) {
    const stub = find(id)?.leadsTo;
    if (stub) follow(stub);
    else choose(id);
  }

  /** @param {string | null} id */
  function choose(id) {
    if (selected() === id) return;
    if (id) focus.id = id;
    ask(id);
  }

  /** Select a box that may be far away, and go there. @param {string} id */
  function approach(id) {
    const item = find(id);
    if (item) lookAt(item);
    if (mirror.holdsFocus()) mirror.focus(id);
    select(id);
  }

  /** Go from a box where an arrow key leads. @param {string} id @param {string} key */
  function walk(id, key) {
    const now = scene();
    const from = find(id);
    const next = now && from && neighbour(now, from, key);
    if (!next) return;
    focus.moveTo(next.id);
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
      return focus.id;
    },
    forget: () => (focus.id = null),
    ...{ select, focus: focus.moveTo, approach, center, walk, leave, goTo, fit },
  };
}
