/** What colours a box: the mark that the page gave it, else its family. Pure functions. */

const STEPS = 5; // colours from little to much: r0 to r4

/**
 * @typedef {object} Mark how a box is painted
 * @property {[string, number][]} [slots] the colours and patterns of theme.mjs, each with its share of the box
 * @property {number} [amount] from 0 to 1, in the place of slots
 * @property {string} [text] a few characters on the box
 * @property {string} [words] the same for who cannot see it
 * @property {string} [alike] boxes with the same mark each other
 * @typedef {{slot: string, name?: string, count?: number}} Entry a line of the legend
 * @typedef {{by: string, title: string, note?: string, ends?: [string, string] | null, entries: Entry[],
 *   boxes: Object<string, Mark>}} Paint
 */

/** The slots of a mark with their shares. @param {Mark} mark @returns {[string, number][]} */
function slotsOf(mark) {
  if (mark.amount === undefined) return mark.slots ?? [];
  return [[`r${Math.min(STEPS - 1, Math.floor(mark.amount * STEPS))}`, 1]];
}

/** The slots of a box; a box without a mark has its family's. @returns {[string, number][]} */
export function sharesOf(marks, box) {
  const mark = marks.paint[box.id];
  if (mark) return slotsOf(mark);
  return box.kind === "group" ? [] : [[box.family || "other", 1]];
}

/** The slot with the largest share of a box; "" for none. @returns {string} */
export function mainSlotOf(marks, box) {
  return sharesOf(marks, box).reduce((most, share) => (share[1] > most[1] ? share : most), ["", 0])[0];
}

/** Whether a box is built like the selected one. */
export function isAlike(marks, id) {
  const key = marks.paint[marks.selected]?.alike;
  return key !== undefined && id !== marks.selected && marks.paint[id]?.alike === key;
}
