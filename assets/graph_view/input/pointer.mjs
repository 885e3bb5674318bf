/** Mouse, touch and wheel become acts on the view. Knows where things are, not what they look like. */

import { toWorld } from "../camera/camera.mjs";
import { contains, isGroup, itemAt, linkAt, toggleOf } from "../scene/scene.mjs";

/** @import { Camera, Item, Point, ReadyScene, SceneLink } from "../types.mjs" */

const DRAG_PX = 4; // less than this is a click
const LINK_REACH_PX = 6;
const WHEEL_STEP = 0.0016;
const PINCH_STEPS = 6; // a pinch on a touchpad arrives as a wheel with ctrl held, in far smaller steps
const LINE_PX = 16; // of a wheel that counts lines
const DOUBLE_MS = 600;

/**
 * @typedef {object} Acts
 * @property {() => {scene: ReadyScene | null, camera: Camera}} state
 * @property {(dx: number, dy: number) => void} pan
 * @property {(factor: number, x?: number, y?: number) => void} zoom
 * @property {(item: Item, point: Point | null) => void} toggle
 * @property {(item: Item, point: Point | null) => void} toggleWhole with all that is inside
 * @property {(id: string | null) => void} select
 * @property {(item: Item | null, link: SceneLink | null, x: number, y: number) => void} hover
 * @property {(id: string) => void} pair
 * @property {(id: string) => void} press
 * @property {(id: string, key: string) => void} walk
 * @property {() => void} fit
 * @property {(id: string) => void} leave
 * @property {(link: SceneLink, point: Point) => void} follow a link from a point of the world
 * @property {(side: "src" | "dst", other: boolean) => void} along the links of the selected box
 * @property {(pressed: number) => void} digit
 */

/**
 * What the pointers over a surface are doing: where each finger is, where the first went down, whether that has become
 * a drag, and when a + or − was last clicked.
 * @typedef {{surface: HTMLElement, acts: Acts, fingers: Map<number, Point>, start: Point, dragged: boolean,
 *   toggledAt: number}} Pointing
 */

/** @param {HTMLElement} surface the canvas and its mirror @param {Acts} acts */
export function listenToPointer(surface, acts) {
  /** @type {Pointing} */
  const pointing = { surface, acts, fingers: new Map(), start: { x: 0, y: 0 }, dragged: false, toggledAt: -Infinity };
  surface.addEventListener("scroll", () => onScroll(pointing));
  surface.addEventListener("pointerdown", (event) => onDown(pointing, event));
  surface.addEventListener("pointermove", (event) => onMove(pointing, event));
  surface.addEventListener("pointerup", (event) => onUp(pointing, event));
  surface.addEventListener("pointercancel", (event) => pointing.fingers.delete(event.pointerId));
  surface.addEventListener("pointerleave", () => acts.hover(null, null, 0, 0));
  surface.addEventListener("dblclick", (event) => onDouble(pointing, event));
  surface.addEventListener("wheel", (event) => onWheel(pointing, event), { passive: false });
}

/** @param {Pointing} pointing @param {MouseEvent} event @returns {Point} */
function placeOf({ surface }, event) {
  const bounds = surface.getBoundingClientRect();
  return { x: event.clientX - bounds.left, y: event.clientY - bounds.top };
}

/** What lies under a point of the screen. @param {Pointing} pointing @param {Point} point */
function pick({ acts }, point) {
  const { scene, camera } = acts.state();
  const world = toWorld(camera, point.x, point.y);
  if (!scene) return { item: null, link: null, onToggle: false, world };
  const item = itemAt(scene, world.x, world.y);
  const link = item ? null : linkAt(scene, world.x, world.y, LINK_REACH_PX / camera.k);
  const onToggle = item !== null && isGroup(item) && contains(toggleOf(item), world.x, world.y);
  return { item, link, onToggle, world };
}

