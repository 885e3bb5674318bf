/**
 * A sheet's cells, the things that a row moves as one: a box, an op with its variables at its left, or a grid of like
 * boxes. Here each takes the size that its open groups need. Places in a grown cell count from its anchor and its top.
 */

import { lastOf, valueOf } from "../graph_view/lookup.mjs";
import { finish, horizontal, mapPoints, move, straight } from "./curves.mjs";
import { carry, stretchOf } from "./stretch.mjs";
import constants from "../shared_constants.json" with { type: "json" };

/** @import { AnchoredFrame, Cell, Curve, Grown, Sheet } from "./types.mjs" */

const { PILL_GAP_PX, PILL_ROW_PX } = constants;
const LANE = 32; // below a frame's top: where lines run that come in from its side, between title and boxes
const GRID_LEAD = 14;

/** @param {Sheet} sheet @param {Cell} cell @param {Map<number, AnchoredFrame>} frames @returns {Grown} */
export function growCell(sheet, cell, frames) {
  const open = cell.children.flatMap((child) => frames.get(child) ?? []).filter((frame) => !frame.asDrawn);
  if (!open.length) return keep(sheet, cell);
  if (cell.children.length === 1) return openOne(cell, open[0]);
  return cell.kind === "grid" ? openGrid(sheet, cell, frames) : openBesidePills(sheet, cell, open[0]);
}

/** @param {number} left @param {number} right @param {number} height */
function grown(left, right, height) {
  return { left, right, height, rects: new Map(), ins: new Map(), outs: new Map(), insides: new Map() };
}

/** The cell as the sheet has it. @param {Sheet} sheet @param {Cell} cell */
function keep(sheet, cell) {
  const cellAsIs = grown(cell.anchor - cell.x, cell.x + cell.w - cell.anchor, cell.h);
  for (const child of cell.children) {
    const rect = sheet.rects[child];
    cellAsIs.rects.set(child, { ...rect, x: rect.x - cell.anchor, y: rect.y - cell.y });
    const into = sheet.ins.get(child);
    const out = sheet.outs.get(child);
    if (into) cellAsIs.ins.set(child, move(into, -cell.anchor, -cell.y));
    if (out) cellAsIs.outs.set(child, move(out, -cell.anchor, -cell.y));
  }
  for (const line of cell.insides) cellAsIs.insides.set(line, move(sheet.lines[line].curve, -cell.anchor, -cell.y));
  return cellAsIs;
}

/** @param {Cell} cell @param {AnchoredFrame} frame */
function openOne(cell, frame) {
  const opened = grown(frame.anchor, frame.w - frame.anchor, frame.h);
  opened.rects.set(cell.children[0], { x: -frame.anchor, y: 0, w: frame.w, h: frame.h });
  return opened;
}

/**
 * The variables move to the frame's upper left corner; their lines come in below its title bar.
 * @param {Sheet} sheet
 * @param {Cell} cell
 * @param {AnchoredFrame} frame
 */
function openBesidePills(sheet, cell, frame) {
  const child = lastOf(cell.children);
  const pills = cell.children.slice(0, -1);
  const border = -frame.anchor;
  const oldRight = Math.max(...pills.map((pill) => sheet.rects[pill].x + sheet.rects[pill].w));
  const dx = border - PILL_GAP_PX - oldRight;
  const stack = pills.reduce((y, pill) => y + sheet.rects[pill].h + PILL_ROW_PX, LANE - sheet.rects[pills[0]].h / 2);
  const height = Math.max(frame.h, stack - PILL_ROW_PX);
  const opened = grown(-(cell.x + dx), frame.w - frame.anchor, height);
  opened.rects.set(child, { x: border, y: 0, w: frame.w, h: frame.h });
  let y = LANE - sheet.rects[pills[0]].h / 2;
  for (const pill of pills) {
    const rect = sheet.rects[pill];
    opened.rects.set(pill, { ...rect, x: rect.x + dx, y });
    const out = sheet.outs.get(pill);
    if (out) opened.outs.set(pill, lengthen(out, dx, y + rect.h / 2, height));
    y += rect.h + PILL_ROW_PX;
  }
  for (const line of cell.insides) {
    const rect = valueOf(opened.rects, sheet.lines[line].tail);
    opened.insides.set(line, horizontal(rect.x + rect.w, rect.y + rect.h / 2, border, LANE));
  }
  return opened;
}

/**
 * A line down beside the cell that begins and ends at other heights.
 * @param {Curve} curve
 * @param {number} dx
 * @param {number} start
 * @param {number} end
 */
function lengthen(curve, dx, start, end) {
  const from = curve[1];
  const factor = (end - start) / Math.max(lastOf(curve) - from, 1e-6);
  return mapPoints(curve, (x, y) => [x + dx, start + (y - from) * factor]);
}

/**
 * Columns and rows of the grid grow with the frames in them.
 * @param {Sheet} sheet
 * @param {Cell} cell
 * @param {Map<number, AnchoredFrame>} frames
 */
function openGrid(sheet, cell, frames) {
  const across = [];
  const down = [];
  for (const child of cell.children) {
    const { x, y, w, h } = sheet.rects[child];
    const frame = frames.get(child);
    if (!frame) continue;
    across.push([x, x + w / 2, frame.anchor / (w / 2)], [x + w / 2, x + w, (frame.w - frame.anchor) / (w / 2)]);
    down.push([y, y + h, frame.h / h]);
  }
  const wide = stretchOf(cell.x, cell.x + cell.w, across);
  const high = stretchOf(cell.y, cell.y + cell.h, down);
  const middle = carry(wide, cell.anchor);
  const top = carry(high, cell.y);
  /** @param {number} x @param {number} y */
  const place = (x, y) => [carry(wide, x) - middle, carry(high, y) - top];
  const [left, right, bottom] = [carry(wide, cell.x), carry(wide, cell.x + cell.w), carry(high, cell.y + cell.h)];
  const opened = grown(middle - left, right - middle, bottom - top);
  for (const child of cell.children) {
    const rect = sheet.rects[child];
    const frame = frames.get(child);
    const [x, y] = place(rect.x + rect.w / 2, rect.y + rect.h / 2);
    const size = frame ?? { ...rect, anchor: rect.w / 2 };
    opened.rects.set(child, { x: x - size.anchor, y: y - size.h / 2, w: size.w, h: size.h });
    /** @param {Curve} curve @param {number} atY */
    const meet = (curve, atY) => finish(mapPoints(curve, place), x, atY, GRID_LEAD);
    opened.ins.set(child, meet(valueOf(sheet.ins, child), y - size.h / 2));
    opened.outs.set(child, leave(mapPoints(valueOf(sheet.outs, child), place), x, y + size.h / 2));
  }
  return opened;
}

/** A line out of a box, begun where the box now ends. @param {Curve} curve @param {number} x @param {number} y */
function leave(curve, x, y) {
  return [...straight(x, y, curve[0], curve[1]), ...curve.slice(2)];
}

