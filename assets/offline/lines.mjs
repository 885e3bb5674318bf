/** A sheet's line on its way through rows that have grown, from where its tail now ends to where its head begins. */

import { beyond, portKey } from "graphlab/offline/atlas";
import { crossing, cut, finish, join, mapPoints, move, restart } from "graphlab/offline/curves";

const LEAD = 30; // of a line at a port, made vertical so that the pieces of a link join without a kink
const INTO = 0.5; // how far beyond the gap at a frame its line takes on its own course again
const NEAR = 8; // an end that moves no further takes its last pull along

/**
 * @typedef {import("./atlas.mjs").Sheet} Sheet
 * @typedef {import("./atlas.mjs").Line} Line
 * @typedef {{sheet: Sheet, cells: import("./cells.mjs").Grown[], frames: Map<number, object>, rows: object[],
 *   rowOf: function(number): number, placed: {x: number, y: number}[], rects: import("./cells.mjs").Rect[],
 *   ports: number[][]}} Carried the sheet with everything but its lines in its new place
 */

/** @param {Carried} carried @param {function(number, number): number[]} carry @param {Line} line @returns {number[]} */
export function leadLine(carried, carry, line, number) {
  const { sheet, cells, rows, placed } = carried;
  if (line.inside) {
    const cell = sheet.cellOf[line.tail];
    return move(cells[cell].insides.get(number), placed[cell].x, placed[cell].y);
  }
  const out = stubOf(carried, line.tail, "outs");
  const into = stubOf(carried, line.head, "ins");
  let curve = mapPoints(cutAtRows(line.curve, rows), carry);
  curve = out ? meet(curve, out.slice(-2), false) : begin(carried, line, curve);
  curve = into ? meet(curve, into.slice(0, 2), true) : end(carried, line, curve);
  const whole = join([out, keepBetween(smooth(curve, rows), rows), into].filter((piece) => piece && piece.length > 2));
  return spread(carried, line, whole, out, into);
}

/** The x of the port at which a line meets an open child, in its frame; null where it does not. */
export function portOf(sheet, line, child, frame) {
  if (line.tail !== child && line.head !== child) return null;
  const other = beyond(sheet, line.tail === child ? line.head : line.tail);
  return frame.ports.get(portKey(other, line.style, line.flipped)) ?? frame.w / 2;
}

function stubOf({ sheet, cells, placed }, child, side) {
  const cell = sheet.cellOf[child];
  const stub = cell === undefined ? undefined : cells[cell][side].get(child);
  return stub && move(stub, placed[cell].x, placed[cell].y);
}

/** The curve begun at what is now its tail: at a port of an open frame, led from there through the gap below. */
function begin(carried, line, curve) {
  const { sheet, frames, rows, rects, ports } = carried;
  if (line.tail >= sheet.children.length) return meet(curve, ports[line.tail - sheet.children.length], false);
  const frame = frames.get(line.tail);
  const rect = rects[line.tail];
  if (!frame) return leave(curve, sheet.rects[line.tail], rect, line.curve.slice(0, 2));
  const below = rows[carried.rowOf(line.tail) + 1];
  const y = rect.y + rect.h;
  const x = rect.x + portOf(sheet, line, line.tail, frame);
  return restart(curve, x, y, below ? below.newTop - y + INTO : LEAD, isBox(carried, line.head));
}

function end(carried, line, curve) {
  const { sheet, frames, rows, rects, ports } = carried;
  if (line.head >= sheet.children.length) return meet(curve, ports[line.head - sheet.children.length], true);
  const frame = frames.get(line.head);
  const rect = rects[line.head];
  if (!frame) return arrive(curve, sheet.rects[line.head], rect, line.curve.slice(-2));
  const above = rows[carried.rowOf(line.head) - 1];
  const x = rect.x + portOf(sheet, line, line.head, frame);
  return finish(curve, x, rect.y, above ? rect.y - above.newBottom + INTO : LEAD, isBox(carried, line.tail));
}

/** Whether a node is a box that its lines meet at any slant. */
function isBox({ sheet, frames }, node) {
  return node < sheet.children.length && !frames.has(node);
}

/** The curve led to a point that it ends near, vertically. */
function meet(curve, [x, y], atEnd) {
  const [x0, y0] = atEnd ? curve.slice(-2) : curve;
  if (Math.hypot(x - x0, y - y0) < 0.5) return curve;
  return atEnd ? finish(curve, x, y, LEAD) : restart(curve, x, y, LEAD);
}

