/** Paints a box: its shape, the bar of its family, its words, and a sign where something is wrong with it. */

import { CURVES_FROM, DIMMED, SMALL_TEXT_FROM, TEXT_FROM, drawToggle, outline } from "graphlab/draw_parts";
import { drawTraced } from "graphlab/draw_traced";
import { isPaleBox } from "graphlab/strength";
import { fitText } from "graphlab/text";
import { BARS, groundAt } from "graphlab/theme";

const PILLS = new Set(["variable", "input", "output", "stub"]);
const PLAIN_GROUPS = new Set(["", "scope", "layer", "model", "other"]);

/** A box on a canvas in world units; `look` is that of `drawScene`. */
export function drawBox(ctx, theme, look, box) {
  const rect = look.motion?.rect(box) ?? box;
  const colour = theme.family[box.family] ?? theme.family.other;
  const pale = isPaleBox(look.marks, box.id);
  ctx.globalAlpha = (pale ? DIMMED : 1) * (look.motion?.alpha(box) ?? 1);
  if (look.zoom < CURVES_FROM) {
    ctx.fillStyle = box.kind === "op" ? colour : theme.boxHover;
    ctx.fillRect(rect.x, rect.y, rect.w, rect.h);
    return;
  }
  const pill = PILLS.has(box.kind);
  const radius = pill ? rect.h / 2 : 6;
  if (box.kind === "group") drawSheet(ctx, theme, rect, colour, box);
  outline(ctx, rect, radius);
  if (pale) hideWhatIsBehind(ctx, theme, box);
  ctx.fillStyle = fillOf(theme, look.marks, box);
  ctx.fill();
  strokeBox(ctx, theme, look, box, colour);
  if (box.kind === "op") drawBar(ctx, rect, colour, BARS[box.family] ?? BARS.other);
  if (look.zoom >= TEXT_FROM) drawWords(ctx, theme, look, box, rect);
  if (box.kind === "group") drawToggle(ctx, theme, look, { ...box, ...rect });
  if (box.problem) drawProblem(ctx, theme, rect);
  drawTraced(ctx, theme, look, box, rect);
  if (box.hidden && look.zoom >= TEXT_FROM) drawHidden(ctx, theme, box, rect);
  if (box.id in look.marks.found) drawFound(ctx, theme, look, box, rect);
}

/** A ring around a box that a search found, and on a closed group how many of the found ops it hides. */
function drawFound(ctx, theme, { marks, zoom, motion }, box, rect) {
  ctx.globalAlpha = motion?.alpha(box) ?? 1; // what was found is not dimmed by a selection
  const around = { x: rect.x - 4, y: rect.y - 4, w: rect.w + 8, h: rect.h + 8 };
  outline(ctx, around, box.kind === "group" || box.kind === "op" ? 9 : around.h / 2);
  ctx.strokeStyle = theme.found;
  ctx.lineWidth = Math.max(2, 1.5 / zoom);
  ctx.stroke();
  if (box.kind !== "group" || !marks.found[box.id]) return;
  const words = marks.found[box.id].toLocaleString("en-US");
  ctx.font = theme.smallFont;
  const width = Math.max(18, ctx.measureText(words).width + 10);
  outline(ctx, { x: rect.x + rect.w - width + 6, y: rect.y - 12, w: width, h: 18 }, 9);
  ctx.fillStyle = theme.found;
  ctx.fill();
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillStyle = theme.onAccent;
  ctx.fillText(words, rect.x + rect.w + 6 - width / 2, rect.y - 2.5);
}

/** How many hidden boxes a box is linked with, on its upper left corner. */
function drawHidden(ctx, theme, box, rect) {
  const words = `${box.hidden.toLocaleString("en-US")} hidden`;
  ctx.font = theme.smallFont;
  const width = ctx.measureText(words).width + 12;
  outline(ctx, { x: rect.x - 10, y: rect.y - 11, w: width, h: 15 }, 7.5);
  ctx.fillStyle = theme.box;
  ctx.fill();
  ctx.setLineDash([3, 2]);
  ctx.strokeStyle = theme.link;
  ctx.lineWidth = 1;
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillStyle = theme.inkSoft;
  ctx.fillText(words, rect.x - 10 + width / 2, rect.y - 3);
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
  if (box.kind === "stub") return groundAt(theme, box.depthBehind);
  return box.kind === "variable" ? theme.variableFill : theme.box;
}

function edgeOf(theme, box, colour) {
  if (box.problem) return theme.error;
  if (box.kind === "stub") return theme.link;
  if (PILLS.has(box.kind)) return colour;
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
  if (box.kind === "constant" || box.kind === "stub") ctx.setLineDash([3, 2]);
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
