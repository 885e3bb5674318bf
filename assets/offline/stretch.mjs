/** How a grid grows: rulers that carry what lay between boxes to where it lies between frames. Pure functions. */

/** @typedef {{from: number[], to: number[]}} Ruler points in rising order and where they come to lie */

/**
 * A ruler on which each part is made longer by the largest factor that is asked of it. @param {number[][]} parts
 * @param {number} start
 * @param {number} end
 */
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

/** Where a point comes to lie; beyond the ends the distance to them stays. @param {Ruler} ruler @param {number} at */
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
