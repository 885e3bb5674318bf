/**
 * A sheet with some of its groups open: where its boxes, frames, ports and lines lie. What is drawn on the sheet is
 * carried along, never laid out again: the order of things stays, so that nothing overlaps and the eye can follow.
 */

import { lastOf, valueOf } from "../graph_view/lookup.mjs";
import { anchorOf, endAt } from "./atlas.mjs";
import { growCell } from "./cells.mjs";
import { join, move, sample, xAt } from "./curves.mjs";
import { labelWidth, placeLabels } from "./labels.mjs";
import { leadLine, portOf } from "./lines.mjs";
import { partLines } from "./parting.mjs";
import { bandsOf, settleRows } from "./rows.mjs";
import constants from "../shared_constants.json" with { type: "json" };

/**
 * @import { Point, Rect } from "../graph_view/types.mjs"
 * @import { AnchoredFrame, Arrangement, CarriedSheet, Grown, Lane, Line, OpenFrame, Pair, Plan, Sheet, Spot, SpotRow } from "./types.mjs"
 */

const { LEAST_MOVE_PX } = constants;
const LANE_FACTOR = 4; // long lines are kept straight first

/** @param {Sheet} sheet @param {Map<number, OpenFrame>} open by child @returns {Arrangement} */
export function arrange(sheet, open) {
  const frames = new Map([...open].map(([child, frame]) => [child, prepare(sheet, child, frame)]));
  const isAsDrawn = open.size === sheet.open.length && [...frames.values()].every((frame) => frame.asDrawn);
  return isAsDrawn ? asDrawn(sheet) : finishOff(sheet, carryOver(sheet, frames));
}

/**
 * A frame with the x in it that comes to lie where the middle of its box was; is it the one that the sheet shows?
 * @param {Sheet} sheet
 * @param {number} child
 * @param {OpenFrame} frame
 */
function prepare(sheet, child, frame) {
  /** @param {Line} line */
  const portAt = (line) => portOf(sheet, line, child, frame) ?? NaN; // where it does not meet the child
  const rect = sheet.rects[child];
  /** @param {number} a @param {number} b */
  const near = (a, b) => Math.abs(a - b) <= 1;
  /** @param {Line} line */
  const meets = (line) => line.tail === child || line.head === child;
  /** @param {Line} line */
  const same = (line) => !meets(line) || near(endAt(line, child) - rect.x, portAt(line));
  const asDrawn =
    sheet.open.includes(child) && near(rect.w, frame.w) && near(rect.h, frame.h) && sheet.lines.every(same);
  return { ...frame, anchor: anchorOf(sheet, child, portAt) ?? frame.w / 2, asDrawn };
}

/** The sheet as it is. @param {Sheet} sheet @returns {Arrangement} */
function asDrawn({ rects, tops, bottoms, lines, ins, outs, reach, shape }) {
  /** @param {Line} line */
  const curveOf = (line) => join([outs.get(line.tail), line.curve, ins.get(line.head)].flatMap((curve) => (curve ? [curve] : [])));
  return {
    w: Math.max(...rects.map((rect) => rect.x + rect.w)),
    h: Math.max(...rects.map((rect) => rect.y + rect.h)),
    left: reach[0],
    right: reach[1],
    shape,
    rects,
    tops,
    bottoms,
    curves: lines.map((line) => (line.inside ? line.curve : curveOf(line))),
    labels: lines.map((line) => line.spot),
  };
}

/** @param {Sheet} sheet @param {Map<number, AnchoredFrame>} frames */
function carryOver(sheet, frames) {
  const cells = sheet.cells.map((cell) => growCell(sheet, cell, frames));
  const plan = planRows(sheet, cells, frames);
  settleRows(plan.rows);
  const placed = placeCells(sheet, cells, plan);
  /** @type {Rect[]} */
  const rects = [];
  sheet.cells.forEach((cell, i) => {
    for (const child of cell.children) rects[child] = shifted(valueOf(cells[i].rects, child), placed[i]);
  });
  const carried = { sheet, cells, frames, plan, placed, rects };
  const lines = sheet.lines.map((line, i) => leadLine(carried, line, i));
  const curves = partLines(sheet.lines, lines);
  /** @param {Spot[]} spots @param {SpotRow} row */
  const pointsOf = (spots, row) => spots.map((spot) => pairOf(spot.x + spot.shift, row.newTop));
  return { rects, tops: pointsOf(plan.tops, plan.rows[0]), bottoms: pointsOf(plan.bottoms, lastOf(plan.rows)), curves };
}

