/** Free spots for the labels of a sheet's lines: beside the line, never on a box, a line or another label. */

import { lastOf, listOf } from "../graph_view/lookup.mjs";
import { sample } from "./curves.mjs";
import constants from "../shared_constants.json" with { type: "json" };

/** @import { Pair } from "./types.mjs" */

const {
  LABEL_ASIDE_PX, LABEL_BAND_PX, LABEL_CHARACTER_PX, LABEL_CLEARANCE_PX, LABEL_HEIGHT_PX, LABEL_MARGIN_PX,
  LABEL_SLANT_PX, LABEL_STOPS, MOST_LABELED_LINES, TITLE_GAP_PX,
} = constants;
const SAMPLES_APART = 8; // less than a label is high

/** @param {string} label */
export function labelWidth(label) {
  return label.length * LABEL_CHARACTER_PX + LABEL_MARGIN_PX;
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
  if (lines.length > MOST_LABELED_LINES || lines.every((line) => !line.label)) return spots;
  const boxes = rects.map(({ x, y, w, h }) => [x, y, x + w, y + h]);
  // What lies above the boxes is the frame's title bar.
  const top = Math.min(...boxes.map((box) => box[1])) - TITLE_GAP_PX;
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
  const bands = ([, top, , bottom]) => [Math.floor(top / LABEL_BAND_PX), Math.floor(bottom / LABEL_BAND_PX)];
  /** @param {number[]} box */
  const add = (box) => {
    const [first, last] = bands(box);
    for (let band = first; band <= last; band++) listOf(rectangles, band).push(box);
  };
  boxes.forEach(add);
  for (const line of samples) for (const point of line) listOf(points, Math.floor(point[1] / LABEL_BAND_PX)).push(point);

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
  const aside = width / 2 + LABEL_ASIDE_PX;
  for (const stop of LABEL_STOPS) {
    const [x, y] = pointAfter(line, lengths, stop * lastOf(lengths));
    // A slanted line needs the label further out than an upright one.
    for (const shift of [aside, -aside, aside + LABEL_SLANT_PX, -aside - LABEL_SLANT_PX]) yield [x + shift, y];
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
  const wide = width / 2 + LABEL_CLEARANCE_PX;
  const high = LABEL_HEIGHT_PX / 2 + LABEL_CLEARANCE_PX;
  return [x - wide, y - high, x + wide, y + high];
}
