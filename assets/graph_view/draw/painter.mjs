/** Puts a scene on the canvas; while a large one moves, a picture of it taken a moment ago. */

import { drawScene } from "./draw.mjs";
import { wordsAreCut } from "./draw_boxes.mjs";
import { contextOf } from "../dom.mjs";
import { visibleWorld } from "../camera/camera.mjs";

/** @import { Camera, DrawState, Item, ReadyScene, Rect, Size, Theme } from "../types.mjs" */

const MANY_BOXES = 500; // in sight: from here on a moving view shows a picture
const MARGIN = 0.35; // of the view, on each side of the picture

/** @typedef {Omit<DrawState, "area" | "zoom"> & {camera: Camera}} PaintState */

/** What is about to leave the view, or just coming in, is drawn while it moves. @param {Rect} area */
function widened(area) {
  return { x: area.x - area.w, y: area.y - area.h, w: 3 * area.w, h: 3 * area.h };
}

/** @param {HTMLCanvasElement} canvas */
export function createPainter(canvas) {
  const ctx = contextOf(canvas, { alpha: false });
  const picture = document.createElement("canvas");
  /** @type {{camera: Camera, version: number} | null} */
  let pictureState = null; // {camera, area, version}

  /** @param {HTMLCanvasElement} target @param {Size} size @param {number} dpr */
  function prepare(target, size, dpr) {
    const width = Math.round(size.w * dpr);
    const height = Math.round(size.h * dpr);
    if (target.width !== width || target.height !== height) {
      target.width = width;
      target.height = height;
    }
  }

  /**
   * @param {CanvasRenderingContext2D} target
   * @param {ReadyScene | null} scene
   * @param {Theme} theme
   * @param {PaintState} state
   * @param {Size} size
   * @param {number} dpr
   */
  function paintSharp(target, scene, theme, state, size, dpr) {
    const { camera } = state;
    target.setTransform(1, 0, 0, 1, 0, 0);
    target.globalAlpha = 1;
    target.fillStyle = theme.ground;
    target.fillRect(0, 0, size.w * dpr + 1, size.h * dpr + 1);
    if (!scene) return;
    target.setTransform(camera.k * dpr, 0, 0, camera.k * dpr, Math.round(camera.x * dpr), Math.round(camera.y * dpr));
    const area = visibleWorld(camera, size);
    drawScene(target, scene, theme, { ...state, area: state.motion ? widened(area) : area, zoom: camera.k });
  }

  /**
   * @param {ReadyScene} scene
   * @param {Theme} theme
   * @param {PaintState} state
   * @param {Size} size
   * @param {number} dpr
   * @param {number} version
   */
  function takePicture(scene, theme, state, size, dpr, version) {
    const wide = { w: size.w * (1 + 2 * MARGIN), h: size.h * (1 + 2 * MARGIN) };
    const camera = { ...state.camera, x: state.camera.x + size.w * MARGIN, y: state.camera.y + size.h * MARGIN };
    prepare(picture, wide, dpr);
    paintSharp(contextOf(picture, { alpha: false }), scene, theme, { ...state, camera }, wide, dpr);
    return { camera: state.camera, version };
  }

  /** @param {Theme} theme @param {Camera} camera @param {Camera} from @param {Size} size @param {number} dpr */
  function showPicture(theme, camera, from, size, dpr) {
    const zoom = camera.k / from.k;
    const x = camera.x - (from.x + size.w * MARGIN) * zoom;
    const y = camera.y - (from.y + size.h * MARGIN) * zoom;
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
    ctx.fillStyle = theme.ground;
    ctx.fillRect(0, 0, size.w, size.h);
    ctx.drawImage(picture, x, y, size.w * (1 + 2 * MARGIN) * zoom, size.h * (1 + 2 * MARGIN) * zoom);
  }

  /**
   * Whether the picture still covers the view and is not blurred too much.
   * @param {Camera} camera
   * @param {Camera} from of the picture
   * @param {Size} size
   */
  function covers(camera, from, size) {
    const zoom = camera.k / from.k;
    if (zoom < 0.7 || zoom > 1.6) return false;
    const x = camera.x - (from.x + size.w * MARGIN) * zoom;
    const y = camera.y - (from.y + size.h * MARGIN) * zoom;
    const span = (1 + 2 * MARGIN) * zoom;
    return x <= 0 && y <= 0 && x + size.w * span >= size.w && y + size.h * span >= size.h;
  }

  /**
   * Paint; `version` changes whenever anything but the camera does.
   * @param {{scene: ReadyScene | null, theme: Theme, state: PaintState, size: Size, moving: boolean, version: number}} picture
   */
  function paint({ scene, theme, state, size, moving, version }) {
    const dpr = window.devicePixelRatio || 1;
    prepare(canvas, size, dpr);
    const many = moving && scene && scene.boxGrid.touching(visibleWorld(state.camera, size)).length > MANY_BOXES;
    if (!many) {
      paintSharp(ctx, scene, theme, state, size, dpr);
      return;
    }
    if (!pictureState || pictureState.version !== version || !covers(state.camera, pictureState.camera, size)) {
      pictureState = takePicture(scene, theme, state, size, dpr, version);
    }
    showPicture(theme, state.camera, pictureState.camera, size, dpr);
  }

  /** Whether the words of a box were cut to fit. @param {Item} box @param {Theme} theme */
  const isCut = (box, theme) => wordsAreCut(ctx, theme, box);

  return { paint, isCut };
}
