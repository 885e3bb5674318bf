/** The whole scene in the corner, with the visible part marked. A click or drag in it moves the view. */

import { visibleWorld } from "../camera/camera.mjs";
import { contextOf, make } from "../dom.mjs";
import { colourOf } from "../draw/draw_paint.mjs";
import { isRecoloured } from "../draw/overlays.mjs";
import { groundAt } from "../theme.mjs";

/** @import { Camera, Marks, ReadyScene, Size, Theme } from "../types.mjs" */

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
    const size = { w: Math.max(24, scene.width * scale), h: Math.max(24, scene.height * scale) };
    canvas.width = Math.round(size.w * dpr);
    canvas.height = Math.round(size.h * dpr);
    canvas.style.width = `${size.w}px`;
    canvas.style.height = `${size.h}px`;
    const ctx = contextOf(canvas);
    ctx.setTransform(scale * dpr, 0, 0, scale * dpr, 0, 0);
    for (const item of scene.frames) {
      ctx.fillStyle = groundAt(theme, item.depth + 1);
      ctx.fillRect(item.x, item.y, item.w, item.h);
    }
    for (const box of scene.boxes) {
      const coloured = box.kind === "op" || isRecoloured(marks);
      ctx.fillStyle = (coloured && colourOf(theme, marks, box)) || theme.link;
      ctx.fillRect(box.x, box.y, box.w, Math.max(box.h, 1 / scale));
    }
  }

  /**
   * Show the visible part; hidden while everything is visible.
   * @param {ReadyScene} scene
   * @param {Camera} camera
   * @param {Size} size
   */
  function place(scene, camera, size) {
    const seen = visibleWorld(camera, size);
    const whole =
      seen.x <= 0 && seen.y <= 0 && seen.x + seen.w >= scene.width && seen.y + seen.h >= scene.height;
    root.hidden = whole;
    const left = Math.max(0, seen.x) * scale;
    const top = Math.max(0, seen.y) * scale;
    frame.style.left = `${left}px`;
    frame.style.top = `${top}px`;
    frame.style.width = `${Math.max(4, Math.min(scene.width, seen.x + seen.w) * scale - left)}px`;
    frame.style.height = `${Math.max(4, Math.min(scene.height, seen.y + seen.h) * scale - top)}px`;
  }

  root.hidden = true;
  return { draw, place, hide: () => (root.hidden = true) };
}
