/** Paints what is in sight of a scene: frames, links, labels, boxes. Changes nothing but the canvas. */

import { isFrame, toggleOf } from "graphlab/scene";
import { BARS, DASHES, groundAt } from "graphlab/theme";
import { fitText } from "graphlab/text";

const SMALL_TEXT_FROM = 0.42; // zoom from which 10 px text is drawn
const TEXT_FROM = 0.24;
const CURVES_FROM = 0.12;
const DIMMED = 0.35;

/**
 * @typedef {object} Marks what stands out
 * @property {string | null} selected
 * @property {string | null} hover
 * @property {string | null} pressed
 * @property {string | null} around the frame around the selection
 * @property {Set<string> | null} near the boxes that stay at full strength; null: all
 * @property {Set<number> | null} strong the links of the selection
 * @property {object | null} hoverLink
 */

/**
 * @param {CanvasRenderingContext2D} ctx already in world units
 * @param {import("./scene.mjs").Scene} scene
 * @param {import("./theme.mjs").Theme} theme
 * @param {{area: import("./camera.mjs").Rect, zoom: number, marks: Marks, motion: object | null}} look
 */
export function drawScene(ctx, scene, theme, look) {
  const frames = scene.frameGrid.touching(look.area).map((i) => scene.frames[i]);
  for (const frame of frames) drawFrame(ctx, theme, look, frame);
  drawLinks(ctx, scene, theme, look);
  if (look.zoom >= TEXT_FROM) for (const frame of frames) drawTitle(ctx, theme, look, frame);
  for (const i of scene.boxGrid.touching(look.area)) drawBox(ctx, theme, look, scene.boxes[i]);
  ctx.globalAlpha = 1;
}

function strength(look, id) {
  return look.marks.near && !look.marks.near.has(id) ? DIMMED : 1;
}

function drawFrame(ctx, theme, look, frame) {
  const rect = look.motion?.rect(frame) ?? frame;
  const { marks, zoom } = look;
  const marked = marks.selected === frame.id || marks.around === frame.id;
  ctx.globalAlpha = look.motion?.alpha(frame) ?? 1;
  outline(ctx, rect, 9);
  ctx.fillStyle = groundAt(theme, frame.depth);
  ctx.fill();
  ctx.lineWidth = marked ? Math.max(1.6, 1 / zoom) : Math.max(1, 0.7 / zoom);
  ctx.strokeStyle = marked ? theme.accent : marks.hover === frame.id ? theme.boxHover : theme.frameLine;
  ctx.stroke();
}

/** A frame's name lies on a ground of its own, above the links that run through its title bar. */
function drawTitle(ctx, theme, look, frame) {
  const rect = look.motion?.rect(frame) ?? frame;
  const left = rect.x + 14;
  const middle = rect.y + 18;
  const room = rect.w - 56;
  ctx.globalAlpha = look.motion?.alpha(frame) ?? 1;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  ctx.font = theme.titleFont;
  const title = fitText(ctx, frame.title, room);
  writeOnGround(ctx, title, left, middle, theme.ink, groundAt(theme, frame.depth));
  const used = ctx.measureText(title).width + 10;
  if (look.zoom >= SMALL_TEXT_FROM && frame.subtitle) {
    ctx.font = theme.smallFont;
    const subtitle = fitText(ctx, frame.subtitle, room - used);
    writeOnGround(ctx, subtitle, left + used, middle, theme.inkSoft, groundAt(theme, frame.depth));
  }
  drawToggle(ctx, theme, look, { ...frame, ...rect });
}

/** Text that hides what runs behind it. */
function writeOnGround(ctx, text, x, y, colour, ground) {
  ctx.fillStyle = ground;
  ctx.fillRect(x - 5, y - 11, ctx.measureText(text).width + 10, 22);
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y);
}

/** Text with a halo in the current stroke colour. */
function writeOver(ctx, text, x, y, colour) {
  ctx.strokeText(text, x, y);
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y);
}

function drawToggle(ctx, theme, look, item) {
  if (look.zoom < TEXT_FROM) return;
  const zone = toggleOf(item);
  const x = zone.x + zone.w / 2;
  const y = zone.y + (isFrame(item) ? 18 : zone.h / 2);
  ctx.strokeStyle = look.marks.pressed === item.id ? theme.accent : theme.ink;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.moveTo(x - 4, y);
  ctx.lineTo(x + 4, y);
  if (!isFrame(item)) {
    ctx.moveTo(x, y - 4);
    ctx.lineTo(x, y + 4);
  }
  ctx.stroke();
}

function outline(ctx, rect, radius) {
  ctx.beginPath();
  ctx.roundRect(rect.x, rect.y, rect.w, rect.h, Math.min(radius, rect.h / 2, rect.w / 2));
}

