/** Text cut to the room it has. */

const fitted = new Map();
const MOST_KEPT = 20000;

/**
 * The text, with an ellipsis where it is wider than `width` in the context's font.
 * @param {CanvasRenderingContext2D} ctx
 * @param {string} text
 * @param {number} width
 */
export function fitText(ctx, text, width) {
  const key = `${ctx.font}|${Math.round(width)}|${text}`;
  const cached = fitted.get(key);
  if (cached !== undefined) return cached;
  if (fitted.size > MOST_KEPT) fitted.clear();
  const cut = cutText(ctx, text, width);
  fitted.set(key, cut);
  return cut;
}

/** @param {CanvasRenderingContext2D} ctx @param {string} text @param {number} width */
function cutText(ctx, text, width) {
  if (ctx.measureText(text).width <= width) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (ctx.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return low ? `${text.slice(0, low).trimEnd()}…` : "";
}

/**
 * One text of each of the options, the longest first, that fit side by side; the widest is shortened first. Where not even
 * the shortest fit, they are cut. As `fit_numbers` of graphlab/pictures/words.py.
 * @param {CanvasRenderingContext2D} ctx
 * @param {string[][]} options
 * @param {number} room
 * @param {number} [least] the width that a text has at least
 */
export function fitNumbers(ctx, options, room, least = 0) {
  const chosen = options.map(() => 0);
  for (;;) {
    const texts = options.map((texts, i) => texts[chosen[i]]);
    const widths = texts.map((text) => Math.max(least, ctx.measureText(text).width));
    if (widths.reduce((sum, width) => sum + width, 0) <= room) return texts;
    const widest = widths.map((width, i) => (chosen[i] + 1 < options[i].length ? width : -1));
    const most = Math.max(...widest);
    if (most < 0) return texts.map((text) => fitText(ctx, text, room / texts.length));
    chosen[widest.indexOf(most)] += 1;
  }
}
