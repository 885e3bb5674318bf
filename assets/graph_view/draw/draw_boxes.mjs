/** Paints a box: its shape, its colours, its words, and the signs around it. */

import { colourOf, drawColours, edgeColourOf, fillGround, isStrong } from "./draw_paint.mjs";
import { CURVES_FROM, SMALL_TEXT_FROM, TEXT_FROM, drawToggle, outline } from "./draw_parts.mjs";
import { drawPicture } from "./draw_picture.mjs";
import { drawReadouts, readoutHeight } from "./draw_readouts.mjs";
import { drawSigns } from "./draw_signs.mjs";
import { isRecoloured, markIn } from "./overlays.mjs";
import { strengthOfBox } from "./strength.mjs";
import { fitText } from "./text.mjs";
import { groundAt } from "../theme.mjs";
import constants from "../../shared_constants.json" with { type: "json" };

/** @import { DrawState, Item, Marks, Rect, SceneBox, Theme } from "../types.mjs" */

const {
  BOX_RADIUS_PX, BOX_STROKE_PX, BOX_SUBTITLE_DOWN_PX, BOX_TITLE_UP_PX, BOX_WORDLESS_PX, CONSTANT_DASHES,
  GROUP_WORDLESS_PX, LONE_WORDS_DOWN_PX, OP_STROKE_PX, OP_WORDLESS_PX, OP_WORDS_RIGHT_PX, PILL_RADIUS_PX, SHEET_OPACITY,
  SHEET_PX, WORDS_LEFT_PX,
} = constants;
const PILL_KINDS = new Set(constants.PILL_KINDS);
const PLAIN_GROUP_KINDS = new Set(constants.PLAIN_GROUP_KINDS);

/**
 * A box on a canvas in world units; `state` is that of `drawScene`.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Theme} theme
 * @param {DrawState} state
 * @param {SceneBox} box
 */
export function drawBox(ctx, theme, state, box) {
  const rect = state.motion?.rect(box) ?? box;
  const strength = strengthOfBox(state.marks, box);
  ctx.globalAlpha = strength * (state.motion?.alpha(box) ?? 1);
  if (state.zoom < CURVES_FROM) {
    const coloured = box.kind === "op" || isRecoloured(state.marks);
    ctx.fillStyle = (coloured && colourOf(theme, state.marks, box)) || theme.boxHover;
    ctx.fillRect(rect.x, rect.y, rect.w, rect.h);
    return;
  }
  const pill = PILL_KINDS.has(box.kind);
  const radius = pill ? Math.min(rect.h / 2, PILL_RADIUS_PX) : BOX_RADIUS_PX;
  if (box.kind === "group") drawSheet(ctx, theme, state, rect, box);
  outline(ctx, rect, radius);
  if (strength < 1) hideWhatIsBehind(ctx, theme, box);
  fillGround(ctx, theme, state.marks, box, fillOf(theme, state.marks, box));
  strokeBox(ctx, theme, state, box);
  drawColours(ctx, theme, state.marks, box, rect, radius);
  const words = { ...rect, h: rect.h - readoutHeight(box) };
  if (state.zoom >= TEXT_FROM) drawWords(ctx, theme, state, box, words);
  if (box.kind === "group") drawToggle(ctx, theme, state, { ...box, ...words });
  drawPicture(ctx, state, box, words);
  drawReadouts(ctx, theme, state, box, rect);
  drawSigns(ctx, theme, state, box, rect);
}

/**
 * A dimmed box is pale, not transparent: no line shows through it.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Theme} theme
 * @param {SceneBox} box
 */
function hideWhatIsBehind(ctx, theme, box) {
  const alpha = ctx.globalAlpha;
  ctx.globalAlpha = 1;
  ctx.fillStyle = groundAt(theme, box.depthBehind);
  ctx.fill();
  ctx.globalAlpha = alpha;
}

/** @param {Theme} theme @param {Marks} marks @param {SceneBox} box */
function fillOf(theme, marks, box) {
  if (marks.pressed === box.id) return theme.boxPressed;
  if (box.kind === "stub") return groundAt(theme, box.depthBehind);
  return box.kind === "variable" && !markIn(marks, "fill", box.id) ? theme.variableFill : theme.box;
}

