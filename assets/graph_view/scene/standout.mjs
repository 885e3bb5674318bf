/** What stands out of the picture: the selection, what is under the pointer, pressed, or shown by an overlay. */

import { marksOf } from "./marks.mjs";

const PRESSED_MS = 4000; // a press that nobody answered lets go

/** @param {() => void} onChange what to do whenever something else stands out */
export function createStandout(onChange) {
  /** @type {import("../draw/draw.mjs").Marks} */
  let marks = {
    ...{ hover: null, hoverLink: null, pressed: null, overlays: [], begin: "", lit: null },
    ...marksOf(null, null),
  };
  let version = 0;
  let pressTimer = 0;

  function change(changes) {
    marks = { ...marks, ...changes };
    version += 1;
    onChange();
  }

  /** @param {string | null} id the group that is pressed, until it is answered */
  function press(id) {
    clearTimeout(pressTimer);
    if (id) pressTimer = setTimeout(press, PRESSED_MS, null);
    change({ pressed: id });
  }

  function hover(id, link) {
    if (id !== marks.hover || link !== marks.hoverLink) change({ hover: id, hoverLink: link });
  }

  return {
    get marks() {
      return marks;
    },
    /** Changes whenever a picture of before is out of date. */
    get version() {
      return version;
    },
    select: (scene, id) => change(marksOf(scene, id)),
    show: (overlays, begin) => change({ overlays, begin }),
    light: (slot) => change({ lit: slot }),
    redraw: () => change({}),
    press,
    hover,
  };
}
