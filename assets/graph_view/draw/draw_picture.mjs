/** Paints the picture that an overlay shows in a box. */

import { markIn } from "./overlays.mjs";
import constants from "../../shared_constants.json" with { type: "json" };

/** @import { DrawState, Rect, SceneBox } from "../types.mjs" */

const { TOGGLE_ROOM_PX } = constants;
const ROOM = 4; // around it

/** @type {Map<string, HTMLImageElement>} the pictures by their URLs */
const loaded = new Map();
const MOST_KEPT = 10_000; // more than the boxes that are drawn at once

/**
 * The picture of a box at its right end; nothing until it has come. `state` is that of `drawScene`.
 * @param {CanvasRenderingContext2D} ctx
 * @param {DrawState} state
 * @param {SceneBox} box
 * @param {Rect} rect
 */
export function drawPicture(ctx, state, box, rect) {
  const url = markIn(state.marks, "picture", box.id)?.picture;
  const image = url ? imageOf(url, state.redraw) : null;
  if (!image?.complete || !image.naturalWidth) return;
  const size = rect.h - 2 * ROOM;
  const right = rect.x + rect.w - ROOM - (box.kind === "group" ? TOGGLE_ROOM_PX : 0);
  const scale = Math.min(size / image.naturalWidth, size / image.naturalHeight);
  const width = image.naturalWidth * scale;
  const height = image.naturalHeight * scale;
  ctx.imageSmoothingEnabled = scale < 1; // a small picture's pixels stay to be seen
  ctx.drawImage(image, right - width, rect.y + (rect.h - height) / 2, width, height);
}

/** @param {string} url @param {(() => void) | undefined} redraw */
export function imageOf(url, redraw) {
  let image = loaded.get(url);
  if (image) return image;
  if (loaded.size >= MOST_KEPT) loaded.delete(loaded.keys().next().value ?? "");
  image = new Image();
  image.addEventListener("load", () => redraw?.());
  image.src = url;
  loaded.set(url, image);
  return image;
}
