/**
 * Paints what stands around a box, each in a place of its own: rings one outside the other; on the upper left corner what
 * is hidden, on the upper right badges of overlays and a problem, under the lower left one a badge of an overlay.
 */

import { ALIKE, TEXT_FROM, outline } from "./draw_parts.mjs";
import { isAlike, isRinged, isWhole, slotOf } from "./overlays.mjs";
import constants from "../../shared_constants.json" with { type: "json" };

/**
 * @import { DrawState, Marks, Rect, SceneBox, Theme } from "../types.mjs"
 * @import { Mark } from "./overlay_types.mjs"
 * @import { ShownOverlay } from "./overlays.mjs"
 */

/** @typedef {{overlay: ShownOverlay, mark: Mark}} OwnMark an overlay and its mark on the box */
/** @typedef {{colour: string, width: number, dashes: number[], alpha: number}} Ring */
/** @typedef {{fill: string, ink: string, edge?: string, dashes?: number[], lineWidth?: number}} BadgeStyle */

const { CONSTANT_DASHES, LONE_WORDS_DOWN_PX, PROBLEM_INSET_PX, PROBLEM_RADIUS_PX, SHEET_PX } = constants;
const RING = { first: 3, step: 3.5 }; // distances from the box
/** @type {Record<string, {width: number, far: number}>} */
const WIDTHS = { start: { width: 2.4, far: 1.2 }, match: { width: 2, far: 1.5 }, usual: { width: 1.6, far: 1.2 } };

/**
 * The signs of a box on a canvas in world units; `state` is that of `drawScene`.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Theme} theme
 * @param {DrawState} state
 * @param {SceneBox} box
 * @param {Rect} rect
 */
export function drawSigns(ctx, theme, state, box, rect) {
  const { marks, zoom, motion } = state;
  const pale = ctx.globalAlpha;
  const full = motion?.alpha(box) ?? 1; // what a vivid overlay shows is not dimmed by a selection
  const ownMarks = shownOn(marks, box);
  /** @param {OwnMark} ownMark */
  const alphaOf = ({ overlay }) => (overlay.style.vivid ? full : pale);
  const rings = ringsAround(marks, box, ownMarks, theme, zoom).map((ring) => ({ ...ring, alpha: ring.vivid ? full : pale }));
  rings.forEach((ring, i) => drawRing(ctx, ring, box, rect, RING.first + i * Math.max(RING.step, 2.4 / zoom)));
  let usedWidth = 0;
  if (zoom >= TEXT_FROM && (box.hidden || box.hides)) drawHidden(ctx, theme, box, rect);
  for (const one of ownMarks) {
    const { style } = one.overlay;
    ctx.globalAlpha = alphaOf(one);
    if (style.places.includes("foot") && one.mark.text && zoom >= TEXT_FROM) drawFoot(ctx, theme, box, rect, one.mark);
    if (style.places.includes("corner") && one.mark.text) usedWidth += drawCorner(ctx, theme, rect, one.mark, usedWidth);
    ctx.globalAlpha = pale;
  }
  if (box.problem) drawProblem(ctx, theme, rect, usedWidth);
}

/** The overlays that mark a box. @param {Marks} marks @param {SceneBox} box @returns {OwnMark[]} */
function shownOn(marks, box) {
  return marks.overlays.flatMap((overlay) => {
    const mark = overlay.marks.get(box.id);
    return mark ? [{ overlay, mark }] : [];
  });
}

/**
 * The rings of a box, the innermost first: those of overlays, of its likeness to the selection, of vivid overlays.
 * @param {Marks} marks
 * @param {SceneBox} box
 * @param {OwnMark[]} ownMarks
 * @param {Theme} theme
 * @param {number} zoom
 */
function ringsAround(marks, box, ownMarks, theme, zoom) {
  const ringed = ownMarks.filter(({ overlay, mark }) => isRinged(overlay, mark));
  const rings = ringed.map(({ overlay, mark }) => ({ ...ringIn(theme, zoom, slotOf(mark)), vivid: overlay.style.vivid }));
  const own = rings.filter((ring) => !ring.vivid);
  if (!own.length && marks.begin === box.id) own.push({ ...ringIn(theme, zoom, "start"), vivid: false });
  const alike = { colour: theme.accent, width: Math.max(1.6, 1.2 / zoom), dashes: ALIKE, vivid: false };
  return [...own, ...(isAlike(marks, box.id) ? [alike] : []), ...rings.filter((ring) => ring.vivid)];
}

