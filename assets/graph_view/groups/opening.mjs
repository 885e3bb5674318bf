/** Which groups are asked to open and close; the answer is a new scene. */

import { closedWhole, downTo, openedWhole, toggled } from "./opened.mjs";
import { isFrame } from "../scene/scene.mjs";

/** @import { Item, ReadyScene } from "../types.mjs" */

/** @typedef {{words: string[] | null, open: string[]}} OpenState the words of a view and the groups that they open */

/**
 * @param {() => string[] | null} current the words of the view
 * @param {(open: string[]) => void} ask for other open groups
 */
export function createOpening(current, ask) {
  /** @type {OpenState | null} */
  let pending = null; // {words, open}: what was asked for last, until a scene answers

  /** @param {ReadyScene} scene @returns {OpenState} what is open once all that was asked for is answered */
  const latest = (scene) => pending ?? { words: current(), open: scene.open };

  /**
   * Open a closed group or close an open one.
   * @param {ReadyScene} scene
   * @param {Item} item
   * @returns {boolean} that this can be drawn
   */
  function toggle(scene, item) {
    const state = turned(latest(scene), item);
    pending = state;
    ask(state.words);
    return true;
  }

  /** What `toggle` would ask for. @param {ReadyScene} scene @param {Item} item */
  function foreseen(scene, item) {
    return turned(latest(scene), item).words;
  }

  /** Open everything down to a depth. @param {number} depth */
  function openTo(depth) {
    pending = null;
    ask(downTo(depth));
  }

  /**
   * Open a group with all that is inside it, or so many levels of it.
   * @param {ReadyScene} scene
   * @param {string} id
   * @param {(id: string) => boolean} isInside
   * @param {number | null} levels
   */
  function openWhole(scene, id, isInside, levels) {
    pending = null;
    ask(openedWhole(current(), scene.open, id, isInside, levels));
  }

  /**
   * Close a group and all that is inside it.
   * @param {ReadyScene} scene
   * @param {string} id
   * @param {(id: string) => boolean} isInside
   */
  function closeWhole(scene, id, isInside) {
    pending = null;
    ask(closedWhole(current(), scene.open, id, isInside));
  }

  function answered() {
    pending = null;
  }
  return { toggle, foreseen, openTo, openWhole, closeWhole, answered };
}

/** What is open once a group has been opened or closed. @param {OpenState} state @param {Item} item */
export function turned({ words, open }, item) {
  const isOpen = isFrame(item);
  const others = open.filter((id) => id !== item.id);
  return { words: toggled(words, open, item.id, isOpen), open: isOpen ? others : [...open, item.id] };
}
