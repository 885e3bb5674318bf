/** The whole scene in the corner, with the visible part marked. A click or drag in it moves the view. */

import { visibleWorld } from "../camera/camera.mjs";
import { contextOf, make } from "../dom.mjs";
import { colourOf } from "../draw/draw_paint.mjs";
import { isRecoloured } from "../draw/overlays.mjs";
import { groundAt } from "../theme.mjs";

/** @import { Camera, Marks, ReadyScene, Rect, Size, Theme } from "../types.mjs" */

const LARGEST = { w: 116, h: 132 };

/**
 * @param {HTMLElement} host
 * @param {(x: number, y: number) => void} lookAt moves the view's middle to a point of the world
 */
export function createMinimap(host, lookAt) {
  const canvas = make("canvas", { "aria-hidden": "true" });
  const frame = make("div", { class: "minimap-view" });
  const root = make("div", { class: "minimap", title: "Overview: click or drag to move the view" }, canvas, frame);
  host.append(root);
  let scale = 1;

  /** @param {PointerEvent} event */
  const follow = (event) => {
    const bounds = canvas.getBoundingClientRect();
    lookAt((event.clientX - bounds.left) / scale, (event.clientY - bounds.top) / scale);
  };
  root.addEventListener("pointerdown", (event) => {
    event.stopPropagation();
    root.setPointerCapture(event.pointerId);
    follow(event);
  });
  root.addEventListener("pointermove", (event) => {
    if (root.hasPointerCapture(event.pointerId)) follow(event);
  });

  /**
   * Draw the scene in its colours. `place` moves the view's frame.
   * @param {ReadyScene} scene
   * @param {Theme} theme
   * @param {Marks} marks
   */
  function draw(scene, theme, marks) {
    scale = Math.min(LARGEST.w / scene.width, LARGEST.h / scene.height);
    const dpr = window.devicePixelRatio || 1;
    fitCanvas(canvas, { w: Math.max(24, scene.width * scale), h: Math.max(24, scene.height * scale) }, dpr);
    const ctx = contextOf(canvas);
    ctx.setTransform(scale * dpr, 0, 0, scale * dpr, 0, 0);
    drawItems(ctx, scene, theme, marks, 1 / scale);
  }

  /**
   * Show the visible part; hidden while everything is visible.
   * @param {ReadyScene} scene
   * @param {Camera} camera
   * @param {Size} size
   */
  function place(scene, camera, size) {
    const area = visibleWorld(camera, size);
    root.hidden = seesAll(scene, area);
    const { x, y, w, h } = frameAround(scene, area, scale);
    Object.assign(frame.style, { left: `${x}px`, top: `${y}px`, width: `${w}px`, height: `${h}px` });
  }

  root.hidden = true;
  return { draw, place, hide: () => (root.hidden = true) };
}

/** @param {HTMLCanvasElement} canvas @param {Size} size @param {number} dpr */
function fitCanvas(canvas, size, dpr) {
  canvas.width = Math.round(size.w * dpr);
  canvas.height = Math.round(size.h * dpr);
  canvas.style.width = `${size.w}px`;
  canvas.style.height = `${size.h}px`;
}

/**
 * @param {CanvasRenderingContext2D} ctx in world units
 * @param {ReadyScene} scene
 * @param {Theme} theme
 * @param {Marks} marks
 * @param {number} least the height that a box must have to be seen
 */
function drawItems(ctx, scene, theme, marks, least) {
  for (const item of scene.frames) {
    ctx.fillStyle = groundAt(theme, item.depth + 1);
    ctx.fillRect(item.x, item.y, item.w, item.h);
  }
  for (const box of scene.boxes) {
    const coloured = box.kind === "op" || isRecoloured(marks);
    ctx.fillStyle = (coloured && colourOf(theme, marks, box)) || theme.link;
    ctx.fillRect(box.x, box.y, box.w, Math.max(box.h, least));
  }
}

/** Whether all of a scene is in sight. @param {{width: number, height: number}} scene @param {Rect} area in world units */
export function seesAll({ width, height }, area) {
  return area.x <= 0 && area.y <= 0 && area.x + area.w >= width && area.y + area.h >= height;
}

/**
 * The part of a scene that is in sight, in px of the minimap.
 * @param {{width: number, height: number}} scene @param {Rect} area in world units @param {number} scale
 * @returns {Rect}
 */
export function frameAround({ width, height }, area, scale) {
  const x = Math.max(0, area.x) * scale;
  const y = Math.max(0, area.y) * scale;
  const w = Math.max(4, Math.min(width, area.x + area.w) * scale - x);
  const h = Math.max(4, Math.min(height, area.y + area.h) * scale - y);
  return { x, y, w, h };
}
