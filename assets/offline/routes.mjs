/** Ways for lines past what has moved: the shortest through the openings that each row leaves, then rounded. */

import { lastOf } from "../graph_view/lookup.mjs";

/** @import { Pair } from "./types.mjs" */

const PULL = 30; // of a curve at a turn; a longer one would bulge

/** @typedef {{y: number, left: number, right: number}} Opening where a line may cross a height */

/**
 * The shortest way down from a point to another through openings in rising order of y: the points where it turns.
 * @param {Pair} start @param {Opening[]} openings @param {Pair} end @returns {Pair[]}
 */
export function pullTight(start, openings, end) {
  const gates = [...openings, { y: end[1], left: end[0], right: end[0] }];
  const way = [start];
  let from = 0; // the first gate after the last turn
  while (from < gates.length) {
    const turn = nextTurn(lastOf(way), gates, from);
    if (!turn) break;
    way.push(turn.point);
    from = turn.gate + 1;
  }
  way.push(end);
  return way;
}

/**
 * Where a way that begins at a point must turn first, or null if it can run straight to the end.
 * @param {Pair} start
 * @param {Opening[]} gates
 * @param {number} from @returns {{gate: number, point: Pair} | null}
 */
function nextTurn([x, y], gates, from) {
  let left = { slope: -Infinity, gate: -1 };
  let right = { slope: Infinity, gate: -1 };
  for (let gate = from; gate < gates.length; gate++) {
    const down = gates[gate].y - y;
    if (down < 0.01) continue;
    const least = (gates[gate].left - x) / down;
    const most = (gates[gate].right - x) / down;
    if (most < left.slope) return { gate: left.gate, point: [gates[left.gate].left, gates[left.gate].y] };
    if (least > right.slope) return { gate: right.gate, point: [gates[right.gate].right, gates[right.gate].y] };
    if (least > left.slope) left = { slope: least, gate };
    if (most < right.slope) right = { slope: most, gate };
  }
  return null;
}

/**
 * A curve through points; at an end that is `upright` it runs vertically.
 * @param {Pair[]} points @param {{start: boolean, end: boolean}} upright @returns {number[]}
 */
export function rounded(points, upright) {
  const way = points.filter((point, i) => i === 0 || distance(point, points[i - 1]) > 0.01);
  if (way.length === 1) return [...way[0], ...way[0], ...way[0], ...way[0]];
  const last = way.length - 1;
  /** @type {Pair[]} */
  const headings = way.map((point, i) => {
    if ((i === 0 && upright.start) || (i === last && upright.end)) return [0, 1];
    if (i === 0) return heading(point, way[1]);
    if (i === last) return heading(way[last - 1], point);
    return mean(heading(way[i - 1], point), heading(point, way[i + 1]));
  });
  const curve = [...way[0]];
  for (let i = 0; i < last; i++) {
    const [[x0, y0], [x1, y1]] = [way[i], way[i + 1]];
    const [from, to] = [headings[i], headings[i + 1]];
    const a = pullOf(way[i], way[i + 1], from);
    const b = pullOf(way[i], way[i + 1], to);
    curve.push(x0 + from[0] * a, y0 + from[1] * a, x1 - to[0] * b, y1 - to[1] * b, x1, y1);
  }
  return curve;
}

/**
 * How far a curve runs in a heading at one end of a piece: never past the height of its other end.
 * @param {Pair} start
 * @param {Pair} end
 * @param {Pair} way
 */
function pullOf(start, end, [, down]) {
  const third = distance(start, end) / 3;
  const room = (0.6 * Math.abs(end[1] - start[1])) / Math.max(Math.abs(down), 1e-6);
  return Math.min(third, room, PULL);
}

/** @param {Pair} from @param {Pair} to */
function distance([x0, y0], [x1, y1]) {
  return Math.hypot(x1 - x0, y1 - y0);
}

/** @param {Pair} from @param {Pair} to @returns {Pair} */
function heading(from, to) {
  const length = distance(from, to) || 1;
  return [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
}

/** @param {Pair} a @param {Pair} b */
function mean([x0, y0], [x1, y1]) {
  return heading([0, 0], [x0 + x1, y0 + y1]);
}