/** @param {Theme} theme @param {number} zoom @param {string} slot */
function ringIn(theme, zoom, slot) {
  const { width, far } = WIDTHS[slot] ?? WIDTHS.usual;
  return { colour: theme.slots[slot], width: Math.max(width, far / zoom), dashes: [] };
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {Ring} ring
 * @param {SceneBox} box
 * @param {Rect} rect
 * @param {number} gap
 */
function drawRing(ctx, { colour, width, dashes, alpha }, box, rect, gap) {
  const before = ctx.globalAlpha;
  const around = { x: rect.x - gap, y: rect.y - gap, w: rect.w + 2 * gap, h: rect.h + 2 * gap };
  outline(ctx, around, box.kind === "group" || box.kind === "op" ? 5 + gap : around.h / 2);
  ctx.globalAlpha = alpha;
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.setLineDash(dashes);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.globalAlpha = before;
}

/**
 * A badge on the upper right corner, beside those that are there.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Theme} theme
 * @param {Rect} rect
 * @param {Mark} mark
 * @param {number} usedWidth
 * @returns {number} how much of the upper edge it takes
 */
function drawCorner(ctx, theme, rect, mark, usedWidth) {
  ctx.font = theme.smallFont;
  const width = Math.max(18, ctx.measureText(mark.text ?? "").width + 10);
  const badge = { x: rect.x + rect.w - width + 6 - usedWidth, y: rect.y - 12, w: width, h: 18 };
  drawBadge(ctx, mark.text ?? "", badge, { fill: theme.slots[slotOf(mark)], ink: theme.onAccent });
  return width + (usedWidth ? 4 : 0);
}

/**
 * How many hidden boxes a box is linked with.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Theme} theme
 * @param {SceneBox} box
 * @param {Rect} rect
 */
function drawHidden(ctx, theme, box, rect) {
  const words = `${(box.hides || box.hidden || 0).toLocaleString("en-US")} hidden${box.hides ? " inside" : ""}`;
  ctx.font = theme.smallFont;
  const badge = { x: rect.x - 10, y: rect.y - 11, w: ctx.measureText(words).width + 12, h: 15 };
  drawBadge(ctx, words, badge, { fill: theme.box, ink: theme.inkSoft, edge: theme.link, dashes: CONSTANT_DASHES });
}

/**
 * A badge under the lower left corner: filled where all of the box is marked, else an outline.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Theme} theme
 * @param {SceneBox} box
 * @param {Rect} rect
 * @param {Mark} mark
 */
function drawFoot(ctx, theme, box, rect, mark) {
  const colour = theme.slots[slotOf(mark)];
  const whole = isWhole(mark);
  ctx.font = theme.smallFont;
  const width = Math.max(16, ctx.measureText(mark.text ?? "").width + 10);
  const top = rect.y + rect.h + (box.kind === "group" ? SHEET_PX - 3 : -7); // a group has its mix of colours on its edge
  const style = { fill: whole ? colour : theme.box, ink: whole ? theme.onAccent : colour, edge: colour, lineWidth: 1.2 };
  drawBadge(ctx, mark.text ?? "", { x: rect.x - 6, y: top, w: width, h: 16 }, style);
}

/** @param {CanvasRenderingContext2D} ctx @param {string} words @param {Rect} badge @param {BadgeStyle} style */
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
  ctx.fillText(words, badge.x + badge.w / 2, badge.y + badge.h / 2 + LONE_WORDS_DOWN_PX);
}

/**
 * An exclamation mark on a box with which something is wrong. @param {number} usedWidth by another sign in the corner
 * @param {CanvasRenderingContext2D} ctx
 * @param {Theme} theme
 * @param {Rect} rect
 */
function drawProblem(ctx, theme, rect, usedWidth) {
  const x = rect.x + rect.w - PROBLEM_INSET_PX - (usedWidth && usedWidth + 4);
  const y = rect.y + (usedWidth ? -PROBLEM_INSET_PX : PROBLEM_INSET_PX);
  ctx.beginPath();
  ctx.arc(x, y, PROBLEM_RADIUS_PX, 0, 2 * Math.PI);
  ctx.fillStyle = theme.error;
  ctx.fill();
  ctx.font = theme.titleFont;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillStyle = theme.onAccent;
  ctx.fillText("!", x, y + LONE_WORDS_DOWN_PX);
}
