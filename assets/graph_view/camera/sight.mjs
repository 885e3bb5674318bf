/** The camera over a window: how it pans, zooms and glides, and when it has come to rest. */

import { between, bringIntoSight, fitRect, zoomAt } from "./camera.mjs";
import { ease, wantsStillness } from "./motion.mjs";

/** @import { Camera, Rect } from "../types.mjs" */

const SETTLE_MS = 140; // after the last move the picture is drawn sharp again
const FRAME_MS = 20;

/**
 * @param {{motionMs: () => number, onMove: () => void, onRest: () => void}} acts how long a glide takes, what to do
 *   whenever the camera moves, and once it rests
 */
export function createSight({ motionMs, onMove, onRest }) {
  let camera = { x: 0, y: 0, k: 1 };
  let size = { w: 0, h: 0 };
  /** @type {{from: Camera, to: Camera, start: number} | null} */
  let glide = null; // {from, to, start}: a camera on its way
  let movedAt = -Infinity;
  let settleTimer = 0;

  function moved() {
    movedAt = performance.now();
    onMove();
    clearTimeout(settleTimer);
    settleTimer = setTimeout(onRest, SETTLE_MS);
  }

  /** Be elsewhere at once, without a move. @param {Camera} to */
  function jump(to) {
    glide = null;
    camera = to;
  }

  /** @param {Camera} to */
  function moveTo(to) {
    jump(to);
    moved();
  }

  /** @param {number} dx @param {number} dy */
  function pan(dx, dy) {
    moveTo({ ...camera, x: camera.x + dx, y: camera.y + dy });
  }

  /** @param {number} factor */
  function zoom(factor, x = size.w / 2, y = size.h / 2) {
    moveTo(zoomAt(camera, factor, x, y));
  }

  /** Have a point of the world in the middle. @param {number} x @param {number} y */
  function lookAt(x, y) {
    moveTo({ ...camera, x: size.w / 2 - x * camera.k, y: size.h / 2 - y * camera.k });
  }

  /** @param {Camera} to */
  function glideTo(to) {
    if (wantsStillness()) camera = to;
    else glide = { from: camera, to, start: performance.now() };
    moved();
  }

  /** Glide to where all of a rectangle is seen. @param {Rect} rect */
  function fit(rect) {
    glideTo(fitRect(rect, size));
  }

  /** Bring a rectangle into sight, unless the camera is on its way. @param {Rect} rect */
  function reveal(rect) {
    if (glide) return;
    const to = bringIntoSight(camera, rect, size);
    if (to.x !== camera.x || to.y !== camera.y) glideTo(to);
  }

  /** Go on with a glide. @param {number} now */
  function step(now) {
    if (!glide) return;
    const t = Math.min(1, Math.max(0, (now - glide.start) / motionMs()));
    camera = between(glide.from, glide.to, ease(t));
    if (t < 1) return;
    glide = null;
    moved();
  }

  return {
    get camera() {
      return camera;
    },
    get size() {
      return size;
    },
    set size(window) {
      size = window;
    },
    get isGliding() {
      return glide !== null;
    },
    /** Whether the picture may be drawn roughly. */
    get isMoving() {
      return glide !== null || performance.now() - movedAt < SETTLE_MS - FRAME_MS;
    },
    jump,
    pan,
    zoom,
    lookAt,
    glideTo,
    fit,
    reveal,
    step,
  };
}
