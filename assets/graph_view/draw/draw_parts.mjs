/** What all that is drawn has in common: from which zoom on, outlines, the sign that opens and closes. */

import { isFrame, toggleOf } from "../scene/scene.mjs";
import constants from "../../shared_constants.json" with { type: "json" };

/** @import { DrawState, Item, Rect, Theme } from "../types.mjs" */

const { SIGN_HALF_PX, SIGN_STROKE_PX, TITLE_MIDDLE_PX } = constants;
export const SMALL_TEXT_FROM = 0.42; // zoom from which 10 px text is drawn
export const TEXT_FROM = 0.24;
export const CURVES_FROM = 0.12;
export const ALIKE = [5, 3]; // the dashes around what is built like the selected box

/**
 * The path of a rectangle with round corners.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Rect} rect
 * @param {number} radius
 */
export function outline(ctx, rect, radius) {
  ctx.beginPath();
  ctx.roundRect(rect.x, rect.y, rect.w, rect.h, Math.min(radius, rect.h / 2, rect.w / 2));
}

/**
 * The plus or minus of a group.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Theme} theme
 * @param {DrawState} state
 * @param {Item} item
 */
export function drawToggle(ctx, theme, state, item) {
  if (state.zoom < TEXT_FROM) return;
  const zone = toggleOf(item);
  const x = zone.x + zone.w / 2;
  const y = zone.y + (isFrame(item) ? TITLE_MIDDLE_PX : zone.h / 2);
  ctx.strokeStyle = state.marks.pressed === item.id ? theme.accent : theme.ink;
  ctx.lineWidth = SIGN_STROKE_PX;
  ctx.beginPath();
  ctx.moveTo(x - SIGN_HALF_PX, y);
  ctx.lineTo(x + SIGN_HALF_PX, y);
  if (!isFrame(item)) {
    ctx.moveTo(x, y - SIGN_HALF_PX);
    ctx.lineTo(x, y + SIGN_HALF_PX);
  }
  ctx.stroke();
}
