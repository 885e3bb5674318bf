/** The camera over a window: how it pans, zooms and glides, and when it has come to rest. */

import { between, bringIntoSight, fitRect, lookingAt, panned, zoomAt } from "./camera.mjs";
import { ease, wantsStillness } from "./motion.mjs";

/** @import { Camera, Rect, Size } from "../types.mjs" */

const SETTLE_MS = 140; // after the last move the picture is drawn sharp again
const FRAME_MS = 20;

/**
 * How long a glide takes, what to do whenever the camera moves, and once it rests.
 * @typedef {{motionMs: () => number, onMove: () => void, onRest: () => void}} Acts
 */

/** A window onto the world, with a camera that the others move. */
export class Sight {
  /** @type {Camera} */
  #camera = { x: 0, y: 0, k: 1 };
  /** @type {{from: Camera, to: Camera, start: number} | null} */
  #glide = null; // a camera on its way
  #movedAt = -Infinity;
  #settleTimer = 0;
  /** @type {Acts} */
  #acts;
  /** @type {Size} of the window */
  size = { w: 0, h: 0 };

  /** @param {Acts} acts */
  constructor(acts) {
    this.#acts = acts;
  }

  get camera() {
    return this.#camera;
  }

  get isGliding() {
    return this.#glide !== null;
  }

  /** Whether the picture may be drawn roughly. */
  get isMoving() {
    return this.isGliding || performance.now() - this.#movedAt < SETTLE_MS - FRAME_MS;
  }

  /** Be elsewhere at once, without a move. @param {Camera} to */
  jump(to) {
    this.#glide = null;
    this.#camera = to;
  }

  /** @param {number} dx @param {number} dy */
  pan(dx, dy) {
    this.#moveTo(panned(this.#camera, dx, dy));
  }

  /** @param {number} factor */
  zoom(factor, x = this.size.w / 2, y = this.size.h / 2) {
    this.#moveTo(zoomAt(this.#camera, factor, x, y));
  }

  /** Have a point of the world in the middle. @param {number} x @param {number} y */
  lookAt(x, y) {
    this.#moveTo(lookingAt(this.#camera, x, y, this.size));
  }

  /** @param {Camera} to */
  glideTo(to) {
    if (wantsStillness()) this.#camera = to;
    else this.#glide = { from: this.#camera, to, start: performance.now() };
    this.#moved();
  }

  /** Glide to where all of a rectangle is seen. @param {Rect} rect */
  fit(rect) {
    this.glideTo(fitRect(rect, this.size));
  }

  /** Bring a rectangle into sight, unless the camera is on its way. @param {Rect} rect */
  reveal(rect) {
    if (this.#glide) return;
    const to = bringIntoSight(this.#camera, rect, this.size);
    if (to.x !== this.#camera.x || to.y !== this.#camera.y) this.glideTo(to);
  }

  /** Go on with a glide. @param {number} now */
  step(now) {
    if (!this.#glide) return;
    const { from, to, start } = this.#glide;
    const t = Math.min(1, Math.max(0, (now - start) / this.#acts.motionMs()));
    this.#camera = between(from, to, ease(t));
    if (t < 1) return;
    this.#glide = null;
    this.#moved();
  }

  /** @param {Camera} to */
  #moveTo(to) {
    this.jump(to);
    this.#moved();
  }

  #moved() {
    this.#movedAt = performance.now();
    this.#acts.onMove();
    clearTimeout(this.#settleTimer);
    this.#settleTimer = setTimeout(this.#acts.onRest, SETTLE_MS);
  }
}