/** @param {Rect} rect @param {Point} by */
function shifted(rect, by) {
  return { x: rect.x + by.x, y: rect.y + by.y, w: rect.w, h: rect.h };
}

/** @param {number} x @param {number} y @returns {Pair} */
const pairOf = (x, y) => [x, y];

// Rows

/**
 * The sheet's cells, ports and passing lines as rows of spots, with steps along the lines.
 * @param {Sheet} sheet
 * @param {Grown[]} cells
 * @param {Map<number, AnchoredFrame>} frames
 */
function planRows(sheet, cells, frames) {
  const bands = bandsOf(sheet.cells);
  const spots = sheet.cells.map((cell, i) => ({
    ...spotAt(cell.anchor),
    left: cell.anchor - cell.x,
    right: cell.x + cell.w - cell.anchor,
    newLeft: cells[i].left,
    newRight: cells[i].right,
  }));
  /** @type {SpotRow[]} */
  const rows = bands.map(({ top, bottom, members }) => rowOfSpots(top, bottom, members, members.map((i) => spots[i])));
  const tops = sheet.tops.map(([x]) => spotAt(x));
  const bottoms = sheet.bottoms.map(([x]) => spotAt(x));
  /** @param {Spot[]} spots @param {number} y */
  const rowOfPorts = (spots, y) => rowOfSpots(y, y, [], [...spots]);
  if (tops.length) rows.unshift(rowOfPorts(tops, sheet.tops[0][1]));
  if (bottoms.length) rows.push(rowOfPorts(bottoms, sheet.bottoms[0][1]));
  /** @type {Map<Spot, number>} */
  const placeOf = new Map();
  rows.forEach((row, i) => row.spots.forEach((spot) => placeOf.set(spot, i)));
  const ports = [...tops, ...bottoms];
  const count = sheet.children.length;
  /** @param {number} node */
  const spotOf = (node) => (node < count ? spots[sheet.cellOf[node]] : ports[node - count]);
  /** @param {number} node */
  const rowOf = (node) => valueOf(placeOf, spotOf(node));
  /** @type {Plan} */
  const plan = { rows, spots, tops, bottoms, spotOf, rowOf, lanes: new Map() };
  sheet.lines.forEach((line, i) => line.inside || plan.lanes.set(i, addSteps(sheet, frames, plan, line)));
  return plan;
}

/**
 * A row as it is before it grows.
 * @param {number} top @param {number} bottom @param {number[]} members @param {Spot[]} spots
 * @returns {SpotRow}
 */
function rowOfSpots(top, bottom, members, spots) {
  return { top, bottom, newTop: top, newBottom: bottom, members, spots };
}

/** @param {number} x @returns {Spot} */
function spotAt(x) {
  return { x, left: 0, right: 0, newLeft: 0, newRight: 0, shift: 0, steps: [] };
}

/**
 * Adds the steps of a line from its tail to its head; returns its lanes: the spots in the rows that it passes.
 * @param {Sheet} sheet
 * @param {Map<number, AnchoredFrame>} frames
 * @param {Plan} plan
 * @param {Line} line
 */
function addSteps(sheet, frames, plan, line) {
  const [tail, head] = [plan.spotOf(line.tail), plan.spotOf(line.head)];
  const [first, last] = [plan.rowOf(line.tail), plan.rowOf(line.head)];
  /** @type {Lane[]} */
  const lanes = [];
  if (first >= last) return lanes;
  /** @param {number} node */
  const offset = (node) => {
    const frame = frames.get(node);
    return frame ? movedPort(sheet, line, node, frame) : 0;
  };
  let before = tail;
  let from = offset(line.tail);
  for (let i = first + 1; i <= last; i++) {
    const row = plan.rows[i];
    const lane = i < last;
    const spot = lane ? spotAt(xAt(line.curve, (row.top + row.bottom) / 2)) : head;
    const to = lane ? 0 : offset(line.head);
    const pull = line.pull * (last - first > 1 ? LANE_FACTOR : 1);
    if (lane) row.spots.push(spot);
    if (lane) lanes.push({ spot, row });
    spot.steps.push({ other: before, up: true, weight: pull, apart: from - to });
    before.steps.push({ other: spot, up: false, weight: pull, apart: to - from });
    before = spot;
    from = to;
  }
  return lanes;
}

