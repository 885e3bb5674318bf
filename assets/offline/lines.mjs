/** A sheet's lines among rows that have grown: moved where nothing on their way has changed, else led again. */

import { valueOf } from "../graph_view/lookup.mjs";
import { beyond, portKey } from "./atlas.mjs";
import { finish, join, move, restart } from "./curves.mjs";
import { pullTight, rounded } from "./routes.mjs";

/**
 * @import { Rect } from "../graph_view/types.mjs"
 * @import { Carried, Curve, Lane, Line, OpenFrame, Pair, Plan, Sheet, Spot, SpotRow } from "./types.mjs"
 */

const LEAD = 10; // of a line from a grid's stub to a port
const CLEAR = 10; // between a line and a box
const ABOVE = 7; // how far before a row a line is where it runs through it
const SAME = 0.5; // px

/**
 * @typedef {{node: number, x: number, y: number, dx: number, dy: number, rect: Rect | null,
 *   stub: number[] | null, width: {left: number, right: number} | null, open: boolean}} End where a line ends now, how
 *   it moved there, and the room that it has in the end's own row; `rect` is a box whose middle it aims at
 */

/**
 * The x of the port at which a line meets an open child, in its frame; null if it does not.
 * @param {Sheet} sheet
 * @param {Line} line
 * @param {number} child
 * @param {OpenFrame} frame
 */
export function portOf(sheet, line, child, frame) {
  if (line.tail !== child && line.head !== child) return null;
  const other = beyond(sheet, line.tail === child ? line.head : line.tail);
  return frame.ports.get(portKey(other, line.style, line.flipped)) ?? frame.w / 2;
}

/**
 * @param {Carried} carried the sheet with its cells, frames, rows and boxes in their new places, see arrange.mjs
 * @param {Line} line @param {number} number of the line
 * @returns {number[]}
 */
export function leadLine(carried, line, number) {
  const { sheet, cells, placed, plan } = carried;
  if (line.inside) {
    const cell = sheet.cellOf[line.tail];
    return move(valueOf(cells[cell].insides, number), placed[cell].x, placed[cell].y);
  }
  const tail = endOf(carried, line, line.tail, "outs");
  const head = endOf(carried, line, line.head, "ins");
  const lanes = plan.lanes.get(number) ?? [];
  const curve = isMoved(tail, head, lanes) ? move(line.curve, tail.dx, tail.dy) : route(plan, tail, head, lanes);
  const whole = join([tail.stub, curve, head.stub].flatMap((piece) => (piece && piece.length > 2 ? [piece] : [])));
  return spread(carried, line, whole, tail, head);
}

/**
 * Whether all that a line runs along has moved by the same distance.
 * @param {End} tail
 * @param {End} head
 * @param {Lane[]} lanes
 */
function isMoved(tail, head, lanes) {
  /** @param {number} a @param {number} b */
  const same = (a, b) => Math.abs(a - b) < SAME;
  if (tail.open || head.open || !same(tail.dx, head.dx) || !same(tail.dy, head.dy)) return false;
  return lanes.every(({ spot }) => same(spot.shift, tail.dx));
}

/** @param {Carried} carried @param {Line} line @param {number} node @param {"ins" | "outs"} side @returns {End} */
function endOf({ sheet, cells, frames, placed, rects, plan }, line, node, side) {
  const spot = plan.spotOf(node);
  const row = plan.rows[plan.rowOf(node)];
  const dx = spot.shift;
  if (node >= sheet.children.length) {
    const none = { rect: null, stub: null, width: null, open: false };
    return { node, x: spot.x + dx, y: row.newTop, dx, dy: row.newTop - row.top, ...none };
  }
  const cell = sheet.cellOf[node];
  const grown = sheet.cells[cell].children.some((child) => frames.get(child)?.asDrawn === false);
  const stub = cells[cell][side].get(node);
  const rect = rects[node];
  const frame = frames.get(node);
  const aside = frame ? 0 : rect.w / 4;
  // What is above and below a box in its row is its own.
  const width = { left: rect.x + aside, right: rect.x + rect.w - aside };
  const end = { node, dx, dy: placed[cell].y - sheet.cells[cell].y, rect: null, stub: null, width, open: grown };
  if (stub) {
    const moved = move(stub, placed[cell].x, placed[cell].y);
    const [x, y] = side === "outs" ? moved.slice(-2) : moved;
    const own = { left: placed[cell].x - cells[cell].left, right: placed[cell].x + cells[cell].right };
    return { ...end, x, y, stub: moved, width: own };
  }
  const y = side === "outs" ? rect.y + rect.h : rect.y;
  if (frame) return { ...end, x: rect.x + (portOf(sheet, line, node, frame) ?? 0), y };
  return { ...end, x: rect.x + rect.w / 2, y: rect.y + rect.h / 2, rect };
}

