/** Paints links: their lines in a few strokes for all that look alike, their arrows and their labels. */

import { CURVES_FROM, SMALL_TEXT_FROM } from "./draw_parts.mjs";
import { linkSlotOf } from "./overlays.mjs";
import { isStrongLink, strengthOfLink } from "./strength.mjs";
import { LINK_DASHES, groundAt } from "../theme.mjs";
import constants from "../../shared_constants.json" with { type: "json" };

/** @import { DrawState, ReadyScene, SceneLink, Theme } from "../types.mjs" */

const { ARROW_HALF_PX, ARROW_LEAST_PX, ARROW_PX, LABEL_HALO_PX, LINK_PX, LINK_STEPS } = constants;

/**
 * Links that are drawn alike.
 * @typedef {{strong: boolean, slot: string, dashes: number[], width: number, alpha: number, links: SceneLink[]}} Batch
 */

/**
 * The links in sight, those that stand out last.
 * @param {CanvasRenderingContext2D} ctx
 * @param {ReadyScene} scene
 * @param {Theme} theme
 * @param {DrawState} state
 */
export function drawLinks(ctx, scene, theme, state) {
  const visible = scene.linkGrid.touching(state.area);
  /** @type {Map<string, Batch>} */
  const batches = new Map();
  for (const i of visible) {
    const link = scene.links[i];
    const strong = isStrongLink(state.marks, link, i);
    const slot = strong ? linkSlotOf(state.marks, i) : "";
    const alpha = strengthOfLink(state.marks, link, i) * (state.motion?.linkAlpha(link) ?? 1);
    const width = widthOf(link);
    const key = `${strong}${slot}|${link.style}|${width}|${alpha.toFixed(2)}`;
    const batch = batches.get(key);
    if (batch) batch.links.push(link);
    else batches.set(key, { strong, slot, dashes: LINK_DASHES[link.style], width, alpha, links: [link] });
  }
  const ordered = [...batches.values()].sort((a, b) => Number(a.strong) - Number(b.strong));
  for (const batch of ordered) strokeBatch(ctx, theme, state, batch);
  if (state.zoom >= SMALL_TEXT_FROM) for (const i of visible) drawLabel(ctx, theme, state, scene.links[i], i);
}

/**
 * A little more for larger tensors; in steps, so that many links are drawn in one go.
 * @param {SceneLink} link
 */
function widthOf(link) {
  return (LINK_PX * Math.round((link.weight ?? 1) * LINK_STEPS)) / LINK_STEPS;
}

/** @param {CanvasRenderingContext2D} ctx @param {Theme} theme @param {DrawState} state @param {Batch} batch */
function strokeBatch(ctx, theme, state, batch) {
  const { zoom, motion } = state;
  ctx.globalAlpha = batch.alpha;
  ctx.strokeStyle = batch.strong ? (theme.slots[batch.slot] ?? theme.linkStrong) : theme.link;
  ctx.fillStyle = ctx.strokeStyle;
  ctx.lineWidth = Math.max(batch.width + (batch.strong ? 0.6 : 0), 0.7 / zoom);
  ctx.setLineDash(batch.dashes);
  ctx.beginPath();
  for (const link of batch.links) addPath(ctx, motion?.points(link) ?? link.points, zoom);
  ctx.stroke();
  ctx.setLineDash([]);
  if (zoom < CURVES_FROM) return;
  ctx.beginPath();
  for (const link of batch.links) addArrow(ctx, motion?.points(link) ?? link.points);
  ctx.fill();
}

/** @param {CanvasRenderingContext2D} ctx @param {number[]} points @param {number} zoom */
function addPath(ctx, points, zoom) {
  const last = points.length;
  ctx.moveTo(points[0], points[1]);
  if (zoom < CURVES_FROM || last < 8) {
    ctx.lineTo(points[last - 2], points[last - 1]);
    return;
  }
  for (let i = 2; i + 5 < last; i += 6) {
    ctx.bezierCurveTo(points[i], points[i + 1], points[i + 2], points[i + 3], points[i + 4], points[i + 5]);
  }
}

/** @param {CanvasRenderingContext2D} ctx @param {number[]} points */
function addArrow(ctx, points) {
  const last = points.length;
  const x = points[last - 2];
  const y = points[last - 1];
  let i = last - 4;
  while (i > 0 && Math.hypot(x - points[i], y - points[i + 1]) < ARROW_LEAST_PX) i -= 2;
  const length = Math.hypot(x - points[i], y - points[i + 1]) || 1;
  const ux = (x - points[i]) / length;
  const uy = (y - points[i + 1]) / length;
  ctx.moveTo(x, y);
  const [backX, backY] = [x - ARROW_PX * ux, y - ARROW_PX * uy];
  const [sideX, sideY] = [ARROW_HALF_PX * uy, -ARROW_HALF_PX * ux];
  ctx.lineTo(backX + sideX, backY + sideY);
  ctx.lineTo(backX - sideX, backY - sideY);
  ctx.closePath();
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {Theme} theme
 * @param {DrawState} state
 * @param {SceneLink} link
 * @param {number} i
 */
function drawLabel(ctx, theme, state, link, i) {
  if (!link.label) return;
  const strong = isStrongLink(state.marks, link, i);
  const fading = state.motion?.linkAlpha(link) ?? 1;
  ctx.globalAlpha = strengthOfLink(state.marks, link, i) * fading;
  const at = state.motion?.label(link) ?? { x: link.lx, y: link.ly };
  ctx.font = theme.monoFont;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineWidth = LABEL_HALO_PX;
  ctx.lineJoin = "round";
  ctx.strokeStyle = groundAt(theme, link.depth);
  writeOver(ctx, link.label, at.x, at.y, strong ? theme.ink : theme.inkSoft);
}

/**
 * Text with a halo in the current stroke colour.
 * @param {CanvasRenderingContext2D} ctx
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {string} colour
 */
function writeOver(ctx, text, x, y, colour) {
  ctx.strokeText(text, x, y);
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y);
}
