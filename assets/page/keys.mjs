/** The dialog with all keys: `?` shows it, a second `?` hides it. */

import { targetOf } from "../graph_view/dom.mjs";
import { isHeld } from "../graph_view/input/keys.mjs";
import { KEYS } from "../ids.mjs";

/** @param {string} id */
function dialogOf(id) {
  const dialog = document.getElementById(id);
  return dialog instanceof HTMLDialogElement ? dialog : null;
}

/** @param {KeyboardEvent} event */
function openKeys(event) {
  const dialog = dialogOf(KEYS);
  if (event.key !== "?" || !dialog || isHeld(event)) return;
  if (targetOf(event)?.closest("input, textarea, select, [contenteditable=true]")) return;
  event.preventDefault();
  if (dialog.open) dialog.close();
  else dialog.showModal();
}

/** A button with `data-closes` closes the dialog with that id. @param {MouseEvent} event */
function closeDialog(event) {
  const closes = targetOf(event)?.dataset.closes;
  if (closes) dialogOf(closes)?.close();
}

document.addEventListener("click", closeDialog);
document.addEventListener("keydown", openKeys);
