/**
 * A drawing as an image like those of MNIST: the digit in a box of 20 of 28 pixels, its centre of mass in the middle,
 * smooth at its edges. Knows strokes and numbers, not the page.
 */

/** @typedef {[number, number]} Point in px of the pad */
/** @typedef {Point[]} Stroke */

const BOX = 20 / 28; // of the shorter side
const PEN = 1.25 / 20; // half the width of a line, in the box; as in MNIST
const SMALLEST = 0.12; // of the pad: a dot is not blown up to the whole box

/** Half the width of a line on the pad, so that it looks as wide as in the image. @param {number} padSide */
export function penRadius(padSide) {
  return PEN * BOX * padSide;
}

/**
 * The greys of an image, from 0 to 255, row by row; all 0 without strokes.
 * @param {Stroke[]} strokes @param {number} padSide @param {number} width @param {number} height
 */
export function drawnDigit(strokes, padSide, width, height) {
  const points = strokes.flat();
  if (!points.length) return new Uint8Array(width * height);
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const box = BOX * Math.min(width, height);
  const radius = PEN * box;
  const scale = (box - 2 * radius) / Math.max(right - left, bottom - top, SMALLEST * padSide);
  const middle = [(left + right) / 2, (top + bottom) / 2];
  /** @param {number} x @param {number} y @returns {Stroke[]} */
  const moved = (x, y) =>
    strokes.map((stroke) => stroke.map((point) => [(point[0] - middle[0]) * scale + x, (point[1] - middle[1]) * scale + y]));
  const greys = rendered(moved(width / 2, height / 2), radius, width, height);
  const [massX, massY] = centreOfMass(greys, width);
  const x = within(width / 2 - massX, (width - (right - left) * scale) / 2 - radius);
  const y = within(height / 2 - massY, (height - (bottom - top) * scale) / 2 - radius);
  return rendered(moved(width / 2 + x, height / 2 + y), radius, width, height);
}

/** A shift that leaves no part of the drawing outside. @param {number} shift @param {number} most */
function within(shift, most) {
  return Math.max(-most, Math.min(most, shift));
}

/** The centre of mass in px from the left and upper edge. @param {Uint8Array} greys @param {number} width */
export function centreOfMass(greys, width) {
  let [sum, x, y] = [0, 0, 0];
  greys.forEach((grey, i) => {
    sum += grey;
    x += grey * ((i % width) + 0.5);
    y += grey * (Math.floor(i / width) + 0.5);
  });
  return sum ? [x / sum, y / sum] : [width / 2, greys.length / width / 2];
}

/** Lines with round ends; a pixel at an edge is as bright as the part of it that is covered. @param {Stroke[]} strokes @param {number} radius @param {number} width @param {number} height */
function rendered(strokes, radius, width, height) {
  const greys = new Uint8Array(width * height);
  const reach = radius + 0.5;
  for (const stroke of strokes) {
    stroke.forEach((end, i) => {
      const start = stroke[Math.max(0, i - 1)];
      const columns = span(start[0], end[0], reach, width);
      for (const row of span(start[1], end[1], reach, height)) {
        for (const column of columns) {
          const cover = reach - distance(column + 0.5, row + 0.5, start, end);
          const grey = Math.round(255 * Math.min(1, Math.max(0, cover)));
          const place = row * width + column;
          greys[place] = Math.max(greys[place], grey);
        }
      }
    });
  }
  return greys;
}

/** The pixels of one axis that a line can reach. @param {number} from @param {number} to @param {number} reach @param {number} size */
function span(from, to, reach, size) {
  const first = Math.max(0, Math.floor(Math.min(from, to) - reach));
  const last = Math.min(size - 1, Math.ceil(Math.max(from, to) + reach));
  return Array.from({ length: Math.max(0, last - first + 1) }, (_none, i) => first + i);
}

/** From a point to a line between two others. @param {number} x @param {number} y @param {Point} start @param {Point} end */
function distance(x, y, start, end) {
  const [dx, dy] = [end[0] - start[0], end[1] - start[1]];
  const length = dx * dx + dy * dy;
  const share = length ? Math.min(1, Math.max(0, ((x - start[0]) * dx + (y - start[1]) * dy) / length)) : 0;
  return Math.hypot(x - start[0] - share * dx, y - start[1] - share * dy);
}