/**
 * By how much the port of a line lies elsewhere, seen from the frame's anchor, than where it met the child before.
 * @param {Sheet} sheet
 * @param {Line} line
 * @param {number} child
 * @param {AnchoredFrame} frame
 */
function movedPort(sheet, line, child, frame) {
  const before = sheet.open.includes(child) ? endAt(line, child) - sheet.cells[sheet.cellOf[child]].anchor : 0;
  return (portOf(sheet, line, child, frame) ?? 0) - frame.anchor - before;
}

/**
 * The upper left corner of each cell's new place, counted from its anchor; rows become as high as they must.
 * @param {Sheet} sheet
 * @param {Grown[]} cells
 * @param {Plan} plan
 */
function placeCells(sheet, cells, plan) {
  const { fed, feeding } = directions(sheet);
  /** @type {Point[]} */
  const placed = [];
  let grown = 0;
  for (const row of plan.rows) {
    // A frame that the sheet shows may be smaller now.
    const shrinks = row.members.some((i) => sheet.open.includes(sheet.cells[i].children[0]));
    const high = Math.max(shrinks ? 0 : row.bottom - row.top, ...row.members.map((i) => cells[i].height));
    row.newTop = row.top + grown;
    row.newBottom = row.newTop + high;
    grown += high - (row.bottom - row.top);
    for (const i of row.members) {
      const room = (high - cells[i].height) / 2;
      let y = row.newTop + room;
      if (room >= LEAST_MOVE_PX && fed.has(i) !== feeding.has(i)) y = feeding.has(i) ? row.newTop + 2 * room : row.newTop;
      placed[i] = { x: plan.spots[i].x + plan.spots[i].shift, y };
    }
  }
  return placed;
}

/** The cells that lines run into from above, and those that lines leave below. @param {Sheet} sheet */
function directions(sheet) {
  const outer = sheet.lines.filter((line) => !line.inside);
  /** @param {number[]} nodes */
  const cellsAt = (nodes) => new Set(nodes.map((node) => sheet.cellOf[node]).filter((cell) => cell !== undefined));
  return { fed: cellsAt(outer.map((line) => line.head)), feeding: cellsAt(outer.map((line) => line.tail)) };
}

/**
 * The boxes' corner brought to (0, 0), the labels placed, and how far everything reaches.
 * @param {Sheet} sheet
 * @param {CarriedSheet} carried
 * @returns {Arrangement}
 */
function finishOff(sheet, { rects, tops, bottoms, curves }) {
  const left = Math.min(...rects.map((rect) => rect.x));
  const top = Math.min(...rects.map((rect) => rect.y));
  const w = Math.max(...rects.map((rect) => rect.x + rect.w)) - left;
  const h = Math.max(...rects.map((rect) => rect.y + rect.h)) - top;
  const moved = rects.map((rect) => shifted(rect, { x: -left, y: -top }));
  const lines = curves.map((curve, i) => {
    const { label, tail, inside } = sheet.lines[i];
    // Lines that leave a cell together have one label.
    const out = sheet.outs.get(tail);
    const owner = out ? `${sheet.cellOf[tail]} ${out[out.length - 2]}` : tail;
    return { curve: move(curve, -left, -top), label: inside ? "" : label, owner };
  });
  const labels = placeLabels(moved, lines);
  const xs = lines.flatMap(({ curve }) => sample(curve, 40).map((point) => point[0]));
  labels.forEach((spot, i) => {
    const half = labelWidth(lines[i].label) / 2;
    if (spot) xs.push(spot[0] - half, spot[0] + half);
  });
  const [least, most] = xs.reduce(([a, b], x) => [Math.min(a, x), Math.max(b, x)], [0, w]);
  /** @param {Pair[]} list */
  const points = (list) => list.map(([x, y]) => pairOf(x - left, y - top));
  return {
    w,
    h,
    left: -least,
    right: most - w,
    shape: null,
    rects: moved,
    tops: points(tops),
    bottoms: points(bottoms),
    curves: lines.map((line) => line.curve),
    labels,
  };
}
