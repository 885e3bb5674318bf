/** The item that keeps its place while the rest of the scene changes. Pure functions. */

import { toScreen, toWorld } from "./camera.mjs";
import { contains, handleOf, itemOf, toggleOf } from "../scene/scene.mjs";

/** @import { Camera, Item, Point, ReadyScene, Size } from "../types.mjs" */

/** @typedef {{id: string, x: number, y: number, fx: number, fy: number, dx: number}} Anchor */

/**
 * The position of a screen point on an item; the item's middle if no pointer was used. On a + or − it is measured from
 * the right edge, so that the − appears where the + was.
 * @param {Item} item
 * @param {Camera} camera
 * @param {Point | null} [point]
 * @returns {Anchor}
 */
export function anchorOf(item, camera, point) {
  const rect = toScreen(camera, handleOf(item));
  const at = point ?? { x: rect.x + rect.w / 2, y: rect.y + rect.h / 2 };
  const world = toWorld(camera, at.x, at.y);
  const onSign = point != null && contains(toggleOf(item), world.x, world.y);
  const fx = onSign ? 1 : (at.x - rect.x) / rect.w;
  const fy = (at.y - rect.y) / rect.h;
  return { id: item.id, ...at, fx, fy, dx: onSign ? world.x - item.x - item.w : 0 };
}

/**
 * The camera that puts an item at its anchor. @param {Anchor} anchor
 * @param {Item} item
 * @param {Camera} camera
 */
export function holdStill(item, anchor, camera) {
  const handle = handleOf(item);
  const x = handle.x + anchor.fx * handle.w + anchor.dx;
  const y = handle.y + anchor.fy * handle.h;
  return { ...camera, x: anchor.x - x * camera.k, y: anchor.y - y * camera.k };
}

/**
 * The only group that was opened or closed between two scenes, else the item nearest to the middle of the view.
 * @param {ReadyScene} old
 * @param {ReadyScene} scene
 * @param {Camera} camera
 * @param {Size} size
 * @returns {Anchor | null} null when the scenes have nothing in common
 */
export function anchorBetween(old, scene, camera, size) {
  const now = new Set(scene.open);
  const was = new Set(old.open);
  /** @param {string} id */
  const both = (id) => Boolean(itemOf(old, id) && itemOf(scene, id));
  const changed = [...scene.open.filter((id) => !was.has(id)), ...old.open.filter((id) => !now.has(id))].filter(both);
  const [only] = changed.length === 1 ? changed.map((id) => itemOf(old, id)) : [];
  if (only) return anchorOf(only, camera);
  const middle = toWorld(camera, size.w / 2, size.h / 2);
  /** @param {Item} item */
  const distance = (item) => Math.hypot(item.x + item.w / 2 - middle.x, item.y + item.h / 2 - middle.y);
  /** @type {Item | null} */
  let best = null;
  for (const item of [...old.boxes, ...old.frames]) {
    if (both(item.id) && (!best || distance(item) < distance(best))) best = item;
  }
  return best ? anchorOf(best, camera) : null;
}
