/** Lines between the same two boxes apart from each other, where one was led upon the other. */

import { listOf, valueOf } from "../graph_view/lookup.mjs";
import { sample } from "./curves.mjs";
import constants from "../shared_constants.json" with { type: "json" };

/** @import { Curve, Line } from "./types.mjs" */

const { LINES_APART_PX, LINES_NEAR_PX, LINES_SAMPLE_PX } = constants;

/**
 * The curves, with those between the same ends that lie upon each other bent aside.
 * @param {Line[]} lines
 * @param {number[][]} curves
 * @returns {number[][]}
 */
export function partLines(lines, curves) {
  /** @type {Map<string, number[]>} */
  const together = new Map();
  lines.forEach(({ tail, head, inside }, i) => {
    const key = `${tail} ${head}`;
    if (!inside) listOf(together, key).push(i);
  });
  const parted = [...curves];
  for (const numbers of [...together.values()].filter((list) => list.length > 1)) {
    const samples = new Map(numbers.map((i) => [i, sample(curves[i], LINES_SAMPLE_PX)]));
    const close = numbers.filter((a) => numbers.some((b) => a !== b && coincide(valueOf(samples, a), valueOf(samples, b))));
    const [x, y] = rightOf(curves[numbers[0]]);
    /** @param {number} i */
    const middle = (i) => middleOf(valueOf(samples, i));
    /** @param {number} i */
    const side = (i) => Math.round(10 * (x * middle(i)[0] + y * middle(i)[1]));
    close.sort((a, b) => side(a) - side(b));
    close.forEach((i, place) => (parted[i] = aside(curves[i], (place - (close.length - 1) / 2) * LINES_APART_PX)));
  }
  return parted;
}

/** Whether half of the middle of one line is near to the other. @param {number[][]} a @param {number[][]} b */
function coincide(a, b) {
  const quarter = Math.floor(a.length / 4);
  const middle = a.slice(quarter, a.length - quarter);
  /** @param {number[]} point */
  const isNear = ([x, y]) => b.some(([otherX, otherY]) => Math.hypot(otherX - x, otherY - y) < LINES_NEAR_PX);
  return middle.filter(isNear).length * 2 >= middle.length;
}

/** @param {number[][]} points */
const middleOf = (points) => points[Math.floor(points.length / 2)];

/** The line with all but its ends moved to the right of its direction. @param {Curve} curve @param {number} by */
function aside(curve, by) {
  const [x, y] = rightOf(curve);
  const last = curve.length - 2;
  return curve.map((number, i) => (i < 2 || i >= last ? number : number + (i % 2 ? y : x) * by));
}

/** One pixel to the right of a line's direction. @param {Curve} curve */
function rightOf(curve) {
  const [dx, dy] = [curve[curve.length - 2] - curve[0], curve[curve.length - 1] - curve[1]];
  const length = Math.max(Math.hypot(dx, dy), 1e-6);
  return [-dy / length, dx / length];
}