/** The curve begun at a box that is as large as it was: where it began on its border, if that is near. */
function leave(curve, old, rect, [x, y]) {
  const [dx, dy] = [rect.x + x - old.x - curve[0], rect.y + y - old.y - curve[1]];
  if (Math.hypot(dx, dy) <= NEAR) return [curve[0] + dx, curve[1] + dy, curve[2] + dx, curve[3] + dy, ...curve.slice(4)];
  return restart(curve, underside(old, rect, x), rect.y + rect.h, LEAD);
}

function arrive(curve, old, rect, [x, y]) {
  const [endX, endY] = curve.slice(-2);
  const [dx, dy] = [rect.x + x - old.x - endX, rect.y + y - old.y - endY];
  if (Math.hypot(dx, dy) > NEAR) return finish(curve, underside(old, rect, x), rect.y, LEAD);
  const [pullX, pullY] = curve.slice(-4, -2);
  return [...curve.slice(0, -4), pullX + dx, pullY + dy, endX + dx, endY + dy];
}

/** Where on its upper or lower border a line meets a box that it met at x before. */
function underside(old, rect, x) {
  const aside = x - (old.x + old.w / 2);
  return rect.x + rect.w / 2 + Math.max(-rect.w / 3, Math.min(rect.w / 3, aside));
}

/** A line of a grid's stub ends at the middle of a frame: lead it on to its own port. */
function spread({ sheet, frames, rects }, line, curve, out, into) {
  let led = curve;
  if (out && frames.has(line.tail)) {
    const rect = rects[line.tail];
    led = restart(led, rect.x + portOf(sheet, line, line.tail, frames.get(line.tail)), rect.y + rect.h, LEAD / 3);
  }
  if (into && frames.has(line.head)) {
    const rect = rects[line.head];
    led = finish(led, rect.x + portOf(sheet, line, line.head, frames.get(line.head)), rect.y, LEAD / 3);
  }
  return led;
}

/** The curve in pieces, none of which crosses a row's border. */
function cutAtRows(curve, rows) {
  const borders = rows.flatMap((row) => (row.bottom > row.top ? [row.top, row.bottom] : [row.top]));
  const pieces = [curve[0], curve[1]];
  for (let start = 0; start + 7 < curve.length; start += 6) {
    let rest = curve.slice(start, start + 8);
    const [low, high] = [Math.min(rest[1], rest[7]), Math.max(rest[1], rest[7])];
    const crossed = borders.filter((border) => border > low + 0.5 && border < high - 0.5);
    if (rest[7] < rest[1]) crossed.reverse();
    for (const border of crossed) {
      const [before, after] = cut(rest, crossing(rest, border));
      pieces.push(...before.slice(2));
      rest = after;
    }
    pieces.push(...rest.slice(2));
  }
  return pieces;
}

/**
 * The curve without the kinks that come where it leaves a row: its course inside rows, past their boxes, stays, and its
 * way from row to row takes on the directions there.
 */
function smooth(curve, rows) {
  const smoothed = [...curve];
  for (let i = 6; i + 3 < curve.length; i += 6) {
    const [leaves, enters] = [inRow(rows, curve, i - 6), inRow(rows, curve, i)];
    if (leaves === enters) continue;
    const [from, to] = leaves ? [i - 2, i + 2] : [i + 2, i - 2];
    const way = [curve[i] - curve[from], curve[i + 1] - curve[from + 1]];
    const pull = [curve[to] - curve[i], curve[to + 1] - curve[i + 1]];
    const length = Math.hypot(...way);
    if (length < 1e-6) continue;
    // No further than half the way to the next row: its boxes are there.
    const room = Math.abs(leaves ? curve[i + 7] - curve[i + 1] : curve[i + 1] - curve[i - 5]) / 2;
    const factor = Math.min(Math.hypot(...pull) / length, room / Math.max(Math.abs(way[1]), 1e-6));
    smoothed[to] = curve[i] + way[0] * factor;
    smoothed[to + 1] = curve[i + 1] + way[1] * factor;
  }
  return smoothed;
}

/** The curve with its pulls kept between the ends of their pieces, so that what runs between two rows stays there. */
function keepBetween(curve, rows) {
  const kept = [...curve];
  for (let i = 0; i + 7 < curve.length; i += 6) {
    if (inRow(rows, curve, i)) continue;
    const [low, high] = [Math.min(curve[i + 1], curve[i + 7]), Math.max(curve[i + 1], curve[i + 7])];
    kept[i + 3] = Math.min(high, Math.max(low, curve[i + 3]));
    kept[i + 5] = Math.min(high, Math.max(low, curve[i + 5]));
  }
  return kept;
}

/** Whether the piece that begins at index `start` runs inside a row. */
function inRow(rows, curve, start) {
  const middle = (curve[start + 1] + curve[start + 7]) / 2;
  return rows.some((row) => row.newTop < middle && middle < row.newBottom);
}
