/** The overlays that are on: what each shows on boxes and links. Pure functions. */

import constants from "../../shared_constants.json" with { type: "json" };

/**
 * @import { Item, Marks, ReadyScene } from "../types.mjs"
 * @import { Legend, LiftedOverlay, Mark, Style } from "./overlay_types.mjs"
 */

const { SCALE_STEPS } = constants;
export const BAD = "bad"; // NaN or infinite numbers
const FAMILIES = "type"; // the key of the overlay in which an op has its family's colour
const FAINT = new Set(["on"]); // slots whose links are shown and not emphasised

/**
 * An overlay ready for a scene.
 * @typedef {object} ShownOverlay
 * @property {string} name
 * @property {string} key
 * @property {Style} style
 * @property {Legend} legend
 * @property {Map<string, Mark>} marks by the ids of boxes and frames
 * @property {Map<number, string>} links their slots, by their numbers in the scene
 */

/**
 * The overlays ready for a scene, in their order.
 * @param {ReadyScene | null} scene
 * @param {LiftedOverlay[]} overlays
 * @returns {ShownOverlay[]}
 */
export function overlaysIn(scene, overlays) {
  return overlays.map(({ name, key, style, legend, marks, links }) => {
    const slots = new Map(links.map(([src, dst, kind, slot]) => [keyOf(marks[src].box, marks[dst].box, kind), slot]));
    const byLink = new Map();
    if (slots.size) {
      scene?.links.forEach((link, i) => {
        const slot = slots.get(keyOf(link.src, link.dst, link.style));
        if (slot) byLink.set(i, slot);
      });
    }
    return { name, key, style, legend, marks: new Map(marks.map((mark) => [mark.box, mark])), links: byLink };
  });
}

/** @param {string} src @param {string} dst @param {string} style */
const keyOf = (src, dst, style) => `${src}\n${dst}\n${style}`;

/** The overlay of that name; null where it is not on. @param {ShownOverlay[]} overlays @param {string} name */
export function overlayOf(overlays, name) {
  return overlays.find((overlay) => overlay.name === name) ?? null;
}

/** The mark that is drawn in a place of a box. @param {Marks} marks @param {Style["places"][number]} place @param {string} id */
export function markIn(marks, place, id) {
  for (const { style, marks: markOf } of marks.overlays) {
    const mark = style.places.includes(place) ? markOf.get(id) : undefined;
    if (mark) return mark;
  }
  return null;
}

/** The slots of a mark with their shares. @param {Mark} mark @returns {[string, number][]} */
function slotsOf(mark) {
  if (mark.level === undefined) return mark.slots ?? [];
  return [[`r${Math.min(SCALE_STEPS - 1, Math.floor(mark.level * SCALE_STEPS))}`, 1]];
}

/** The slot of a mark with one. @param {Mark} mark */
export function slotOf(mark) {
  return slotsOf(mark)[0]?.[0] ?? "";
}

/**
 * The colours of a box; a box without a mark has its family's. @param {Marks} marks
 * @param {Item} box
 * @returns {[string, number][]}
 */
export function sharesOf(marks, box) {
  const mark = markIn(marks, "fill", box.id);
  if (mark) return slotsOf(mark);
  return box.kind === "group" ? [] : [[box.family || "other", 1]];
}

/** The slot with the largest share of a box; "" for none. @param {Marks} marks @param {Item} box @returns {string} */
export function mainSlotOf(marks, box) {
  return sharesOf(marks, box).reduce((most, share) => (share[1] > most[1] ? share : most), ["", 0])[0];
}

/** Whether a box is built like the selected one. @param {Marks} marks @param {string} id */
export function isAlike(marks, id) {
  if (!marks.selected || id === marks.selected) return false;
  const key = markIn(marks, "fill", marks.selected)?.alike;
  return key !== undefined && markIn(marks, "fill", id)?.alike === key;
}

/** Whether all of a mark's box is marked. @param {Mark} mark */
export function isWhole(mark) {
  return mark.count === mark.total;
}

/** Whether a mark has a ring around its box. @param {ShownOverlay} overlay @param {Mark} mark */
export function isRinged({ style }, mark) {
  return style.places.includes("ring") && style.rings.includes(slotOf(mark));
}

/** The overlay beside whose marks all else is pale; null for none. @param {Marks} marks */
export function dimmingOverlay(marks) {
  return marks.overlays.find((overlay) => overlay.style.dims) ?? null;
}

/** The slot of a link that an overlay emphasises; "" for none. @param {Marks} marks @param {number} i */
export function linkSlotOf(marks, i) {
  if (isBadLink(marks, i)) return BAD;
  const slot = dimmingOverlay(marks)?.links.get(i) ?? "";
  return FAINT.has(slot) ? "" : slot;
}

/** Whether a link carries NaN or infinite numbers. @param {Marks} marks @param {number} i */
export function isBadLink(marks, i) {
  return marks.overlays.some(({ links }) => links.get(i) === BAD);
}

/** Whether a box has a slot: as one of its colours, or in another overlay. @param {Marks} marks @param {Item} box @param {string} slot */
export function hasSlot(marks, box, slot) {
  if (sharesOf(marks, box).some(([own]) => own === slot)) return true;
  return marks.overlays.some(({ marks: markOf }) => slotOf(markOf.get(box.id) ?? { box: box.id }) === slot);
}

/** Whether boxes are coloured by anything but the families of their ops. @param {Marks} marks */
export function isRecoloured(marks) {
  return marks.overlays.some(({ style, key }) => style.places.includes("fill") && key !== FAMILIES);
}

/** What a screen reader says of an item, overlay by overlay. @param {Marks} marks @param {string} id @returns {string[]} */
export function wordsOn(marks, id) {
  const words = marks.overlays.map((overlay) => overlay.marks.get(id)?.words ?? "");
  return marks.begin === id ? [...words, "paths begin here"] : words;
}
