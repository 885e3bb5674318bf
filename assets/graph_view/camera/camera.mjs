/** Where the view stands: screen = world * k + (x, y). Pure functions; a camera is never changed in place. */

import constants from "../../shared_constants.json" with { type: "json" };

/** @import { Camera, Rect, Size } from "../types.mjs" */

const { READABLE_ZOOM } = constants;
const MIN_ZOOM = 0.02;
const MAX_ZOOM = 3;
const PAD = { x: 28, top: 48, bottom: 28 };

/** @param {Camera} camera @param {number} dx @param {number} dy @returns {Camera} */
export function panned(camera, dx, dy) {
  return { ...camera, x: camera.x + dx, y: camera.y + dy };
}

/**
 * The camera with a point of the world in the middle of the window.
 * @param {Camera} camera @param {number} x @param {number} y @param {Size} size @returns {Camera}
 */
export function lookingAt(camera, x, y, size) {
  return { ...camera, x: size.w / 2 - x * camera.k, y: size.h / 2 - y * camera.k };
}

/** @param {Camera} camera @param {number} x @param {number} y */
export function toWorld(camera, x, y) {
  return { x: (x - camera.x) / camera.k, y: (y - camera.y) / camera.k };
}

/** @param {Camera} camera @param {Rect} rect @returns {Rect} */
export function toScreen(camera, rect) {
  const { x, y, k } = camera;
  return { x: rect.x * k + x, y: rect.y * k + y, w: rect.w * k, h: rect.h * k };
}

/** The part of the world that a screen of this size shows. @param {Camera} camera @param {Size} size @returns {Rect} */
export function visibleWorld(camera, size) {
  const corner = toWorld(camera, 0, 0);
  return { x: corner.x, y: corner.y, w: size.w / camera.k, h: size.h / camera.k };
}

/**
 * Zoom by a factor; the world under the screen point stays there.
 * @param {Camera} camera
 * @param {number} factor
 * @param {number} x
 * @param {number} y
 * @returns {Camera}
 */
export function zoomAt(camera, factor, x, y) {
  const k = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, camera.k * factor));
  const point = toWorld(camera, x, y);
  return { x: x - point.x * k, y: y - point.y * k, k };
}

/**
 * The camera that shows all of a rectangle, never above 1:1. @param {Rect} rect
 * @param {Size} size
 * @returns {Camera}
 */
export function fitRect(rect, size) {
  const wide = (size.w - 2 * PAD.x) / Math.max(1, rect.w);
  const tall = (size.h - PAD.top - PAD.bottom) / Math.max(1, rect.h);
  const k = Math.max(MIN_ZOOM, Math.min(1, wide, tall));
  const top = PAD.top + Math.max(0, (size.h - PAD.top - PAD.bottom - rect.h * k) / 2);
  return { x: (size.w - rect.w * k) / 2 - rect.x * k, y: top - rect.y * k, k };
}

/**
 * The first sight of a graph: all of it where that can be read, else its top at a readable size.
 * @param {Rect} rect the whole scene
 * @param {Rect} first the topmost box
 * @param {Size} size
 * @returns {Camera}
 */
export function firstSight(rect, first, size) {
  const whole = fitRect(rect, size);
  if (whole.k >= READABLE_ZOOM) return whole;
  const k = Math.min(1, Math.max(READABLE_ZOOM, (size.w - 2 * PAD.x) / Math.max(1, rect.w)));
  let x = size.w / 2 - (first.x + first.w / 2) * k;
  if (rect.w * k <= size.w) x = (size.w - rect.w * k) / 2 - rect.x * k;
  else x = Math.min(PAD.x - rect.x * k, Math.max(size.w - PAD.x - (rect.x + rect.w) * k, x));
  return { x, y: PAD.top - rect.y * k, k };
}

/**
 * The camera after the window's size changed: what was in the middle stays there, and a scene that was seen whole is
 * seen whole again.
 * @param {Rect} rect the whole scene
 * @param {Camera} camera
 * @param {Size} was
 * @param {Size} size
 * @returns {Camera}
 */
export function resized(camera, rect, was, size) {
  const moved = { ...camera, x: camera.x + (size.w - was.w) / 2, y: camera.y + (size.h - was.h) / 2 };
  return holds(camera, rect, was) && !holds(moved, rect, size) ? fitRect(rect, size) : moved;
}

/** Whether all of a rectangle is on the screen. @param {Camera} camera @param {Rect} rect @param {Size} size */
function holds(camera, rect, size) {
  const onScreen = toScreen(camera, rect);
  return onScreen.x >= 0 && onScreen.y >= 0 && onScreen.x + onScreen.w <= size.w && onScreen.y + onScreen.h <= size.h;
}

/**
 * The camera with a rectangle in the middle, at a readable zoom.
 * @param {Camera} camera
 * @param {Rect} rect
 * @param {Size} size
 * @returns {Camera}
 */
export function centerOn(camera, rect, size) {
  const k = Math.min(1, Math.max(camera.k, 0.75));
  return { x: size.w / 2 - (rect.x + rect.w / 2) * k, y: size.h / 2 - (rect.y + rect.h / 2) * k, k };
}

/**
 * The smallest move that brings a rectangle into sight.
 * @param {Camera} camera
 * @param {Rect} rect
 * @param {Size} size
 * @returns {Camera}
 */
export function bringIntoSight(camera, rect, size) {
  const onScreen = toScreen(camera, rect);
  /** @param {number} start @param {number} length @param {number} total @param {number} before @param {number} after */
  const move = (start, length, total, before, after) => {
    if (start < before) return before - start;
    if (start + length > total - after) return Math.max(before - start, total - after - start - length);
    return 0;
  };
  return {
    x: camera.x + move(onScreen.x, onScreen.w, size.w, 16, 16),
    y: camera.y + move(onScreen.y, onScreen.h, size.h, PAD.top, 16),
    k: camera.k,
  };
}

/** @param {number} t from 0 to 1 @param {Camera} a @param {Camera} b @returns {Camera} */
export function between(a, b, t) {
  if (t >= 1) return b;
  return { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t, k: a.k + (b.k - a.k) * t };
}