/**
 * The shortest way from end to end past the boxes and lines of each row. A box is aimed at in its middle.
 * @param {Plan} plan
 * @param {End} tail
 * @param {End} head
 * @param {Lane[]} lanes
 */
function route(plan, tail, head, lanes) {
  const openings = [];
  if (tail.width) openings.push({ y: plan.rows[plan.rowOf(tail.node)].newBottom + ABOVE, ...tail.width });
  for (const { spot, row } of lanes) {
    const opening = openingAt(row, spot);
    openings.push({ y: row.newTop - ABOVE, ...opening }, { y: row.newBottom + ABOVE, ...opening });
  }
  if (head.width) openings.push({ y: plan.rows[plan.rowOf(head.node)].newTop - ABOVE, ...head.width });
  const way = pullTight([tail.x, tail.y], openings, [head.x, head.y]);
  if (tail.rect) way[0] = borderTowards(tail.rect, way[1]);
  if (head.rect) way[way.length - 1] = borderTowards(head.rect, way[way.length - 2]);
  return rounded(way, { start: !tail.rect, end: !head.rect });
}

/**
 * The room that a passing line has in a row: up to the boxes beside it, halfway to the lines beside it.
 * @param {SpotRow} row
 * @param {Spot} spot
 */
function openingAt(row, spot) {
  const place = row.spots.indexOf(spot);
  const x = spot.x + spot.shift;
  const [before, after] = [row.spots[place - 1], row.spots[place + 1]];
  /** @param {Spot} other */
  const isCell = (other) => other.left + other.right > 0;
  /** @param {Spot} other */
  const at = (other) => other.x + other.shift;
  let left = -Infinity;
  let right = Infinity;
  if (before) left = isCell(before) ? at(before) + before.newRight + CLEAR : (at(before) + x) / 2;
  if (after) right = isCell(after) ? at(after) - after.newLeft - CLEAR : (at(after) + x) / 2;
  return { left: Math.min(left, x), right: Math.max(right, x) };
}

/** Where the line from a box's middle to a point leaves the box. @param {Rect} rect @param {Pair} point @returns {Pair} */
function borderTowards(rect, [x, y]) {
  const [cx, cy] = [rect.x + rect.w / 2, rect.y + rect.h / 2];
  const [dx, dy] = [x - cx, y - cy];
  const part = Math.min(rect.w / 2 / Math.max(Math.abs(dx), 1e-6), rect.h / 2 / Math.max(Math.abs(dy), 1e-6), 1);
  return [cx + dx * part, cy + dy * part];
}

/**
 * A line of a grid's stub ends at the middle of a frame: lead it on to its own port.
 * @param {Carried} carried
 * @param {Line} line
 * @param {Curve} curve
 * @param {End} tail
 * @param {End} head
 */
function spread({ sheet, frames, rects }, line, curve, tail, head) {
  let moved = curve;
  /** @param {number} node */
  const portAt = (node) => rects[node].x + (portOf(sheet, line, node, valueOf(frames, node)) ?? 0);
  if (tail.stub && frames.has(line.tail)) {
    moved = restart(moved, portAt(line.tail), rects[line.tail].y + rects[line.tail].h, LEAD);
  }
  if (head.stub && frames.has(line.head)) moved = finish(moved, portAt(line.head), rects[line.head].y, LEAD);
  return moved;
}
