/**
 * Paints what is said around a box, each in a place of its own: rings one outside the other; on the upper left corner what
 * is hidden, on the upper right what a search found and a problem, under the lower left one the direction of a trace.
 */

import { ALIKE, TEXT_FROM, outline } from "./draw_parts.mjs";
import { isAlike } from "./paint.mjs";
import { colourOfSide } from "../theme.mjs";
import { badgeOf, isRinged, isWhole } from "../lineage/traced.mjs";

const SHEET = 5; // the next sheet of a closed group shows this far below it
const RING = { first: 3, step: 3.5 }; // distances from the box

/** The signs of a box on a canvas in world units; `look` is that of `drawScene`. */
export function drawSigns(ctx, theme, look, box, rect) {
  const { marks, zoom, motion } = look;
  const traced = marks.traced?.boxes.get(box.id);
  const isFound = box.id in marks.found;
  const pale = ctx.globalAlpha;
  const full = motion?.alpha(box) ?? 1; // what was found is not dimmed by a selection
  const rings = [];
  if (traced && isRinged(traced)) rings.push(ringOfTrace(theme, zoom, traced.side));
  else if (marks.begin === box.id) rings.push(ringOfTrace(theme, zoom, "start"));
  if (isAlike(marks, box.id)) rings.push({ colour: theme.accent, width: Math.max(1.6, 1.2 / zoom), dashes: ALIKE, alpha: pale });
  if (isFound) rings.push({ colour: theme.found, width: Math.max(2, 1.5 / zoom), alpha: full });
  rings.forEach((ring, i) => drawRing(ctx, ring, box, rect, RING.first + i * Math.max(RING.step, 2.4 / zoom)));
  ctx.globalAlpha = pale;
  if (zoom >= TEXT_FROM) {
    if (box.hidden || box.hides) drawHidden(ctx, theme, box, rect);
    if (traced && badgeOf(box, traced)) drawTraced(ctx, theme, box, rect, traced);
  }
  const counts = isFound && box.kind === "group" && marks.found[box.id] > 0;
  ctx.globalAlpha = full;
  const taken = counts ? drawFound(ctx, theme, marks.found[box.id], rect) : 0;
  ctx.globalAlpha = pale;
  if (box.problem) drawProblem(ctx, theme, rect, taken);
}

function ringOfTrace(theme, zoom, side) {
  return { colour: colourOfSide(theme, side), width: Math.max(side === "start" ? 2.4 : 1.6, 1.2 / zoom) };
}

function drawRing(ctx, { colour, width, dashes = [], alpha = ctx.globalAlpha }, box, rect, gap) {
  const around = { x: rect.x - gap, y: rect.y - gap, w: rect.w + 2 * gap, h: rect.h + 2 * gap };
  outline(ctx, around, box.kind === "group" || box.kind === "op" ? 5 + gap : around.h / 2);
  ctx.globalAlpha = alpha;
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.setLineDash(dashes);
  ctx.stroke();
  ctx.setLineDash([]);
}

/** How many of the ops that were found a closed group hides. @returns {number} how much of its upper edge that takes */
function drawFound(ctx, theme, count, rect) {
  const words = count.toLocaleString("en-US");
  ctx.font = theme.smallFont;
  const width = Math.max(18, ctx.measureText(words).width + 10);
  const badge = { x: rect.x + rect.w - width + 6, y: rect.y - 12, w: width, h: 18 };
  drawBadge(ctx, words, badge, { fill: theme.found, ink: theme.onAccent });
  return width;
}

/** How many hidden boxes a box is linked with. */
function drawHidden(ctx, theme, box, rect) {
  const words = `${(box.hides || box.hidden).toLocaleString("en-US")} hidden${box.hides ? " inside" : ""}`;
  ctx.font = theme.smallFont;
  const badge = { x: rect.x - 10, y: rect.y - 11, w: ctx.measureText(words).width + 12, h: 15 };
  drawBadge(ctx, words, badge, { fill: theme.box, ink: theme.inkSoft, edge: theme.link, dashes: [3, 2] });
}

/** The direction of a trace and how much of a group it holds: filled where that is all, else an outline. */
function drawTraced(ctx, theme, box, rect, mark) {
  const words = badgeOf(box, mark);
  const colour = colourOfSide(theme, mark.side);
  const whole = isWhole(mark);
  ctx.font = theme.smallFont;
  const width = Math.max(16, ctx.measureText(words).width + 10);
  const top = rect.y + rect.h + (box.kind === "group" ? SHEET - 3 : -7); // a group has its mix of colours on its edge
  const style = { fill: whole ? colour : theme.box, ink: whole ? theme.onAccent : colour, edge: colour, lineWidth: 1.2 };
  drawBadge(ctx, words, { x: rect.x - 6, y: top, w: width, h: 16 }, style);
}

function drawBadge(ctx, words, badge, { fill, ink, edge, dashes = [], lineWidth = 1 }) {
  outline(ctx, badge, badge.h / 2);
  ctx.fillStyle = fill;
  ctx.fill();
  if (edge) {
    ctx.setLineDash(dashes);
    ctx.strokeStyle = edge;
    ctx.lineWidth = lineWidth;
    ctx.stroke();
    ctx.setLineDash([]);
  }
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillStyle = ink;
  ctx.fillText(words, badge.x + badge.w / 2, badge.y + badge.h / 2 + 0.5);
}

/** An exclamation mark on a box with which something is wrong. @param {number} taken by another sign in the corner */
function drawProblem(ctx, theme, rect, taken) {
  const x = rect.x + rect.w - 3 - (taken && taken + 4);
  const y = rect.y + (taken ? -3 : 3);
  ctx.beginPath();
  ctx.arc(x, y, 7.5, 0, 2 * Math.PI);
  ctx.fillStyle = theme.error;
  ctx.fill();
  ctx.font = theme.titleFont;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillStyle = theme.onAccent;
  ctx.fillText("!", x, y + 0.5);
}
