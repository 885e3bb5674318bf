/** What is highlighted in the picture: the selection, what is under the pointer or pressed, what an overlay shows. */

import { marksOf } from "./marks.mjs";

/**
 * @import { ShownOverlay } from "../draw/overlays.mjs"
 * @import { Marks, ReadyScene, SceneLink } from "../types.mjs"
 */

const PRESSED_MS = 4000; // a press without an answer ends

/** @param {() => void} onChange what to do whenever something else stands out */
export function createStandout(onChange) {
  /** @type {Marks} */
  let marks = {
    ...{ hover: null, hoverLink: null, pressed: null, overlays: [], begin: "", lit: null },
    ...marksOf(null, null),
  };
  let version = 0;
  let pressTimer = 0;

  /** @param {Partial<Marks>} changes */
  function change(changes) {
    marks = { ...marks, ...changes };
    version += 1;
    onChange();
  }

  /** @param {string | null} id the group that is pressed, until the answer arrives */
  function press(id) {
    clearTimeout(pressTimer);
    if (id) pressTimer = setTimeout(press, PRESSED_MS, null);
    change({ pressed: id });
  }

  /** @param {string | null} id @param {SceneLink | null} link */
  function hover(id, link) {
    if (id !== marks.hover || link !== marks.hoverLink) change({ hover: id, hoverLink: link });
  }

  return {
    get marks() {
      return marks;
    },
    /** Changes whenever earlier pictures are out of date. */
    get version() {
      return version;
    },
    /** @param {ReadyScene | null} scene @param {string | null} id */
    select: (scene, id) => change(marksOf(scene, id)),
    /** @param {ShownOverlay[]} overlays @param {string} begin */
    show: (overlays, begin) => change({ overlays, begin }),
    /** @param {string | null} slot */
    light: (slot) => change({ lit: slot }),
    redraw: () => change({}),
    press,
    hover,
  };
}
