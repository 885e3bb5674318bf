/** The way from one scene to the next: old places, seen through the new camera, glide into the new ones. */

import { toScreen } from "./camera.mjs";
import { itemOf } from "../scene/scene.mjs";

/**
 * @import { Frame } from "../../types.mjs"
 * @import { Camera, Item, Moment, Motion, ReadyScene, Rect, SceneLink } from "../types.mjs"
 */

/** @typedef {{scene: ReadyScene, camera: Camera}} Stand a scene and where one stands in it */

/**
 * What a motion goes by: where an item was, seen through the new camera (null: it is new), the same for any rectangle,
 * the links of before, and the frames of now.
 * @typedef {{start: (item: Item) => Rect | null, back: (rect: Rect) => Rect, oldLinks: Map<string, SceneLink>,
 *   frameOf: Map<string, Frame>}} Plan
 */

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
 * @param {Stand} before
 * @param {Stand} after
 * @returns {Motion}
 */
export function planMotion(before, after) {
  /** @param {Rect} rect */
  const back = (rect) => {
    const onScreen = toScreen(before.camera, rect);
    const { x, y, k } = after.camera;
    return { x: (onScreen.x - x) / k, y: (onScreen.y - y) / k, w: onScreen.w / k, h: onScreen.h / k };
  };
  const oldLinks = new Map(before.scene.links.map((link) => [linkKey(link), link]));
  /** @type {Map<string, Rect | null>} */
  const from = new Map();
  /** @param {Item} item */
  const start = (item) => {
    const value = from.get(item.id);
    if (value !== undefined) return value;
    const old = itemOf(before.scene, item.id);
    const place = old ? back(old) : null;
    from.set(item.id, place);
    return place;
  };
  return { at: (t) => momentOf({ start, back, oldLinks, frameOf: after.scene.frameOf }, t) };
}

/** @param {SceneLink} link */
function linkKey(link) {
  return `${link.src}\n${link.dst}\n${link.style}`;
}

/** @param {number} a @param {number} b @param {number} t */
const mix = (a, b, t) => a + (b - a) * t;

/** @param {Rect} a @param {Rect} b @param {number} t @returns {Rect} */
function glide(a, b, t) {
  return { x: mix(a.x, b.x, t), y: mix(a.y, b.y, t), w: mix(a.w, b.w, t), h: mix(a.h, b.h, t) };
}

/** @param {Plan} plan @param {number} t @returns {Moment} */
function momentOf(plan, t) {
  return {
    rect: (item) => rectAt(plan, item, t),
    points: (link) => pointsAt(plan, link, t),
    label: (link) => labelAt(plan, link, t),
    alpha: (item) => (plan.start(item) ? 1 : Math.max(0, 2 * t - 1)),
    linkAlpha: (link) => (partnerOf(plan, link) ? 1 : Math.round(t * t * 20) / 20),
  };
}

/** @param {Plan} plan @param {Item} item @param {number} t */
function rectAt(plan, item, t) {
  const old = plan.start(item);
  return old ? glide(old, item, t) : unfold(plan, item, t);
}

/** What is new unfolds with the frame around it. @param {Plan} plan @param {Item} item @param {number} t @returns {Rect} */
function unfold(plan, item, t) {
  const frame = plan.frameOf.get(item.parent);
  const old = frame && plan.start(frame);
  if (!old) return item;
  const now = glide(old, frame, t);
  const x = now.x + ((item.x + item.w / 2 - frame.x) * now.w) / frame.w - item.w / 2;
  const y = now.y + ((item.y + item.h / 2 - frame.y) * now.h) / frame.h - item.h / 2;
  return { x, y, w: item.w, h: item.h };
}

/** The link of before that a link was, if it has the same form. @param {Plan} plan @param {SceneLink} link */
function partnerOf(plan, link) {
  const old = plan.oldLinks.get(linkKey(link));
  return old && old.points.length === link.points.length ? old : null;
}

/** @param {Plan} plan @param {SceneLink} link @param {number} t */
function pointsAt(plan, link, t) {
  const old = partnerOf(plan, link);
  if (!old) return link.points;
  const moved = new Array(link.points.length);
  for (let i = 0; i < moved.length; i += 2) {
    const was = plan.back({ x: old.points[i], y: old.points[i + 1], w: 0, h: 0 });
    moved[i] = mix(was.x, link.points[i], t);
    moved[i + 1] = mix(was.y, link.points[i + 1], t);
  }
  return moved;
}

/** @param {Plan} plan @param {SceneLink} link @param {number} t */
function labelAt(plan, link, t) {
  const old = partnerOf(plan, link);
  if (!old) return { x: link.lx, y: link.ly };
  const was = plan.back({ x: old.lx, y: old.ly, w: 0, h: 0 });
  return { x: mix(was.x, link.lx, t), y: mix(was.y, link.ly, t) };
}
