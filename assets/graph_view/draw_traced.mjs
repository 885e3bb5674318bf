/** Paints what a trace says of a box: a ring around its ends and the chosen path, a badge with the direction. */

import { TEXT_FROM, outline } from "graphlab/draw_parts";
import { badgeOf, isWhole } from "graphlab/traced";

const HEIGHT = 16; // of a badge

/** The colour of a side: the way down has one of its own. */
export function colourOfSide(theme, side) {
  return side === "down" ? theme.traceDown : theme.linkStrong;
}

/** The marks of a traced box. */
export function drawTraced(ctx, theme, { marks, zoom }, box, rect) {
  const mark = marks.traced?.boxes.get(box.id);
  if (!mark || mark.side === "on") return;
  const colour = colourOfSide(theme, mark.side);
  if (mark.side === "start" || mark.side === "chosen") drawRing(ctx, colour, zoom, box, rect, mark.side);
  const words = badgeOf(box, mark);
  if (words && zoom >= TEXT_FROM) drawBadge(ctx, theme, colour, box, rect, { words, whole: isWhole(mark) });
}

function drawRing(ctx, colour, zoom, box, rect, side) {
  const around = { x: rect.x - 3, y: rect.y - 3, w: rect.w + 6, h: rect.h + 6 };
  outline(ctx, around, box.kind === "group" || box.kind === "op" ? 8 : around.h / 2);
  ctx.strokeStyle = colour;
  ctx.lineWidth = Math.max(side === "start" ? 2.4 : 1.6, 1.2 / zoom);
  ctx.stroke();
}

/** On the lower left corner: filled where all of the box is traced, else an outline. */
function drawBadge(ctx, theme, colour, box, rect, { words, whole }) {
  ctx.font = theme.smallFont;
  const width = Math.max(HEIGHT, ctx.measureText(words).width + 10);
  const y = rect.y + rect.h - (box.kind === "group" ? 3 : 7); // below the words of a group
  outline(ctx, { x: rect.x - 6, y, w: width, h: HEIGHT }, HEIGHT / 2);
  ctx.fillStyle = whole ? colour : theme.box;
  ctx.fill();
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.2;
  ctx.stroke();
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillStyle = whole ? theme.onAccent : colour;
  ctx.fillText(words, rect.x - 6 + width / 2, y + HEIGHT / 2 + 0.5);
}
