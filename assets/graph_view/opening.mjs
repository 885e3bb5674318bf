/** Which groups are asked to open and close; the answer is a new scene. */

import { downTo, toggled } from "graphlab/opened";
import { isFrame } from "graphlab/scene";

/** @param {(open: string[]) => void} ask for other open groups */
export function createOpening(ask) {
  let pending = null; // {words, open}: what was asked for last, until a scene answers

  /** Open a closed group or close an open one; `words` are those of the view, see opened.mjs. */
  function toggle(scene, item, words) {
    const asked = pending ?? { words, open: scene.open };
    const isOpen = isFrame(item);
    pending = {
      words: toggled(asked.words, asked.open, item.id, isOpen),
      open: isOpen ? asked.open.filter((id) => id !== item.id) : [...asked.open, item.id],
    };
    ask(pending.words);
  }

  /** Open everything down to a depth. */
  function openTo(depth) {
    pending = null;
    ask(downTo(depth));
  }

  function answered() {
    pending = null;
  }
  return { toggle, openTo, answered };
}