function drawBox(ctx, theme, look, box) {
  const rect = look.motion?.rect(box) ?? box;
  const colour = theme.family[box.family] ?? theme.family.other;
  ctx.globalAlpha = strength(look, box.id) * (look.motion?.alpha(box) ?? 1);
  if (look.zoom < CURVES_FROM) {
    ctx.fillStyle = box.kind === "op" ? colour : theme.boxHover;
    ctx.fillRect(rect.x, rect.y, rect.w, rect.h);
    return;
  }
  const pill = box.kind === "variable" || box.kind === "input" || box.kind === "output";
  const radius = pill ? rect.h / 2 : 6;
  if (box.kind === "group") drawSheet(ctx, theme, rect, colour, box);
  outline(ctx, rect, radius);
  if (strength(look, box.id) < 1) hideWhatIsBehind(ctx, theme, box);
  ctx.fillStyle = fillOf(theme, look.marks, box);
  ctx.fill();
  strokeBox(ctx, theme, look, box, colour);
  if (box.kind === "op") drawBar(ctx, rect, colour, BARS[box.family] ?? BARS.other);
  if (look.zoom >= TEXT_FROM) drawWords(ctx, theme, look, box, rect);
  if (box.kind === "group") drawToggle(ctx, theme, look, { ...box, ...rect });
  if (box.problem) drawProblem(ctx, theme, rect);
}

