/** Paints what is in sight of a scene: frames, links, labels, boxes. Changes nothing but the canvas. */

import { drawBox } from "./draw_boxes.mjs";
import { ALIKE, SMALL_TEXT_FROM, TEXT_FROM, drawToggle, outline } from "./draw_parts.mjs";
import { drawLinks } from "./draw_links.mjs";
import { isAlike, isRinged, slotOf } from "./overlays.mjs";
import { fitText } from "./text.mjs";
import { groundAt } from "../theme.mjs";
import constants from "../../shared_constants.json" with { type: "json" };

/**
 * @import { Frame } from "../../types.mjs"
 * @import { DrawState, Marks, ReadyScene, Theme } from "../types.mjs"
 */

const {
  FRAME_RADIUS_PX, FRAME_WORDLESS_PX, TITLE_ASIDE_PX, TITLE_HALF_PX, TITLE_MIDDLE_PX, TITLE_WORDS_GAP_PX,
  WORDS_LEFT_PX,
} = constants;

/**
 * @param {CanvasRenderingContext2D} ctx already in world units
 * @param {ReadyScene} scene
 * @param {Theme} theme
 * @param {DrawState} state
 */
export function drawScene(ctx, scene, theme, state) {
  const frames = scene.frameGrid.touching(state.area).map((i) => scene.frames[i]);
  for (const frame of frames) drawFrame(ctx, theme, state, frame);
  drawLinks(ctx, scene, theme, state);
  if (state.zoom >= TEXT_FROM) for (const frame of frames) drawTitle(ctx, theme, state, frame);
  for (const i of scene.boxGrid.touching(state.area)) drawBox(ctx, theme, state, scene.boxes[i]);
  ctx.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} ctx @param {Theme} theme @param {DrawState} state @param {Frame} frame */
function drawFrame(ctx, theme, state, frame) {
  const rect = state.motion?.rect(frame) ?? frame;
  const { marks, zoom } = state;
  const isMarked = marks.selected === frame.id || marks.around === frame.id;
  const ring = ringOf(theme, marks, frame.id);
  const alike = isAlike(marks, frame.id);
  ctx.globalAlpha = state.motion?.alpha(frame) ?? 1;
  outline(ctx, rect, FRAME_RADIUS_PX);
  ctx.fillStyle = groundAt(theme, frame.depth);
  ctx.fill();
  ctx.lineWidth = isMarked || ring || alike ? Math.max(1.6, 1 / zoom) : Math.max(1, 0.7 / zoom);
  ctx.strokeStyle = isMarked || alike ? theme.accent : ring || (marks.hover === frame.id ? theme.boxHover : theme.frameLine);
  if (alike) ctx.setLineDash(ALIKE);
  ctx.stroke();
  ctx.setLineDash([]);
}

/**
 * The colour of the overlay that marks a frame; "" for none.
 * @param {Theme} theme
 * @param {Marks} marks
 * @param {string} id
 */
function ringOf(theme, marks, id) {
  for (const overlay of marks.overlays) {
    const mark = overlay.marks.get(id);
    if (mark && isRinged(overlay, mark)) return theme.slots[slotOf(mark)];
  }
  return "";
}

/**
 * A frame's name lies on a ground of its own, above the links that run through its title bar.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Theme} theme
 * @param {DrawState} state
 * @param {Frame} frame
 */
function drawTitle(ctx, theme, state, frame) {
  const rect = state.motion?.rect(frame) ?? frame;
  const left = rect.x + WORDS_LEFT_PX;
  const middle = rect.y + TITLE_MIDDLE_PX;
  const room = rect.w - FRAME_WORDLESS_PX;
  ctx.globalAlpha = state.motion?.alpha(frame) ?? 1;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  ctx.font = theme.titleFont;
  const title = fitText(ctx, frame.title, room);
  writeOnGround(ctx, title, left, middle, theme.ink, groundAt(theme, frame.depth));
  const used = ctx.measureText(title).width + TITLE_WORDS_GAP_PX;
  if (state.zoom >= SMALL_TEXT_FROM && frame.subtitle) {
    ctx.font = theme.smallFont;
    const subtitle = fitText(ctx, frame.subtitle, room - used);
    writeOnGround(ctx, subtitle, left + used, middle, theme.inkSoft, groundAt(theme, frame.depth));
  }
  drawToggle(ctx, theme, state, { ...frame, ...rect });
}

/**
 * Text that hides what runs behind it.
 * @param {CanvasRenderingContext2D} ctx
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {string} colour
 * @param {string} ground
 */
function writeOnGround(ctx, text, x, y, colour, ground) {
  ctx.fillStyle = ground;
  ctx.fillRect(x - TITLE_ASIDE_PX, y - TITLE_HALF_PX, ctx.measureText(text).width + 2 * TITLE_ASIDE_PX, 2 * TITLE_HALF_PX);
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y);
}
