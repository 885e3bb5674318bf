/**
 * A sheet with some of its groups open: where its boxes, frames, ports and lines lie. What is drawn on the sheet is
 * carried along, never laid out anew: the order of things stays, so that nothing overlaps and the eye can follow.
 */

import { growCell } from "graphlab/offline/cells";
import { join, move, sample, xAt } from "graphlab/offline/curves";
import { labelWidth, placeLabels } from "graphlab/offline/labels";
import { leadLine, portOf } from "graphlab/offline/lines";
import { bandsOf, settleRows } from "graphlab/offline/rows";
import { carrier, rulerOf } from "graphlab/offline/stretch";

/**
 * @typedef {import("./atlas.mjs").Sheet} Sheet
 * @typedef {import("./cells.mjs").Rect} Rect
 * @typedef {{w: number, h: number, ports: Map<string, number>}} OpenFrame its size, and the x of each port by its key
 * @typedef {{w: number, h: number, left: number, right: number, rects: Rect[], tops: number[][], bottoms: number[][],
 *   curves: number[][], labels: (number[] | null)[]}} Arrangement `left` and `right` are how far lines and labels
 *   reach beyond the boxes, whose upper left corner is (0, 0)
 */

const LEAST_MOVE = 30; // a smaller move to a row's border is not worth a bend
const FAINT = 0.2; // the weight of a line that pulls no box out of its column
const LANE_FACTOR = 4; // long lines are kept straight first

/** @param {Sheet} sheet @param {Map<number, OpenFrame>} open by child @returns {Arrangement} */
export function arrange(sheet, open) {
  return finishOff(sheet, open.size ? carryOver(sheet, open) : asDrawn(sheet));
}

function asDrawn(sheet) {
  const curves = sheet.lines.map((line) => {
    if (line.inside) return line.curve;
    return join([sheet.outs.get(line.tail), line.curve, sheet.ins.get(line.head)].filter(Boolean));
  });
  return { rects: sheet.rects, tops: sheet.tops, bottoms: sheet.bottoms, curves };
}

function carryOver(sheet, open) {
  const frames = new Map([...open].map(([child, frame]) => [child, { ...frame, anchor: anchorOf(sheet, child, frame) }]));
  const cells = sheet.cells.map((cell) => growCell(sheet, cell, frames));
  const plan = planRows(sheet, cells, frames);
  settleRows(plan.rows);
  const placed = placeCells(sheet, cells, plan);
  const rects = [];
  sheet.cells.forEach((cell, i) => {
    for (const child of cell.children) rects[child] = shifted(cells[i].rects.get(child), placed[i]);
  });
  const carry = carrierOf(plan);
  const portAt = (port) => [port.spot.x + port.spot.shift, carry(port.spot.x, port.y)[1]];
  const [tops, bottoms] = [plan.tops.map(portAt), plan.bottoms.map(portAt)];
  const carried = { sheet, cells, frames, rows: plan.rows, rowOf: plan.rowOf, placed, rects, ports: [...tops, ...bottoms] };
  const curves = sheet.lines.map((line, i) => leadLine(carried, carry, line, i));
  return { rects, tops, bottoms, curves };
}

function shifted(rect, by) {
  return { x: rect.x + by.x, y: rect.y + by.y, w: rect.w, h: rect.h };
}

/** The x in a frame that comes to lie where the middle of its box was: that of its ports, the main ones first. */
function anchorOf(sheet, child, frame) {
  let sum = 0;
  let weights = 0;
  for (const line of sheet.lines) {
    const x = portOf(sheet, line, child, frame);
    if (x === null) continue;
    sum += x * (line.weight + FAINT);
    weights += line.weight + FAINT;
  }
  return weights ? sum / weights : frame.w / 2;
}

// Rows

/** The sheet's cells, ports and passing lines as rows of spots, with steps along the lines. */
function planRows(sheet, cells, frames) {
  const bands = bandsOf(sheet.cells);
  const spots = sheet.cells.map((cell, i) => ({
    ...spotAt(cell.anchor),
    left: cell.anchor - cell.x,
    right: cell.x + cell.w - cell.anchor,
    newLeft: cells[i].left,
    newRight: cells[i].right,
  }));
  const rows = bands.map(({ top, bottom, members }) => ({ top, bottom, members, spots: members.map((i) => spots[i]) }));
  const tops = sheet.tops.map(([x, y]) => ({ spot: spotAt(x), y }));
  const bottoms = sheet.bottoms.map(([x, y]) => ({ spot: spotAt(x), y }));
  if (tops.length) rows.unshift({ top: tops[0].y, bottom: tops[0].y, members: [], spots: tops.map((port) => port.spot) });
  if (bottoms.length) rows.push({ top: bottoms[0].y, bottom: bottoms[0].y, members: [], spots: bottoms.map((port) => port.spot) });
  const placeOf = new Map(rows.flatMap((row, i) => row.spots.map((spot) => [spot, i])));
  const ports = [...tops, ...bottoms].map((port) => port.spot);
  const spotOf = (node) => (node < sheet.children.length ? spots[sheet.cellOf[node]] : ports[node - sheet.children.length]);
  const rowOf = (node) => placeOf.get(spotOf(node));
  const plan = { rows, spots, tops, bottoms, spotOf, rowOf };
  for (const line of sheet.lines) if (!line.inside) addSteps(sheet, frames, plan, line);
  return plan;
}

