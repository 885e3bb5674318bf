/** Paints the picture that an overlay shows in a box. */

import { markIn } from "./overlays.mjs";
import constants from "../../shared_constants.json" with { type: "json" };

/** @import { DrawState, Rect, SceneBox } from "../types.mjs" */
/** @import { LiftedOverlay } from "./overlay_types.mjs" */

const { TOGGLE_ROOM_PX } = constants;
const ROOM = 4; // around it

/** @type {Map<string, HTMLImageElement>} the pictures by their URLs */
const loaded = new Map();
const MOST_KEPT = 10_000; // more than the boxes that are drawn at once
/** @type {WeakSet<HTMLImageElement>} those that can be drawn at once */
const decoded = new WeakSet();

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

/**
 * Load the pictures of overlays before they are shown, so that all values of a box change in the same frame.
 * @param {LiftedOverlay[]} overlays
 * @returns {Promise<unknown> | null} null where all have come
 */
export function loadPictures(overlays) {
  const missing = picturesOf(overlays).map((url) => imageOf(url)).filter((image) => !decoded.has(image));
  return missing.length ? Promise.all(missing.map(decode)) : null;
}

/** @param {LiftedOverlay[]} overlays */
function picturesOf(overlays) {
  const marks = overlays.flatMap((overlay) => overlay.marks);
  const urls = marks.flatMap(({ picture = "", readouts = [] }) => [picture, ...readouts.map((readout) => readout.picture ?? "")]);
  return urls.filter((url) => url !== "");
}

/** A damaged picture is not waited for. @param {HTMLImageElement} image */
async function decode(image) {
  await image.decode().catch(() => undefined);
  decoded.add(image);
}

/** @param {string} url @param {() => void} [redraw] */
export function imageOf(url, redraw) {
  const cached = loaded.get(url);
  if (cached) return cached;
  if (loaded.size >= MOST_KEPT) loaded.delete(loaded.keys().next().value ?? "");
  const image = new Image();
  image.addEventListener("load", () => redraw?.());
  image.src = url;
  loaded.set(url, image);
  return image;
}
