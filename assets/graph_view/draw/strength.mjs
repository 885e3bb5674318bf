/** How strongly a box or a link is drawn behind what is emphasised. Pure functions. */

import { dimmingOverlay, hasSlot, isAlike, isBadLink, linkSlotOf } from "./overlays.mjs";

/** @import { Marks, SceneBox, SceneLink } from "../types.mjs" */

const DIMMED = 0.35;

/** From 0 to 1. @param {Marks} marks @param {SceneBox} box */
export function strengthOfBox(marks, box) {
  return isPaleBox(marks, box) ? DIMMED : 1;
}

/** From 0 to 1, of a link by its number. @param {Marks} marks @param {SceneLink} link @param {number} i */
export function strengthOfLink(marks, link, i) {
  return isPaleLink(marks, link, i) ? DIMMED : 1;
}

/**
 * Whether a box is pale: an entry picked in the legend decides before a lineage, and that before the selection, which is
 * never pale itself, nor what is built like it.
 * @param {Marks} marks
 * @param {SceneBox} box
 */
function isPaleBox(marks, box) {
  if (marks.selected === box.id) return false;
  if (marks.lit !== null) return !hasSlot(marks, box, marks.lit);
  const dimming = dimmingOverlay(marks);
  if (dimming) return !dimming.marks.has(box.id);
  return marks.near !== null && !marks.near.has(box.id) && !isAlike(marks, box.id);
}

/** Whether a link, by its number, is emphasised. @param {Marks} marks @param {SceneLink} link @param {number} i */
export function isStrongLink(marks, link, i) {
  if (marks.hoverLink === link || isBadLink(marks, i)) return true;
  return dimmingOverlay(marks) ? linkSlotOf(marks, i) !== "" : Boolean(marks.strong?.has(i));
}

/** Whether a link, by its number, is pale. @param {Marks} marks @param {SceneLink} link @param {number} i */
function isPaleLink(marks, link, i) {
  if (marks.lit !== null) return !isStrongLink(marks, link, i);
  const dimming = dimmingOverlay(marks);
  if (dimming) return !dimming.links.has(i) && marks.hoverLink !== link;
  return marks.near !== null && !isStrongLink(marks, link, i);
}
