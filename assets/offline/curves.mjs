/** Cubic Bezier curves as flat arrays of control points [x0, y0, x1, y1, ...], 1 + 3n of them. Pure functions. */

import constants from "../shared_constants.json" with { type: "json" };

/** @import { Curve } from "./types.mjs" */

const { CURVE_HALVINGS, CURVE_JOINED_PX, CURVE_PULL, CURVE_STEPS } = constants;

/** A straight line. @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 @returns {Curve} */
export function straight(x0, y0, x1, y1) {
  const dx = (x1 - x0) / 3;
  const dy = (y1 - y0) / 3;
  return [x0, y0, x0 + dx, y0 + dy, x1 - dx, y1 - dy, x1, y1];
}

/**
 * A curve that leaves and arrives horizontally.
 * @param {number} x0
 * @param {number} y0
 * @param {number} x1
 * @param {number} y1
 * @returns {Curve}
 */
export function horizontal(x0, y0, x1, y1) {
  const middle = (x0 + x1) / 2;
  return [x0, y0, middle, y0, middle, y1, x1, y1];
}

/**
 * The curve with each of its points put elsewhere. @param {(x: number, y: number) => number[]} place
 * @param {Curve} curve
 */
export function mapPoints(curve, place) {
  const moved = new Array(curve.length);
  for (let i = 0; i < curve.length; i += 2) {
    const [x, y] = place(curve[i], curve[i + 1]);
    moved[i] = x;
    moved[i + 1] = y;
  }
  return moved;
}

/** @param {Curve} curve @param {number} dx @param {number} dy @returns {Curve} */
export function move(curve, dx, dy) {
  return curve.map((number, i) => number + (i % 2 ? dy : dx));
}

/** The same curve from its other end. @param {Curve} curve @returns {Curve} */
export function reverse(curve) {
  /** @type {Curve} */
  const turned = [];
  for (let i = curve.length - 2; i >= 0; i -= 2) turned.push(curve[i], curve[i + 1]);
  return turned;
}

/** One curve from pieces that follow each other, gaps closed by straight lines. @param {Curve[]} curves */
export function join(curves) {
  const joined = [...curves[0]];
  for (const curve of curves.slice(1)) {
    const [x, y] = joined.slice(-2);
    const apart = Math.abs(x - curve[0]) > CURVE_JOINED_PX || Math.abs(y - curve[1]) > CURVE_JOINED_PX;
    if (apart) joined.push(...straight(x, y, curve[0], curve[1]).slice(2));
    joined.push(...curve.slice(2));
  }
  return joined;
}

/**
 * The downward curve begun at (x, y) instead, vertically, and joined again where it is `lead` below y.
 * @param {Curve} curve
 * @param {number} x
 * @param {number} y
 * @param {number} lead
 */
export function restart(curve, x, y, lead) {
  const rest = below(curve, y + lead);
  const [endX, endY] = rest;
  const middle = (y + endY) / 2;
  if (rest.length === 2) return [x, y, x, middle, endX, middle, endX, endY];
  // The last pull follows the curve's own direction, so that the join shows no kink.
  const dx = rest[2] - rest[0];
  const dy = rest[3] - rest[1];
  let pull = (CURVE_PULL * Math.hypot(endX - x, endY - y)) / Math.max(Math.hypot(dx, dy), 1e-6);
  // Never back above y: the row of the boxes that the curve comes from is there.
  if (dy > 0) pull = Math.min(pull, (endY - y) / dy);
  return [x, y, x, (y + endY) / 2, endX - dx * pull, endY - dy * pull, ...rest];
}

/**
 * The downward curve led to (x, y) instead, vertically, from where it is `lead` above y.
 * @param {Curve} curve
 * @param {number} x
 * @param {number} y
 * @param {number} lead
 */
export function finish(curve, x, y, lead) {
  return reverse(mirror(restart(mirror(reverse(curve)), x, -y, lead)));
}

/** @param {number} a @param {number} b @param {number} t */
function mix(a, b, t) {
  return a + (b - a) * t;
}

/** @param {Curve} curve */
function mirror(curve) {
  return curve.map((number, i) => (i % 2 ? -number : number));
}

/**
 * What is left of a downward curve after it last crosses the height y; its end point alone when it ends above.
 * @param {Curve} curve
 * @param {number} y
 */
export function below(curve, y) {
  for (let start = curve.length - 8; start >= 0; start -= 6) {
    if (curve[start + 1] <= y) {
      const piece = curve.slice(start, start + 8);
      if (piece[7] <= y) return curve.slice(start + 6);
      return [...cut(piece, crossing(piece, y))[1], ...curve.slice(start + 8)];
    }
  }
  return curve;
}

/** The parameter at which one piece crosses the height y, by bisection. @param {Curve} piece @param {number} y */
function crossing(piece, y) {
  const down = piece[7] > piece[1];
  let low = 0;
  let high = 1;
  for (let step = 0; step < CURVE_HALVINGS; step++) {
    const middle = (low + high) / 2;
    if (pointAt(piece, 0, middle)[1] <= y === down) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The two curves into which the parameter t cuts one piece, by de Casteljau's steps.
 * @param {Curve} piece
 * @param {number} t
 * @returns {Curve[]}
 */
function cut(piece, t) {
  const [x0, y0, x1, y1, x2, y2, x3, y3] = piece;
  const [ax, ay, bx, by] = [mix(x0, x1, t), mix(y0, y1, t), mix(x1, x2, t), mix(y1, y2, t)];
  const [cx, cy] = [mix(x2, x3, t), mix(y2, y3, t)];
  const [dx, dy, ex, ey] = [mix(ax, bx, t), mix(ay, by, t), mix(bx, cx, t), mix(by, cy, t)];
  const [x, y] = [mix(dx, ex, t), mix(dy, ey, t)];
  return [
    [x0, y0, ax, ay, dx, dy, x, y],
    [x, y, ex, ey, cx, cy, x3, y3],
  ];
}

/** The point of the piece that begins at index `start`. @param {Curve} curve @param {number} start @param {number} t */
function pointAt(curve, start, t) {
  const s = 1 - t;
  const [a, b, c, d] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
  const i = start;
  return [
    a * curve[i] + b * curve[i + 2] + c * curve[i + 4] + d * curve[i + 6],
    a * curve[i + 1] + b * curve[i + 3] + c * curve[i + 5] + d * curve[i + 7],
  ];
}

/**
 * Points along the curve, its ends included, about so many pixels apart.
 * @param {Curve} curve
 * @param {number} apart
 * @returns {number[][]}
 */
export function sample(curve, apart) {
  const points = [[curve[0], curve[1]]];
  for (let i = 0; i + 7 < curve.length; i += 6) {
    const span = Math.abs(curve[i + 6] - curve[i]) + Math.abs(curve[i + 7] - curve[i + 1]);
    const steps = Math.max(4, Math.min(CURVE_STEPS, Math.ceil(span / apart)));
    for (let step = 1; step <= steps; step++) points.push(pointAt(curve, i, step / steps));
  }
  return points;
}

/**
 * Where a downward curve crosses the height y; its nearer end where it does not.
 * @param {Curve} curve
 * @param {number} y
 */
export function xAt(curve, y) {
  for (let start = 0; start + 7 < curve.length; start += 6) {
    const [y0, y1] = [curve[start + 1], curve[start + 7]];
    if ((y0 <= y && y <= y1) || (y1 <= y && y <= y0)) {
      return pointAt(curve, start, crossing(curve.slice(start, start + 8), y))[0];
    }
  }
  return y < curve[1] ? curve[0] : curve[curve.length - 2];
}