/** @param {Pointing} pointing @param {PointerEvent} event */
function onDown(pointing, event) {
  if (event.button !== 0) return;
  const point = placeOf(pointing, event);
  pointing.fingers.set(event.pointerId, point);
  pointing.start = point;
  pointing.dragged = pointing.fingers.size > 1;
  const { item, onToggle } = pick(pointing, point);
  if (item && onToggle) pointing.acts.press(item.id);
}

/** @param {Pointing} pointing @param {PointerEvent} event */
function onMove(pointing, event) {
  const { surface, acts, fingers, start } = pointing;
  const point = placeOf(pointing, event);
  const last = fingers.get(event.pointerId);
  if (!last) {
    const { item, link } = pick(pointing, point);
    surface.style.cursor = item || link ? "pointer" : "";
    acts.hover(item, link, point.x, point.y);
    return;
  }
  if (!pointing.dragged && Math.hypot(point.x - start.x, point.y - start.y) < DRAG_PX) return;
  if (!pointing.dragged) surface.setPointerCapture(event.pointerId);
  pointing.dragged = true;
  surface.style.cursor = "grabbing";
  if (fingers.size === 2) pinch(pointing, event.pointerId, last, point);
  else acts.pan(point.x - last.x, point.y - last.y);
  fingers.set(event.pointerId, point);
}

/** @param {Pointing} pointing @param {number} moved the finger @param {Point} last where it was @param {Point} point */
function pinch({ acts, fingers }, moved, last, point) {
  const [other] = [...fingers].filter(([id]) => id !== moved).map(([, at]) => at);
  const before = Math.hypot(last.x - other.x, last.y - other.y) || 1;
  const after = Math.hypot(point.x - other.x, point.y - other.y) || 1;
  acts.zoom(after / before, other.x, other.y);
}

/** @param {Pointing} pointing @param {PointerEvent} event */
function onUp(pointing, event) {
  const { surface, acts, fingers } = pointing;
  if (!fingers.delete(event.pointerId) || fingers.size) return;
  surface.style.cursor = "";
  if (pointing.dragged) return;
  const point = placeOf(pointing, event);
  const { item, link, onToggle, world } = pick(pointing, point);
  if (item && onToggle) {
    pointing.toggledAt = event.timeStamp;
    if (event.shiftKey) acts.toggleWhole(item, point);
    else acts.toggle(item, point);
  } else if (item && (event.shiftKey || event.ctrlKey || event.metaKey)) acts.pair(item.id);
  else if (link) acts.follow(link, world);
  else acts.select(item?.id ?? null);
}

/** @param {Pointing} pointing @param {MouseEvent} event */
function onDouble(pointing, event) {
  const point = placeOf(pointing, event);
  const { item, onToggle } = pick(pointing, point);
  // The two clicks on a + have opened the group already, and it may have grown under the pointer.
  if (onToggle || event.timeStamp - pointing.toggledAt < DOUBLE_MS) return;
  if (item && isGroup(item)) pointing.acts.toggle(item, point);
}

/** @param {Pointing} pointing @param {WheelEvent} event */
function onWheel(pointing, event) {
  if (passesBy(event)) return;
  event.preventDefault();
  const point = placeOf(pointing, event);
  const lines = event.deltaMode === 1 ? LINE_PX : 1;
  const step = event.deltaY * lines * (event.ctrlKey ? PINCH_STEPS : 1) * WHEEL_STEP;
  pointing.acts.zoom(Math.exp(-Math.max(-0.5, Math.min(0.5, step))), point.x, point.y);
}

/**
 * What brings a box into sight from outside (a screen reader, a search in the page) scrolls: the camera goes along.
 * @param {Pointing} pointing
 */
function onScroll({ surface, acts }) {
  const { scrollLeft, scrollTop } = surface;
  if (!scrollLeft && !scrollTop) return;
  surface.scrollTo(0, 0);
  acts.pan(-scrollLeft, -scrollTop);
}

/**
 * Whether a wheel only comes past: in a frame it scrolls the page around until something in the frame was clicked.
 * @param {WheelEvent} event
 */
function passesBy(event) {
  return window.parent !== window && !event.ctrlKey && !document.hasFocus();
}
