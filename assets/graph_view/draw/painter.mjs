/** Puts a scene on the canvas; while a large one moves, a picture of it taken a moment ago. */

import { drawScene } from "./draw.mjs";
import { wordsAreCut } from "./draw_boxes.mjs";
import { contextOf } from "../dom.mjs";
import { visibleWorld } from "../camera/camera.mjs";

/** @import { Camera, DrawState, Item, ReadyScene, Rect, Size, Theme } from "../types.mjs" */

const MANY_BOXES = 500; // in sight: from here on a moving view shows a picture
const MARGIN = 0.35; // of the view, on each side of the picture

/** @typedef {Omit<DrawState, "area" | "zoom"> & {camera: Camera}} PaintState */

/** A picture of a scene, of the `version` that was painted, as the camera saw it. @typedef {{camera: Camera, version: number}} PictureState */

/** @typedef {{scene: ReadyScene | null, theme: Theme, state: PaintState, size: Size}} Painted what is to be seen in a window */

/** @param {HTMLCanvasElement} canvas */
export function createPainter(canvas) {
  const ctx = contextOf(canvas, { alpha: false });
  const picture = document.createElement("canvas");
  /** @type {PictureState | null} */
  let pictureState = null;

  /**
   * Paint; `version` changes whenever anything but the camera does.
   * @param {Painted & {moving: boolean, version: number}} picture
   */
  function paint({ moving, version, ...painted }) {
    const { scene, theme, state, size } = painted;
    const dpr = window.devicePixelRatio || 1;
    fitCanvas(canvas, size, dpr);
    const many = moving && scene && scene.boxGrid.touching(visibleWorld(state.camera, size)).length > MANY_BOXES;
    if (!many) {
      paintSharp(ctx, painted, dpr);
      return;
    }
    if (!pictureState || pictureState.version !== version || !covers(state.camera, pictureState.camera, size)) {
      takePicture(picture, painted, dpr);
      pictureState = { camera: state.camera, version };
    }
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
    ctx.fillStyle = theme.ground;
    ctx.fillRect(0, 0, size.w, size.h);
    const { x, y, w, h } = pictureRect(state.camera, pictureState.camera, size);
    ctx.drawImage(picture, x, y, w, h);
  }

  /** Whether the words of a box were cut to fit. @param {Item} box @param {Theme} theme */
  const isCut = (box, theme) => wordsAreCut(ctx, theme, box);

  return { paint, isCut };
}

/** @param {HTMLCanvasElement} canvas @param {Size} size @param {number} dpr */
function fitCanvas(canvas, size, dpr) {
  const width = Math.round(size.w * dpr);
  const height = Math.round(size.h * dpr);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
}

/** @param {CanvasRenderingContext2D} ctx @param {Painted} painted @param {number} dpr */
function paintSharp(ctx, { scene, theme, state, size }, dpr) {
  const { camera } = state;
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.globalAlpha = 1;
  ctx.fillStyle = theme.ground;
  ctx.fillRect(0, 0, size.w * dpr + 1, size.h * dpr + 1);
  if (!scene) return;
  ctx.setTransform(camera.k * dpr, 0, 0, camera.k * dpr, Math.round(camera.x * dpr), Math.round(camera.y * dpr));
  const area = visibleWorld(camera, size);
  drawScene(ctx, scene, theme, { ...state, area: state.motion ? widened(area) : area, zoom: camera.k });
}

/** What is about to leave the view, or just coming in, is drawn while it moves. @param {Rect} area */
function widened(area) {
  return { x: area.x - area.w, y: area.y - area.h, w: 3 * area.w, h: 3 * area.h };
}

/** A picture of what is in sight and around it. @param {HTMLCanvasElement} picture @param {Painted} painted @param {number} dpr */
function takePicture(picture, { state, size, ...painted }, dpr) {
  const wide = { w: size.w * (1 + 2 * MARGIN), h: size.h * (1 + 2 * MARGIN) };
  const camera = { ...state.camera, x: state.camera.x + size.w * MARGIN, y: state.camera.y + size.h * MARGIN };
  fitCanvas(picture, wide, dpr);
  paintSharp(contextOf(picture, { alpha: false }), { ...painted, state: { ...state, camera }, size: wide }, dpr);
}

/**
 * Where a picture that was taken with one camera lies in the window of another.
 * @param {Camera} camera @param {Camera} from of the picture @param {Size} size of the window
 * @returns {Rect}
 */
export function pictureRect(camera, from, size) {
  const zoom = camera.k / from.k;
  const span = (1 + 2 * MARGIN) * zoom;
  const x = camera.x - (from.x + size.w * MARGIN) * zoom;
  const y = camera.y - (from.y + size.h * MARGIN) * zoom;
  return { x, y, w: size.w * span, h: size.h * span };
}

/**
 * Whether the picture still covers the window and is not blurred too much.
 * @param {Camera} camera @param {Camera} from of the picture @param {Size} size of the window
 */
export function covers(camera, from, size) {
  const zoom = camera.k / from.k;
  if (zoom < 0.7 || zoom > 1.6) return false;
  const { x, y, w, h } = pictureRect(camera, from, size);
  return x <= 0 && y <= 0 && x + w >= size.w && y + h >= size.h;
}
