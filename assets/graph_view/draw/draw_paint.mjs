/** Paints the colours of a box: its ground, the bar of an op, the cap of a pill, the strip of a group's mix. */

import { outline } from "./draw_parts.mjs";
import { mainSlotOf, markIn, sharesOf } from "./overlays.mjs";
import { PATTERNS } from "../theme.mjs";
import constants from "../../shared_constants.json" with { type: "json" };

/** @import { Marks, Rect, SceneBox, Theme } from "../types.mjs" */

const { BAR_PX, BAR_RADIUS_PX, BOX_RADIUS_PX } = constants;
const TINT = 0.11; // how much of its colour the ground of a box takes
const STRIP = 4;
const GAP = 0.3; // of a slot's colour between the dashes of its piece of a strip
const CAP = 9;

/** @param {string} slot */
const isOwn = (slot) => /^\d$/.test(slot); // a category's colour
/** @param {string} slot */
const isStep = (slot) => /^r\d$/.test(slot); // a step from little to much
/** @param {string} slot */
const isPlain = (slot) => slot === "" || slot === "none";

/**
 * The colour of a box from afar; null if it has none.
 * @param {Theme} theme
 * @param {Marks} marks
 * @param {SceneBox} box
 */
export function colourOf(theme, marks, box) {
  const slot = mainSlotOf(marks, box);
  return isPlain(slot) ? null : theme.slots[slot];
}

/**
 * The colour of a pill's edge; a step from little to much may be too pale for one.
 * @param {Theme} theme
 * @param {Marks} marks
 * @param {SceneBox} box
 */
export function edgeColourOf(theme, marks, box) {
  const slot = mainSlotOf(marks, box);
  return isPlain(slot) || isStep(slot) ? theme.boxHover : theme.slots[slot];
}

/** Whether a box's ground is too strong for soft ink. @param {Marks} marks @param {SceneBox} box */
export function isStrong(marks, box) {
  return isStep(mainSlotOf(marks, box));
}

/**
 * Fill the current path, that of a box. @param {string} plain the fill of a box without a colour
 * @param {CanvasRenderingContext2D} ctx
 * @param {Theme} theme
 * @param {Marks} marks
 * @param {SceneBox} box
 */
export function fillGround(ctx, theme, marks, box, plain) {
  const shares = sharesOf(marks, box);
  const slot = shares.length === 1 ? shares[0][0] : "";
  ctx.fillStyle = isStep(slot) ? theme.slots[slot] : plain;
  ctx.fill();
  if (!isOwn(slot)) return;
  const alpha = ctx.globalAlpha;
  ctx.globalAlpha = alpha * TINT;
  ctx.fillStyle = theme.slots[slot];
  ctx.fill();
  ctx.globalAlpha = alpha;
}

/**
 * The colours on top of a box's ground, with their patterns.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Theme} theme
 * @param {Marks} marks
 * @param {SceneBox} box
 * @param {Rect} rect
 * @param {number} radius
 */
export function drawColours(ctx, theme, marks, box, rect, radius) {
  const shares = sharesOf(marks, box);
  const [slot] = shares[0] ?? [""];
  if (box.kind === "group") {
    if (shares.length > 1 || !(isPlain(slot) || isStep(slot))) drawStrip(ctx, theme, rect, shares);
  } else if (!isPlain(slot) && !isStep(slot)) {
    if (box.kind === "op") drawBar(ctx, rect, theme.slots[slot], PATTERNS[slot]);
    else if (markIn(marks, "fill", box.id)) drawCap(ctx, theme, rect, radius, slot);
  }
}

/** @param {CanvasRenderingContext2D} ctx @param {Rect} rect @param {string} colour @param {number[]} dashes */
function drawBar(ctx, rect, colour, dashes) {
  ctx.fillStyle = colour;
  if (!dashes.length) {
    ctx.beginPath();
    ctx.roundRect(rect.x, rect.y, BAR_PX, rect.h, [BAR_RADIUS_PX, 0, 0, BAR_RADIUS_PX]);
    ctx.fill();
  } else dash(dashes, rect.h, (at, length) => ctx.fillRect(rect.x, rect.y + at, BAR_PX, length));
}

/**
 * The left end of a pill.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Theme} theme
 * @param {Rect} rect
 * @param {number} radius
 * @param {string} slot
 */
function drawCap(ctx, theme, rect, radius, slot) {
  ctx.save();
  outline(ctx, rect, radius);
  ctx.clip();
  ctx.fillStyle = theme.slots[slot];
  dash(PATTERNS[slot], rect.h, (at, length) => ctx.fillRect(rect.x, rect.y + at, CAP, length));
  ctx.restore();
}

/**
 * What a closed group holds, along its lower edge: a piece for each slot, as long as its share.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Theme} theme
 * @param {Rect} rect
 * @param {[string, number][]} shares
 */
function drawStrip(ctx, theme, rect, shares) {
  const total = shares.reduce((sum, [, share]) => sum + share, 0) || 1;
  ctx.save();
  outline(ctx, rect, BOX_RADIUS_PX);
  ctx.clip();
  const alpha = ctx.globalAlpha;
  let left = rect.x;
  for (const [slot, share] of shares) {
    const width = (rect.w * share) / total;
    ctx.fillStyle = theme.slots[slot];
    ctx.globalAlpha = alpha * GAP;
    ctx.fillRect(left, rect.y + rect.h - STRIP, width, STRIP);
    ctx.globalAlpha = alpha;
    dash(PATTERNS[slot], width, (at, length) => ctx.fillRect(left + at, rect.y + rect.h - STRIP, length, STRIP));
    left += width;
  }
  ctx.restore();
}

/**
 * Call `fill` for every dash along a length. @param {number[]} dashes [] is solid
 * @param {number} whole
 * @param {(at: number, length: number) => void} fill
 */
function dash(dashes, whole, fill) {
  if (!dashes.length) {
    fill(0, whole);
    return;
  }
  let at = 0;
  for (let i = 0; at < whole; i++) {
    const length = Math.min(dashes[i % dashes.length], whole - at);
    if (i % 2 === 0) fill(at, length);
    at += length;
  }
}
