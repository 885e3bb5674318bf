/** The way from one scene to the next: old places, seen through the new camera, glide into the new ones. */

import { toScreen } from "./camera.mjs";
import { itemOf } from "../scene/scene.mjs";

/** Whether the reader asked the system for less motion. */
export function wantsStillness() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** @param {number} t */
export function ease(t) {
  return t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2;
}

/**
 * A motion whose `at(t)` answers where things are at t from 0 to 1.
 * @param {{scene: object, camera: import("./camera.mjs").Camera}} before
 * @param {{scene: object, camera: import("./camera.mjs").Camera}} after
 */
export function planMotion(before, after) {
  const back = (rect) => {
    const seen = toScreen(before.camera, rect);
    const { x, y, k } = after.camera;
    return { x: (seen.x - x) / k, y: (seen.y - y) / k, w: seen.w / k, h: seen.h / k };
  };
  const oldLinks = new Map(before.scene.links.map((link) => [linkKey(link), link]));
  const from = new Map();
  const start = (item) => {
    if (!from.has(item.id)) {
      const old = itemOf(before.scene, item.id);
      from.set(item.id, old ? back(old) : null);
    }
    return from.get(item.id);
  };
  return { at: (t) => momentOf({ start, back, oldLinks, frameOf: after.scene.frameOf }, t) };
}

function linkKey(link) {
  return `${link.src}\n${link.dst}\n${link.style}`;
}

function momentOf({ start, back, oldLinks, frameOf }, t) {
  const mix = (a, b) => a + (b - a) * t;
  const glide = (a, b) => ({ x: mix(a.x, b.x), y: mix(a.y, b.y), w: mix(a.w, b.w), h: mix(a.h, b.h) });

  /** What is new unfolds with the frame around it. */
  const unfold = (item) => {
    const frame = frameOf.get(item.parent);
    const old = frame && start(frame);
    if (!old) return item;
    const now = glide(old, frame);
    const x = now.x + ((item.x + item.w / 2 - frame.x) * now.w) / frame.w - item.w / 2;
    const y = now.y + ((item.y + item.h / 2 - frame.y) * now.h) / frame.h - item.h / 2;
    return { x, y, w: item.w, h: item.h };
  };
  const rect = (item) => {
    const old = start(item);
    return old ? glide(old, item) : unfold(item);
  };
  const partner = (link) => {
    const old = oldLinks.get(linkKey(link));
    return old && old.points.length === link.points.length ? old : null;
  };
  const place = (x, y) => back({ x, y, w: 0, h: 0 });
  const points = (link) => {
    const old = partner(link);
    if (!old) return link.points;
    const moved = new Array(link.points.length);
    for (let i = 0; i < moved.length; i += 2) {
      const was = place(old.points[i], old.points[i + 1]);
      moved[i] = mix(was.x, link.points[i]);
      moved[i + 1] = mix(was.y, link.points[i + 1]);
    }
    return moved;
  };
  const label = (link) => {
    const old = partner(link);
    if (!old) return { x: link.lx, y: link.ly };
    const was = place(old.lx, old.ly);
    return { x: mix(was.x, link.lx), y: mix(was.y, link.ly) };
  };
  return {
    rect,
    points,
    label,
    alpha: (item) => (start(item) ? 1 : Math.max(0, 2 * t - 1)),
    linkAlpha: (link) => (partner(link) ? 1 : Math.round(t * t * 20) / 20),
  };
}