function spotAt(x) {
  return { x, left: 0, right: 0, newLeft: 0, newRight: 0, shift: 0, steps: [] };
}

/** The steps of a line from its tail through the rows that it passes to its head. */
function addSteps(sheet, frames, plan, line) {
  const [tail, head] = [plan.spotOf(line.tail), plan.spotOf(line.head)];
  const [first, last] = [plan.rowOf(line.tail), plan.rowOf(line.head)];
  if (first >= last) return;
  const weight = line.weight || FAINT;
  const offset = (node) => (frames.has(node) ? portOf(sheet, line, node, frames.get(node)) - frames.get(node).anchor : 0);
  let before = tail;
  let from = offset(line.tail);
  for (let i = first + 1; i <= last; i++) {
    const row = plan.rows[i];
    const lane = i < last;
    const spot = lane ? spotAt(xAt(line.curve, (row.top + row.bottom) / 2)) : head;
    const to = lane ? 0 : offset(line.head);
    const pull = weight * (last - first > 1 ? LANE_FACTOR : 1);
    if (lane) row.spots.push(spot);
    spot.steps.push({ other: before, up: true, weight: pull, apart: from - to });
    before.steps.push({ other: spot, up: false, weight: pull, apart: to - from });
    before = spot;
    from = to;
  }
}

/** The upper left corner of each cell's new place, counted from its anchor; rows become as high as they must. */
function placeCells(sheet, cells, plan) {
  const { fed, feeding } = directions(sheet);
  const placed = [];
  let grown = 0;
  for (const row of plan.rows) {
    const high = Math.max(row.bottom - row.top, ...row.members.map((i) => cells[i].height));
    row.newTop = row.top + grown;
    row.newBottom = row.newTop + high;
    grown += high - (row.bottom - row.top);
    for (const i of row.members) {
      const room = (high - cells[i].height) / 2;
      let y = row.newTop + room;
      if (room >= LEAST_MOVE && fed.has(i) !== feeding.has(i)) y = feeding.has(i) ? row.newTop + 2 * room : row.newTop;
      placed[i] = { x: plan.spots[i].x + plan.spots[i].shift, y };
    }
  }
  return placed;
}

/** The cells that lines run into from above, and those that lines leave below. */
function directions(sheet) {
  const outer = sheet.lines.filter((line) => !line.inside);
  const cellsAt = (nodes) => new Set(nodes.map((node) => sheet.cellOf[node]).filter((cell) => cell !== undefined));
  return { fed: cellsAt(outer.map((line) => line.head)), feeding: cellsAt(outer.map((line) => line.tail)) };
}

function carrierOf(plan) {
  const rows = plan.rows.map((row) => ({ top: row.top, bottom: row.bottom, ruler: rulerOf(row.spots.flatMap(marksOf)) }));
  const heights = rulerOf(plan.rows.flatMap((row) => [[row.top, row.newTop], [row.bottom, row.newBottom]]));
  return carrier(rows, heights);
}

function marksOf({ x, left, right, newLeft, newRight, shift }) {
  const to = x + shift;
  return left + right ? [[x - left, to - newLeft], [x, to], [x + right, to + newRight]] : [[x, to]];
}

// What all arrangements end with

/** The boxes' corner brought to (0, 0), the labels placed, and how far everything reaches. @returns {Arrangement} */
function finishOff(sheet, { rects, tops, bottoms, curves }) {
  const left = Math.min(...rects.map((rect) => rect.x));
  const top = Math.min(...rects.map((rect) => rect.y));
  const w = Math.max(...rects.map((rect) => rect.x + rect.w)) - left;
  const h = Math.max(...rects.map((rect) => rect.y + rect.h)) - top;
  const moved = rects.map((rect) => shifted(rect, { x: -left, y: -top }));
  const lines = curves.map((curve, i) => {
    const { label, tail, inside } = sheet.lines[i];
    return { curve: move(curve, -left, -top), label: inside ? "" : label, owner: tail };
  });
  const labels = placeLabels(moved, lines);
  const xs = lines.flatMap(({ curve }) => sample(curve, 40).map((point) => point[0]));
  labels.forEach((spot, i) => {
    const half = labelWidth(lines[i].label) / 2;
    if (spot) xs.push(spot[0] - half, spot[0] + half);
  });
  const [least, most] = xs.reduce(([a, b], x) => [Math.min(a, x), Math.max(b, x)], [0, w]);
  const points = (list) => list.map(([x, y]) => [x - left, y - top]);
  return {
    w,
    h,
    left: -least,
    right: most - w,
    rects: moved,
    tops: points(tops),
    bottoms: points(bottoms),
    curves: lines.map((line) => line.curve),
    labels,
  };
}