/** An exclamation mark on the corner of a box with which something is wrong. */
function drawProblem(ctx, theme, rect) {
  const x = rect.x + rect.w - 3;
  const y = rect.y + 3;
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

/** A dimmed box is pale, not transparent: no line shows through it. */
function hideWhatIsBehind(ctx, theme, box) {
  const alpha = ctx.globalAlpha;
  ctx.globalAlpha = 1;
  ctx.fillStyle = groundAt(theme, box.depthBehind);
  ctx.fill();
  ctx.globalAlpha = alpha;
}

function fillOf(theme, marks, box) {
  if (marks.pressed === box.id) return theme.boxPressed;
  return box.kind === "variable" ? theme.variableFill : theme.box;
}

const PLAIN_GROUPS = new Set(["", "scope", "layer", "model", "other"]);

function edgeOf(theme, box, colour) {
  if (box.problem) return theme.error;
  if (box.kind === "variable" || box.kind === "input" || box.kind === "output") return colour;
  if (box.kind === "group" && !PLAIN_GROUPS.has(box.groupKind)) return colour;
  return theme.boxLine;
}

/** The second edge of a closed group, like the next sheet of a stack of paper. */
function drawSheet(ctx, theme, rect, colour, box) {
  outline(ctx, { x: rect.x + 5, y: rect.y + 5, w: rect.w, h: rect.h }, 6);
  ctx.fillStyle = theme.box;
  ctx.fill();
  ctx.strokeStyle = edgeOf(theme, box, colour);
  ctx.lineWidth = 1;
  const alpha = ctx.globalAlpha;
  ctx.globalAlpha = alpha * 0.6;
  ctx.stroke();
  ctx.globalAlpha = alpha;
}

function strokeBox(ctx, theme, look, box, colour) {
  const { marks, zoom } = look;
  const chosen = marks.selected === box.id;
  const hovered = marks.hover === box.id || marks.hoverLink?.src === box.id || marks.hoverLink?.dst === box.id;
  const edge = edgeOf(theme, box, colour);
  ctx.strokeStyle = hovered && edge === theme.boxLine ? theme.boxHover : edge;
  if (chosen || marks.pressed === box.id) ctx.strokeStyle = theme.accent;
  ctx.lineWidth = chosen ? Math.max(2.4, 1.6 / zoom) : hovered ? 1.6 : box.kind === "op" ? 1 : 1.3;
  if (box.kind === "constant") ctx.setLineDash([3, 2]);
  ctx.stroke();
  ctx.setLineDash([]);
}

function drawBar(ctx, rect, colour, dashes) {
  ctx.fillStyle = colour;
  if (!dashes.length) {
    ctx.beginPath();
    ctx.roundRect(rect.x, rect.y, 4, rect.h, [3, 0, 0, 3]);
    ctx.fill();
    return;
  }
  let at = 0;
  for (let i = 0; at < rect.h; i++) {
    const length = Math.min(dashes[i % dashes.length], rect.h - at);
    if (i % 2 === 0) ctx.fillRect(rect.x, rect.y + at, 4, length);
    at += length;
  }
}

/** The width that a box's words may take. */
function roomOf(box, rect) {
  return rect.w - (box.kind === "group" ? 50 : box.kind === "op" ? 18 : 20);
}

/** Whether a box's words are wider than the box. */
export function wordsAreCut(ctx, theme, box) {
  const room = roomOf(box, box);
  const wider = (text, font) => {
    ctx.font = font;
    return fitText(ctx, text, room) !== text;
  };
  return wider(box.title, theme.titleFont) || wider(box.subtitle, theme.smallFont);
}

function drawWords(ctx, theme, look, box, rect) {
  const small = look.zoom >= SMALL_TEXT_FROM && box.subtitle;
  const group = box.kind === "group";
  const room = roomOf(box, rect);
  const x = group ? rect.x + 14 : rect.x + rect.w / 2 + (box.kind === "op" ? 2 : 0);
  const middle = rect.y + rect.h / 2;
  ctx.textAlign = group ? "left" : "center";
  ctx.textBaseline = "middle";
  ctx.font = box.kind === "constant" ? theme.monoFont : theme.titleFont;
  ctx.fillStyle = theme.ink;
  ctx.fillText(fitText(ctx, box.title, room), x, small ? middle - 6 : middle + 0.5);
  if (!small) return;
  ctx.font = theme.smallFont;
  ctx.fillStyle = theme.inkSoft;
  ctx.fillText(fitText(ctx, box.subtitle, room), x, middle + 8);
}

function drawLinks(ctx, scene, theme, look) {
  const visible = scene.linkGrid.touching(look.area);
  const batches = new Map();
  for (const i of visible) {
    const link = scene.links[i];
    const strong = look.marks.strong?.has(i) || look.marks.hoverLink === link;
    const alpha = (look.marks.near && !strong ? DIMMED : 1) * (look.motion?.linkAlpha(link) ?? 1);
    const width = widthOf(link);
    const key = `${strong}|${link.style}|${width}|${alpha.toFixed(2)}`;
    if (!batches.has(key)) batches.set(key, { strong, dashes: DASHES[link.style], width, alpha, links: [] });
    batches.get(key).links.push(link);
  }
  const ordered = [...batches.values()].sort((a, b) => a.strong - b.strong);
  for (const batch of ordered) strokeBatch(ctx, theme, look, batch);
  if (look.zoom >= SMALL_TEXT_FROM) for (const i of visible) drawLabel(ctx, theme, look, scene.links[i], i);
}

/** 1.4 px, a little more for larger tensors; in steps, so that many links are drawn in one go. */
function widthOf(link) {
  return (1.4 * Math.round((link.weight ?? 1) * 5)) / 5;
}

function strokeBatch(ctx, theme, look, batch) {
  const { zoom, motion } = look;
  ctx.globalAlpha = batch.alpha;
  ctx.strokeStyle = batch.strong ? theme.linkStrong : theme.link;
  ctx.fillStyle = ctx.strokeStyle;
  ctx.lineWidth = Math.max(batch.width + (batch.strong ? 0.6 : 0), 0.7 / zoom);
  ctx.setLineDash(batch.dashes);
  ctx.beginPath();
  for (const link of batch.links) tracePath(ctx, motion?.points(link) ?? link.points, zoom);
  ctx.stroke();
  ctx.setLineDash([]);
  if (zoom < CURVES_FROM) return;
  ctx.beginPath();
  for (const link of batch.links) traceArrow(ctx, motion?.points(link) ?? link.points);
  ctx.fill();
}

function tracePath(ctx, points, zoom) {
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

function traceArrow(ctx, points) {
  const last = points.length;
  const x = points[last - 2];
  const y = points[last - 1];
  let i = last - 4;
  while (i > 0 && Math.hypot(x - points[i], y - points[i + 1]) < 0.5) i -= 2;
  const length = Math.hypot(x - points[i], y - points[i + 1]) || 1;
  const ux = (x - points[i]) / length;
  const uy = (y - points[i + 1]) / length;
  ctx.moveTo(x, y);
  ctx.lineTo(x - 9 * ux + 4 * uy, y - 9 * uy - 4 * ux);
  ctx.lineTo(x - 9 * ux - 4 * uy, y - 9 * uy + 4 * ux);
  ctx.closePath();
}

function drawLabel(ctx, theme, look, link, i) {
  if (!link.label) return;
  const strong = look.marks.strong?.has(i) || look.marks.hoverLink === link;
  const fading = look.motion?.linkAlpha(link) ?? 1;
  ctx.globalAlpha = (look.marks.near && !strong ? DIMMED : 1) * fading;
  const at = look.motion?.label(link) ?? { x: link.lx, y: link.ly };
  ctx.font = theme.monoFont;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineWidth = 4;
  ctx.lineJoin = "round";
  ctx.strokeStyle = groundAt(theme, link.depth);
  writeOver(ctx, link.label, at.x, at.y, strong ? theme.ink : theme.inkSoft);
}