/** @param {Theme} theme @param {Marks} marks @param {SceneBox} box */
function edgeOf(theme, marks, box) {
  if (box.problem) return theme.error;
  if (box.kind === "stub") return theme.link;
  if (PILL_KINDS.has(box.kind)) return edgeColourOf(theme, marks, box);
  const own = box.kind === "group" && !isRecoloured(marks) && !PLAIN_GROUP_KINDS.has(box.groupKind);
  return (own && theme.slots[box.family]) || theme.boxLine;
}

/**
 * The second edge of a closed group, like the next sheet of a stack of paper.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Theme} theme
 * @param {DrawState} state
 * @param {Rect} rect
 * @param {SceneBox} box
 */
function drawSheet(ctx, theme, state, rect, box) {
  outline(ctx, { x: rect.x + SHEET_PX, y: rect.y + SHEET_PX, w: rect.w, h: rect.h }, BOX_RADIUS_PX);
  ctx.fillStyle = theme.box;
  ctx.fill();
  ctx.strokeStyle = edgeOf(theme, state.marks, box);
  ctx.lineWidth = 1;
  const alpha = ctx.globalAlpha;
  ctx.globalAlpha = alpha * SHEET_OPACITY;
  ctx.stroke();
  ctx.globalAlpha = alpha;
}

/** @param {CanvasRenderingContext2D} ctx @param {Theme} theme @param {DrawState} state @param {SceneBox} box */
function strokeBox(ctx, theme, state, box) {
  const { marks, zoom } = state;
  const chosen = marks.selected === box.id;
  const hovered = marks.hover === box.id || marks.hoverLink?.src === box.id || marks.hoverLink?.dst === box.id;
  const edge = edgeOf(theme, marks, box);
  ctx.strokeStyle = hovered && edge === theme.boxLine ? theme.boxHover : edge;
  if (chosen || marks.pressed === box.id) ctx.strokeStyle = theme.accent;
  ctx.lineWidth = chosen ? Math.max(2.4, 1.6 / zoom) : hovered ? 1.6 : box.kind === "op" ? OP_STROKE_PX : BOX_STROKE_PX;
  if (box.kind === "constant" || box.kind === "stub") ctx.setLineDash(CONSTANT_DASHES);
  ctx.stroke();
  ctx.setLineDash([]);
}

/** The width that a box's words may take. @param {Item} box @param {Rect} rect */
function roomOf(box, rect) {
  return rect.w - (box.kind === "group" ? GROUP_WORDLESS_PX : box.kind === "op" ? OP_WORDLESS_PX : BOX_WORDLESS_PX);
}

/**
 * Whether a box's words are wider than the box.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Theme} theme
 * @param {Item} box
 */
export function wordsAreCut(ctx, theme, box) {
  const room = roomOf(box, box);
  /** @param {string} text @param {string} font */
  const wider = (text, font) => {
    ctx.font = font;
    return fitText(ctx, text, room) !== text;
  };
  return wider(box.title, theme.titleFont) || wider(box.subtitle, theme.smallFont);
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {Theme} theme
 * @param {DrawState} state
 * @param {SceneBox} box
 * @param {Rect} rect
 */
function drawWords(ctx, theme, state, box, rect) {
  const markText = markIn(state.marks, "line", box.id)?.text;
  const line = markText || box.subtitle;
  const small = state.zoom >= SMALL_TEXT_FROM && line;
  const group = box.kind === "group";
  const room = roomOf(box, rect);
  const x = group ? rect.x + WORDS_LEFT_PX : rect.x + rect.w / 2 + (box.kind === "op" ? OP_WORDS_RIGHT_PX : 0);
  const middle = rect.y + rect.h / 2;
  ctx.textAlign = group ? "left" : "center";
  ctx.textBaseline = "middle";
  ctx.font = box.kind === "constant" ? theme.monoFont : theme.titleFont;
  ctx.fillStyle = theme.ink;
  ctx.fillText(fitText(ctx, box.title, room), x, small ? middle - BOX_TITLE_UP_PX : middle + LONE_WORDS_DOWN_PX);
  if (!small) return;
  ctx.font = theme.smallFont;
  ctx.fillStyle = markText || isStrong(state.marks, box) ? theme.ink : theme.inkSoft;
  ctx.fillText(fitText(ctx, line, room), x, middle + BOX_SUBTITLE_DOWN_PX);
}
