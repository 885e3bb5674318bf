/** Free spots for the labels of a sheet's lines: beside the line, never on a box, a line or another label. */

import { lastOf, listOf } from "../graph_view/lookup.mjs";
import { sample } from "./curves.mjs";

/** @import { Pair } from "./types.mjs" */

const LABEL_HEIGHT = 12;
const CHARACTER = 6.1; // px of 10 px monospace
const LINE_GAP = 6;
const CLEARANCE = 2;
const BAND = 40;
const MOST_LABELS = 600;
const TITLE_GAP = 12;
const SAMPLES_APART = 8; // less than a label is high
// Where along the line to try, best first: its middle, then towards its ends.
const STOPS = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82, 0.1, 0.9];

/** @param {string} label */
export function labelWidth(label) {
  return label.length * CHARACTER + 4;
}

/**
 * The middle of each line's label; null if there is no label or no room for it. Of several lines with the same
 * label and owner, one shows it.
 * @param {{x: number, y: number, w: number, h: number}[]} rects
 * @param {{curve: number[], label: string, owner: number | string}[]} lines
 * @returns {(Pair | null)[]}
 */
export function placeLabels(rects, lines) {
  /** @type {(Pair | null)[]} */
  const spots = lines.map(() => null);
  if (lines.length > MOST_LABELS || lines.every((line) => !line.label)) return spots;
  const boxes = rects.map(({ x, y, w, h }) => [x, y, x + w, y + h]);
  // What lies above the boxes is the frame's title bar.
  const top = Math.min(...boxes.map((box) => box[1])) - TITLE_GAP;
  const samples = lines.map((line) => sample(line.curve, SAMPLES_APART));
  const bands = createBands(boxes, samples);
  const placed = new Set();
  lines.forEach(({ label, owner }, i) => {
    const key = `${owner} ${label}`;
    if (!label || placed.has(key)) return;
    const width = labelWidth(label);
    for (const spot of candidates(samples[i], width)) {
      const around = rectAround(spot, width);
      if (around[1] < top || bands.touch(around)) continue;
      spots[i] = spot;
      placed.add(key);
      bands.add(around);
      return;
    }
  });
  return spots;
}

/**
 * Rectangles and points by the horizontal bands they lie in: only a few of them are near any one spot.
 * @param {number[][]} boxes
 * @param {number[][][]} samples
 */
function createBands(boxes, samples) {
  /** @type {Map<number, number[][]>} */
  const rectangles = new Map();
  /** @type {Map<number, number[][]>} */
  const points = new Map();
  /** @param {number[]} box */
  const bands = ([, top, , bottom]) => [Math.floor(top / BAND), Math.floor(bottom / BAND)];
  /** @param {number[]} box */
  const add = (box) => {
    const [first, last] = bands(box);
    for (let band = first; band <= last; band++) listOf(rectangles, band).push(box);
  };
  boxes.forEach(add);
  for (const line of samples) for (const point of line) listOf(points, Math.floor(point[1] / BAND)).push(point);

  /** Whether anything lies inside the rectangle or reaches into it. @param {number[]} box */
  function touch(box) {
    const [left, top, right, bottom] = box;
    const [first, last] = bands(box);
    for (let band = first; band <= last; band++) {
      const near = rectangles.get(band) ?? [];
      if (near.some((other) => other[0] < right && other[2] > left && other[1] < bottom && other[3] > top)) return true;
      /** @param {number[]} point */
      const inside = ([x, y]) => x > left && x < right && y > top && y < bottom;
      if (points.get(band)?.some(inside)) return true;
    }
    return false;
  }
  return { add, touch };
}

/**
 * Middles of the label right and left of each stop along the line's length.
 * @param {number[][]} line
 * @param {number} width
 * @returns {Generator<Pair>}
 */
function* candidates(line, width) {
  const lengths = [0];
  for (let i = 1; i < line.length; i++) {
    lengths.push(lengths[i - 1] + Math.hypot(line[i][0] - line[i - 1][0], line[i][1] - line[i - 1][1]));
  }
  const aside = width / 2 + LINE_GAP;
  for (const stop of STOPS) {
    const [x, y] = pointAfter(line, lengths, stop * lastOf(lengths));
    // A slanted line needs the label further out than an upright one.
    for (const shift of [aside, -aside, aside + 10, -aside - 10]) yield [x + shift, y];
  }
}

/**
 * The point of the line after so much of its length.
 * @param {number[][]} line
 * @param {number[]} lengths
 * @param {number} length
 */
function pointAfter(line, lengths, length) {
  let i = lengths.findIndex((at) => at > length) - 1;
  if (i < 0) i = line.length - 2;
  const part = (length - lengths[i]) / Math.max(lengths[i + 1] - lengths[i], 1e-6);
  return [line[i][0] + (line[i + 1][0] - line[i][0]) * part, line[i][1] + (line[i + 1][1] - line[i][1]) * part];
}

/** @param {number[]} spot @param {number} width */
function rectAround([x, y], width) {
  const wide = width / 2 + CLEARANCE;
  const high = LABEL_HEIGHT / 2 + CLEARANCE;
  return [x - wide, y - high, x + wide, y + high];
}
