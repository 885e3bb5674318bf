/** Maps that carry what lay between boxes to where it lies between frames. Pure functions. */

/** @typedef {{from: number[], to: number[]}} Ruler points in rising order and where they come to lie */

const KNOT = 1e-6;

/** A ruler through these pairs; one that would run back is pulled on. @param {number[][]} pairs @returns {Ruler} */
export function rulerOf(pairs) {
  const from = [];
  const to = [];
  for (const [a, b] of [...pairs].sort((p, q) => p[0] - q[0] || p[1] - q[1])) {
    const last = from.length - 1;
    if (last >= 0 && a - from[last] < KNOT) to[last] = Math.max(to[last], b);
    else {
      from.push(a);
      to.push(last >= 0 ? Math.max(b, to[last]) : b);
    }
  }
  return { from, to };
}

/** A ruler on which each part is made longer by the largest factor that is asked of it. @param {number[][]} parts */
export function stretchOf(start, end, parts) {
  const marks = [...new Set([start, end, ...parts.flatMap(([a, b]) => [a, b])])].sort((a, b) => a - b);
  const to = [start];
  for (let i = 1; i < marks.length; i++) {
    const middle = (marks[i - 1] + marks[i]) / 2;
    const factors = parts.filter(([a, b]) => a <= middle && middle <= b).map((part) => part[2]);
    to.push(to[i - 1] + (marks[i] - marks[i - 1]) * Math.max(1, ...factors));
  }
  return { from: marks, to };
}

/** Where a point comes to lie; beyond the ends the distance to them stays. @param {Ruler} ruler */
export function carry({ from, to }, at) {
  const last = from.length - 1;
  if (last < 0) return at;
  if (at <= from[0]) return at + to[0] - from[0];
  if (at >= from[last]) return at + to[last] - from[last];
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (from[middle] <= at) low = middle;
    else high = middle;
  }
  return to[low] + ((to[high] - to[low]) * (at - from[low])) / (from[high] - from[low]);
}

/**
 * The map of a page of rows: in a row by the row's own ruler, between two rows by both.
 * @param {{top: number, bottom: number, ruler: Ruler}[]} rows
 * @param {Ruler} heights
 * @returns {function(number, number): number[]}
 */
export function carrier(rows, heights) {
  return (x, y) => {
    let next = rows.findIndex((row) => y <= row.bottom);
    if (next < 0) next = rows.length - 1;
    const row = rows[next];
    const across = carry(row.ruler, x);
    const before = rows[next - 1];
    if (!before || y >= row.top) return [across, carry(heights, y)];
    const part = (y - before.bottom) / Math.max(row.top - before.bottom, KNOT);
    return [carry(before.ruler, x) * (1 - part) + across * part, carry(heights, y)];
  };
}
