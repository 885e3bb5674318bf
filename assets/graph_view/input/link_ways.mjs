/** Along links from box to box: by a click on a link to its other end, by keys to what feeds a box and what it feeds. */

import { make } from "../dom.mjs";
import { wordsOfLink } from "../scene/link_words.mjs";
import { itemOf } from "../scene/scene.mjs";

/** @import { Point, ReadyScene, SceneLink } from "../types.mjs" */

const NEAR_TARGET = 0.6; // of a link's length: behind it a click leads back to the source
const STEPS = 8; // samples of a piece of a curve

/**
 * @typedef {ReadyScene} Scene
 * @typedef {SceneLink} Link
 */

/**
 * @param {() => Scene | null} current
 * @param {(id: string) => void} approach selects a box and brings it to the middle
 * @param {(id: string) => string} valueOf what is known of the value that a box hands on, in words; "" for nothing
 */
export function createLinkWays(current, approach, valueOf) {
  /** @type {{side: "src" | "dst", from: string, at: number} | null} */
  let walk = null; // {side, from, at}: where the last key led from, and to which of the ends there

  /**
   * A click at a point of the world leads to the end of the link that is further away.
   * @param {SceneLink} link
   * @param {Point} point
   */
  const follow = (link, point) => approach(farEnd(link, point));

  /**
   * What is reported about a link under the pointer, and what a click there does.
   * @param {SceneLink} link
   * @param {Point} point
   * @returns {(string | Node)[]}
   */
  function words(link, point) {
    const scene = current();
    if (!scene) return [];
    const id = farEnd(link, point);
    const hint = make("span", { class: "tooltip-hint" }, `Click: go to ${itemOf(scene, id)?.title ?? id}`);
    return [...wordsOfLink(scene, link), ...[valueOf(link.src)].filter(Boolean), hint];
  }

  /**
   * Go on from the selected box along its links.
   * @param {string | null} selected @param {"src" | "dst"} side to what feeds it, or to what it feeds
   * @param {boolean} other to another one of those that the last key could have led to
   */
  function step(selected, side, other) {
    const scene = current();
    if (!scene || !selected) return;
    const before = other && walk?.side === side && endsAt(scene, walk.from, side)[walk.at] === selected ? walk : null;
    const from = before?.from ?? selected;
    const ends = endsAt(scene, from, side);
    if (!ends.length) return;
    walk = { side, from, at: before ? (before.at + 1) % ends.length : 0 };
    approach(ends[walk.at]);
  }

  return { follow, words, step };
}

/**
 * The boxes at the other ends of a box's links, from left to right. @param {Scene} scene
 * @param {string} id
 * @param {"src" | "dst"} side
 */
function endsAt(scene, id, side) {
  const own = side === "src" ? "dst" : "src";
  const links = (scene.linksOf.get(id) ?? []).map((i) => scene.links[i]);
  const ends = new Set(links.filter((link) => link[own] === id && link[side] !== id).map((link) => link[side]));
  /** @param {string} end */
  const xOf = (end) => itemOf(scene, end)?.x ?? 0;
  return [...ends].sort((a, b) => xOf(a) - xOf(b) || (a < b ? -1 : 1));
}

/**
 * The end of a link that a click at a point leads to: the source from near the target, else the target.
 * @param {SceneLink} link
 * @param {Point} point
 */
function farEnd(link, point) {
  return partOfWay(link.points, point) > NEAR_TARGET ? link.src : link.dst;
}

/**
 * How much of a curve's length lies before its point that is nearest to another, from 0 to 1.
 * @param {number[]} points
 * @param {Point} point
 */
function partOfWay(points, { x, y }) {
  let [length, best, least] = [0, 0, Infinity];
  let [lastX, lastY] = points;
  for (let i = 0; i + 7 < points.length; i += 6) {
    for (let step = 0; step <= STEPS; step++) {
      const t = step / STEPS;
      const u = 1 - t;
      /** @param {number} at */
      const on = (at) =>
        u * u * u * points[i + at] +
        3 * u * u * t * points[i + 2 + at] +
        3 * u * t * t * points[i + 4 + at] +
        t * t * t * points[i + 6 + at];
      const [px, py] = [on(0), on(1)];
      length += Math.hypot(px - lastX, py - lastY);
      [lastX, lastY] = [px, py];
      const distance = Math.hypot(px - x, py - y);
      if (distance < least) [least, best] = [distance, length];
    }
  }
  return length ? best / length : 0;
}
