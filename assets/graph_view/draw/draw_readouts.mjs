/** Paints values below the words of a box: numbers, strips of shades, histograms, pictures. */

import { SMALL_TEXT_FROM } from "./draw_parts.mjs";
import { imageOf } from "./draw_picture.mjs";
import { markIn } from "./overlays.mjs";
import { fitNumbers } from "./text.mjs";
import constants from "../../shared_constants.json" with { type: "json" };

/**
 * @import { DrawState, Item, Rect, SceneBox, Theme } from "../types.mjs"
 * @import { Readout } from "./overlay_types.mjs"
 */

const {
  CHIP_ASIDE_PX, CHIP_WORDLESS_PX, LONE_WORDS_DOWN_PX, READOUT_BELOW_PX, READOUT_GAP_PX, READOUT_LINE_PX, READOUT_NUMBER_PX, READOUT_PICTURE_PX,
  READOUT_RADIUS_PX, READOUT_RANGE_PX, READOUT_SIDE_PX, READOUT_TEXT_GAP_PX, READOUT_TEXT_PX, READOUT_TEXT_SHARE,
} = constants;
/** @type {Record<string, string>} */
const SIGNS = { value: "", gradient: "∂ ", difference: "Δ " };

/** The height of the room for values below a box's words. @param {Item} box */
export function readoutHeight(box) {
  return box.readout ? (box.readout === "picture" ? READOUT_PICTURE_PX : READOUT_LINE_PX) : 0;
}

/**
 * The values of a box; nothing where none is known. `state` is that of `drawScene`.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Theme} theme
 * @param {DrawState} state
 * @param {SceneBox} box
 * @param {Rect} rect
 */
export function drawReadouts(ctx, theme, state, box, rect) {
  const height = readoutHeight(box);
  const readouts = height ? (markIn(state.marks, "readout", box.id)?.readouts ?? []) : [];
  if (!readouts.length) return;
  const area = { x: rect.x + READOUT_SIDE_PX, y: rect.y + rect.h - height, w: rect.w - 2 * READOUT_SIDE_PX, h: height - READOUT_BELOW_PX };
  if (readouts.every((readout) => readout.form === "number")) {
    drawChips(ctx, theme, state, area, readouts);
    return;
  }
  const width = (area.w - READOUT_GAP_PX * (readouts.length - 1)) / readouts.length;
  readouts.forEach((readout, i) => {
    drawReadout(ctx, theme, state, { ...area, x: area.x + i * (width + READOUT_GAP_PX), w: width }, readout);
  });
}

/**
 * Numbers side by side in the middle, each as wide as it needs.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Theme} theme
 * @param {DrawState} state
 * @param {Rect} area
 * @param {Readout[]} readouts
 */
function drawChips(ctx, theme, state, area, readouts) {
  ctx.font = theme.monoFont;
  const most = (area.w - READOUT_GAP_PX * (readouts.length - 1)) / readouts.length;
  const least = READOUT_NUMBER_PX - CHIP_WORDLESS_PX;
  const texts = fitNumbers(ctx, readouts.map(textsOf), readouts.length * (most - CHIP_WORDLESS_PX), least);
  const wordWidths = texts.map((text) => Math.max(least, ctx.measureText(text).width));
  const aside = Math.min(CHIP_ASIDE_PX, most - wordWidths.reduce((sum, width) => sum + width, 0) / readouts.length);
  const widths = wordWidths.map((width) => width + aside);
  let left = area.x + (area.w - widths.reduce((sum, width) => sum + width, READOUT_GAP_PX * (widths.length - 1))) / 2;
  readouts.forEach((readout, i) => {
    drawChip(ctx, theme, state, { ...area, x: left, w: widths[i] }, readout, texts[i]);
    left += widths[i] + READOUT_GAP_PX;
  });
}

/** The text of a readout with its sign, then the same with fewer and fewer digits. @param {Readout} readout */
const textsOf = ({ of, text = "", shorter = [] }) => [text, ...shorter].map((one) => `${SIGNS[of] ?? ""}${one}`);

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {Theme} theme
 * @param {DrawState} state
 * @param {Rect} area
 * @param {Readout} readout
 * @param {string} text
 */
function drawChip(ctx, theme, state, area, readout, text) {
  ctx.beginPath();
  ctx.roundRect(area.x, area.y, area.w, area.h, READOUT_RADIUS_PX);
  ctx.fillStyle = readout.of === "value" ? theme.valueFill : theme.gradientFill;
  ctx.fill();
  markBad(ctx, theme, readout);
  if (state.zoom < SMALL_TEXT_FROM) return;
  ctx.font = theme.monoFont;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillStyle = readout.bad || readout.form === "problem" ? theme.error : readout.of === "value" ? theme.valueInk : theme.gradientInk;
  ctx.fillText(text, area.x + area.w / 2, area.y + area.h / 2 + LONE_WORDS_DOWN_PX);
}

/** A line in the colour of errors around the current path where numbers are NaN or infinite.
 * @param {CanvasRenderingContext2D} ctx @param {Theme} theme @param {Readout} readout */
