/**
 * The rows of a sheet, and how far to move what lies in them when boxes grow into frames: as little as the order in
 * each row allows, so that lines which ran straight still do. Knows nothing about boxes, ports or scopes.
 */

import { lastOf } from "../graph_view/lookup.mjs";
import constants from "../shared_constants.json" with { type: "json" };

/**
 * @import { Rect } from "../graph_view/types.mjs"
 * @import { Spot, SpotRow } from "./types.mjs"
 */

const { ITEM_GAP_PX } = constants;
const SWEEPS = 3;
const LINE_GAP = 14; // between lines, and between a line and a box
const LOOSE = 0.1; // the weight of a spot's own place

/**
 * Rectangles in rows, by height: those that overlap share one.
 * @param {Rect[]} rects
 * @returns {{top: number, bottom: number, members: number[]}[]}
 */
export function bandsOf(rects) {
  const order = rects.map((_, i) => i).sort((a, b) => rects[a].y - rects[b].y || a - b);
  /** @type {{top: number, bottom: number, members: number[]}[]} */
  const bands = [];
  for (const i of order) {
    const { y, h } = rects[i];
    const last = bands[bands.length - 1];
    if (last && y < last.bottom) {
      last.bottom = Math.max(last.bottom, y + h);
      last.members.push(i);
    } else bands.push({ top: y, bottom: y + h, members: [i] });
  }
  return bands;
}

/** Set the shift of every spot. @param {SpotRow[]} rows from top to bottom */
export function settleRows(rows) {
  for (const row of rows) row.spots.sort((a, b) => a.x - b.x);
  for (const row of rows) project(row.spots, row.spots.map(ownWish));
  const upwards = [...rows].reverse();
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const row of rows) project(row.spots, row.spots.map((spot) => wishOf(spot, true)));
    for (const row of upwards) project(row.spots, row.spots.map((spot) => wishOf(spot, false)));
  }
}

/** @param {Spot} spot */
function ownWish(spot) {
  return { at: spot.shift, weight: LOOSE + spot.steps.reduce((sum, step) => sum + step.weight, 0) };
}

/**
 * Where a spot would be in line with those above it, or below it; where it cannot be with all of them, with so many
 * that as much pulls it to the left as to the right: the main lines then run straight.
 * @param {Spot} spot
 * @param {boolean} up
 */
function wishOf(spot, up) {
  const pulls = spot.steps
    .filter((step) => step.up === up)
    .map(({ other, apart, weight }) => ({ at: other.shift + apart, weight }))
    .sort((a, b) => a.at - b.at);
  const whole = pulls.reduce((sum, pull) => sum + pull.weight, 0);
  if (!whole) return { at: spot.shift, weight: LOOSE };
  let sum = 0;
  const middle = pulls.find((pull) => (sum += pull.weight) >= whole / 2);
  return { at: (middle ?? lastOf(pulls)).at, weight: whole };
}

/**
 * The shifts nearest to the wishes that keep order and distances: isotonic regression, by pooling neighbours.
 * @param {Spot[]} spots
 * @param {{at: number, weight: number}[]} wishes
 */
function project(spots, wishes) {
  /** @type {number[]} */
  const grown = []; // by how much each spot must move further than the first
  spots.forEach((spot, i) => {
    const before = spots[i - 1];
    grown.push(before ? grown[i - 1] + growth(before, spot) : 0);
  });
  /** @type {{at: number, weight: number, count: number}[]} */
  const pools = [];
  wishes.forEach(({ at, weight }, i) => {
    let pool = { at: at - grown[i], weight, count: 1 };
    for (let before = pools.at(-1); before && before.at > pool.at; before = pools.at(-1)) {
      pools.pop();
      const sum = before.weight + pool.weight;
      const mean = (before.at * before.weight + pool.at * pool.weight) / sum;
      pool = { at: mean, weight: sum, count: before.count + pool.count };
    }
    pools.push(pool);
  });
  let i = 0;
  for (const pool of pools) {
    for (let n = 0; n < pool.count; n++, i++) spots[i].shift = pool.at + grown[i];
  }
}

/**
 * By how much more a spot must move than the one at its left; room between them that nothing needs may be used up.
 * @param {Spot} before
 * @param {Spot} spot
 */
function growth(before, spot) {
  const gap = spot.x - spot.left - before.x - before.right;
  const least = before.right && spot.left ? ITEM_GAP_PX : LINE_GAP;
  const more = before.newRight - before.right + spot.newLeft - spot.left;
  return more - Math.max(0, gap - least);
}
