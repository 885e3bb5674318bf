/**
 * The rows of a sheet, and how far to move what lies in them when boxes grow into frames: as little as the order in
 * each row allows, so that lines which ran straight still do. Knows nothing about boxes, ports or scopes.
 */

/**
 * What a row is made of: a cell, a port, or the place where a line passes through.
 * @typedef {{x: number, left: number, right: number, newLeft: number, newRight: number, shift: number,
 *   steps: Step[]}} Spot how far it reaches from x before and after, and by how much it moves
 * @typedef {{other: Spot, up: boolean, weight: number, apart: number}} Step to a spot in another row; both are in line
 *   where this shift is the other's plus `apart`
 * @typedef {{top: number, bottom: number, spots: Spot[]}} Row
 */

const SWEEPS = 3;
const CELL_GAP = 26;
const LINE_GAP = 14; // between lines, and between a line and a box
const LOOSE = 0.1; // the weight of a spot's own place

/**
 * Rectangles in rows, by height: those that overlap share one.
 * @returns {{top: number, bottom: number, members: number[]}[]}
 */
export function bandsOf(rects) {
  const order = rects.map((_, i) => i).sort((a, b) => rects[a].y - rects[b].y || a - b);
  const bands = [];
  for (const i of order) {
    const { y, h } = rects[i];
    const last = bands.at(-1);
    if (last && y < last.bottom) {
      last.bottom = Math.max(last.bottom, y + h);
      last.members.push(i);
    } else bands.push({ top: y, bottom: y + h, members: [i] });
  }
  return bands;
}

/** Set the shift of every spot. @param {Row[]} rows from top to bottom */
export function settleRows(rows) {
  for (const row of rows) row.spots.sort((a, b) => a.x - b.x);
  for (const row of rows) project(row.spots, row.spots.map(ownWish));
  const upwards = [...rows].reverse();
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const row of rows) project(row.spots, row.spots.map((spot) => wishOf(spot, true)));
    for (const row of upwards) project(row.spots, row.spots.map((spot) => wishOf(spot, false)));
  }
}

function ownWish(spot) {
  return { at: spot.shift, weight: LOOSE + spot.steps.reduce((sum, step) => sum + step.weight, 0) };
}

/**
 * Where a spot would be in line with those above it, or below it; where it cannot be with all of them, with so many
 * that as much pulls it to the left as to the right: the main lines then run straight.
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
  return { at: middle.at, weight: whole };
}

/** The shifts nearest to the wishes that keep order and distances: isotonic regression, by pooling neighbours. */
function project(spots, wishes) {
  const grown = []; // by how much each spot must move further than the first
  spots.forEach((spot, i) => {
    const before = spots[i - 1];
    grown.push(before ? grown[i - 1] + growth(before, spot) : 0);
  });
  const pools = [];
  wishes.forEach(({ at, weight }, i) => {
    let pool = { at: at - grown[i], weight, count: 1 };
    while (pools.length && pools.at(-1).at > pool.at) {
      const before = pools.pop();
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

/** By how much more a spot must move than the one at its left; room between them that nothing needs may be used up. */
function growth(before, spot) {
  const gap = spot.x - spot.left - before.x - before.right;
  const least = before.right && spot.left ? CELL_GAP : LINE_GAP;
  const more = before.newRight - before.right + spot.newLeft - spot.left;
  return more - Math.max(0, gap - least);
}