function markBad(ctx, theme, readout) {
  if (!readout.bad && readout.form !== "problem") return;
  ctx.strokeStyle = theme.error;
  ctx.lineWidth = 1.5;
  ctx.stroke();
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {Theme} theme
 * @param {DrawState} state
 * @param {Rect} area
 * @param {Readout} readout
 */
function drawReadout(ctx, theme, state, area, readout) {
  const { form } = readout;
  if (form === "picture") drawImage(ctx, theme, state, area, readout);
  else if (form === "strip") drawStrip(ctx, theme, state, lineIn(area), readout);
  else if (form === "histogram") drawHistogram(ctx, theme, state, lineIn(area), readout);
  else {
    ctx.font = theme.monoFont;
    drawChip(ctx, theme, state, lineIn(area), readout, fitNumbers(ctx, [textsOf(readout)], area.w - CHIP_WORDLESS_PX)[0]);
  }
}

/** The lowest line of the room. @param {Rect} area @returns {Rect} */
function lineIn(area) {
  const height = READOUT_LINE_PX - READOUT_BELOW_PX;
  return { ...area, y: area.y + area.h - height, h: height };
}

/**
 * Shades side by side; before those of a gradient or a difference its sign.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Theme} theme
 * @param {DrawState} state
 * @param {Rect} room
 * @param {Readout} readout
 */
function drawStrip(ctx, theme, state, room, readout) {
  const levels = readout.levels ?? [];
  const sign = (SIGNS[readout.of] ?? "").trim();
  ctx.font = theme.smallFont;
  const signWidth = sign ? ctx.measureText(sign).width + 3 : 0;
  const area = { ...room, x: room.x + signWidth, w: room.w - signWidth };
  if (sign && state.zoom >= SMALL_TEXT_FROM) {
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    ctx.fillStyle = theme.inkSoft;
    ctx.fillText(sign, room.x, room.y + room.h / 2 + LONE_WORDS_DOWN_PX);
  }
  ctx.fillStyle = theme.shadeGround;
  ctx.fillRect(area.x, area.y, area.w, area.h);
  const width = area.w / Math.max(1, levels.length);
  const alpha = ctx.globalAlpha;
  levels.forEach((level, i) => {
    ctx.globalAlpha = (alpha * Math.abs(level)) / 100;
    ctx.fillStyle = level < 0 ? theme.below : theme.above;
    ctx.fillRect(area.x + i * width, area.y, width + 0.3, area.h);
  });
  ctx.globalAlpha = alpha;
  frame(ctx, theme, area, readout);
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {Theme} theme
 * @param {DrawState} state
 * @param {Rect} area
 * @param {Readout} readout
 */
function drawHistogram(ctx, theme, state, area, readout) {
  const levels = readout.levels ?? [];
  ctx.font = theme.smallFont;
  const [text] = fitNumbers(ctx, [textsOf(readout)], area.w * READOUT_TEXT_SHARE - READOUT_TEXT_GAP_PX);
  const textWidth = area.w < READOUT_RANGE_PX ? 0 : ctx.measureText(text).width + READOUT_TEXT_GAP_PX;
  const wide = area.w - textWidth;
  const bars = { ...area, w: wide };
  ctx.fillStyle = theme.shadeGround;
  ctx.fillRect(bars.x, bars.y, bars.w, bars.h);
  ctx.fillStyle = readout.of === "value" ? theme.above : theme.below;
  const width = bars.w / Math.max(1, levels.length);
  levels.forEach((level, i) => {
    const height = (bars.h * level) / 100;
    ctx.fillRect(bars.x + i * width, bars.y + bars.h - height, Math.max(0.8, width - 0.6), height);
  });
  frame(ctx, theme, bars, readout);
  if (state.zoom < SMALL_TEXT_FROM || !textWidth) return;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  ctx.fillStyle = readout.bad ? theme.error : theme.inkSoft;
  ctx.fillText(text, bars.x + bars.w + READOUT_TEXT_GAP_PX, area.y + area.h / 2 + LONE_WORDS_DOWN_PX);
}

/** @param {CanvasRenderingContext2D} ctx @param {Theme} theme @param {Rect} area @param {Readout} readout */
function frame(ctx, theme, area, readout) {
  ctx.beginPath();
  ctx.rect(area.x, area.y, area.w, area.h);
  ctx.strokeStyle = theme.boxLine;
  ctx.lineWidth = 0.6;
  ctx.stroke();
  markBad(ctx, theme, readout);
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {Theme} theme
 * @param {DrawState} state
 * @param {Rect} area
 * @param {Readout} readout
 */
function drawImage(ctx, theme, state, area, readout) {
  const image = readout.picture ? imageOf(readout.picture, state.redraw) : null;
  if (!image?.complete || !image.naturalWidth) return;
  const room = { ...area, h: area.h - READOUT_TEXT_PX };
  const scale = Math.min(room.w / image.naturalWidth, room.h / image.naturalHeight);
  const width = image.naturalWidth * scale;
  const height = image.naturalHeight * scale;
  ctx.imageSmoothingEnabled = scale < 1;
  const at = { x: room.x + (room.w - width) / 2, y: room.y + (room.h - height) / 2, w: width, h: height };
  ctx.drawImage(image, at.x, at.y, at.w, at.h);
  frame(ctx, theme, at, readout);
  if (state.zoom < SMALL_TEXT_FROM) return;
  ctx.font = theme.smallFont;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillStyle = readout.bad ? theme.error : theme.inkSoft;
  const [text] = fitNumbers(ctx, [textsOf(readout)], area.w);
  ctx.fillText(text, area.x + area.w / 2, area.y + area.h - READOUT_TEXT_PX / 2 + 1);
}
