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
