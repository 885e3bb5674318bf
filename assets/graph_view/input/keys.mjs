/** Keys of the whole page: which of them may act where they are pressed. */

import { targetOf } from "../dom.mjs";

/** Where letters are typed, or have a use of their own. */
export const FIELDS = "input, textarea, select, dialog, [contenteditable=true]";

/** Whether Escape first closes or leaves something where it is pressed: a field, a dialog, a menu. @param {Event} event */
export function isTaken(event) {
  return Boolean(targetOf(event)?.closest(`${FIELDS}, [role=menu]`));
}

/**
 * Whether a key is held down that gives others another meaning. Many keyboards have brackets behind AltGr, which some
 * systems tell as Ctrl and Alt.
 * @param {KeyboardEvent} event
 */
export function isHeld(event) {
  return event.metaKey || (!event.getModifierState("AltGraph") && (event.ctrlKey || event.altKey));
}

/**
 * Keys of the whole page, wherever nothing is typed.
 * @param {Record<string, () => void>} table what each does
 * @returns {() => void} stops listening
 */
export function listenForKeys(table) {
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    const act = table[event.key];
    if (!act || isHeld(event) || targetOf(event)?.closest(FIELDS)) return;
    event.preventDefault();
    act();
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
