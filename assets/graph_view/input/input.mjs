/** Mouse, touch, wheel and keys become acts on the view. Knows where things are, not what they look like. */

import { toWorld } from "../camera/camera.mjs";
import { contains, isGroup, itemAt, linkAt, toggleOf } from "../scene/scene.mjs";

const DRAG_PX = 4; // less than this is a click
const LINK_REACH_PX = 6;
const WHEEL_STEP = 0.0016;

/**
 * @typedef {object} Acts
 * @property {() => {scene: object | null, camera: object}} state
 * @property {(dx: number, dy: number) => void} pan
 * @property {(factor: number, x: number, y: number) => void} zoom
 * @property {(item: object, point: {x: number, y: number} | null) => void} toggle
 * @property {(item: object, point: {x: number, y: number} | null) => void} toggleWhole with all that is inside
 * @property {(id: string | null) => void} select
 * @property {(item: object | null, link: object | null, x: number, y: number) => void} hover
 * @property {(id: string) => void} pair
 * @property {(id: string) => void} press
 * @property {(id: string, key: string) => void} walk
 * @property {() => void} fit
 * @property {(id: string) => void} leave
 * @property {(link: object, point: {x: number, y: number}) => void} follow a link from a point of the world
 * @property {(side: "src" | "dst", other: boolean) => void} along the links of the selected box
 * @property {(pressed: number) => void} digit
 */

/** @param {HTMLElement} surface the canvas and its mirror @param {Acts} acts */
export function listenToPointer(surface, acts) {
  const fingers = new Map();
  let start = null;
  let dragged = false;
  let toggledAt = -Infinity;

  const place = (event) => {
    const bounds = surface.getBoundingClientRect();
    return { x: event.clientX - bounds.left, y: event.clientY - bounds.top };
  };

  /** What lies under a point of the screen. */
  function pick(point) {
    const { scene, camera } = acts.state();
    if (!scene) return { item: null, link: null, onToggle: false, world: null };
    const world = toWorld(camera, point.x, point.y);
    const item = itemAt(scene, world.x, world.y);
    const link = item ? null : linkAt(scene, world.x, world.y, LINK_REACH_PX / camera.k);
    const onToggle = item !== null && isGroup(item) && contains(toggleOf(item), world.x, world.y);
    return { item, link, onToggle, world };
  }

  function onDown(event) {
    if (event.button !== 0) return;
    fingers.set(event.pointerId, place(event));
    start = place(event);
    dragged = fingers.size > 1;
    const { item, onToggle } = pick(start);
    if (onToggle) acts.press(item.id);
  }

  function onMove(event) {
    const point = place(event);
    const last = fingers.get(event.pointerId);
    if (!last) {
      const { item, link } = pick(point);
      surface.style.cursor = item || link ? "pointer" : "";
      acts.hover(item, link, point.x, point.y);
      return;
    }
    if (!dragged && Math.hypot(point.x - start.x, point.y - start.y) < DRAG_PX) return;
    if (!dragged) surface.setPointerCapture(event.pointerId);
    dragged = true;
    surface.style.cursor = "grabbing";
    if (fingers.size === 2) pinch(event.pointerId, point);
    else acts.pan(point.x - last.x, point.y - last.y);
    fingers.set(event.pointerId, point);
  }

  function pinch(moved, point) {
    const [other] = [...fingers].filter(([id]) => id !== moved).map(([, at]) => at);
    const last = fingers.get(moved);
    const before = Math.hypot(last.x - other.x, last.y - other.y) || 1;
    const after = Math.hypot(point.x - other.x, point.y - other.y) || 1;
    acts.zoom(after / before, other.x, other.y);
  }

  function onUp(event) {
    if (!fingers.delete(event.pointerId) || fingers.size) return;
    surface.style.cursor = "";
    if (dragged) return;
    const point = place(event);
    const { item, link, onToggle, world } = pick(point);
    if (onToggle) {
      toggledAt = event.timeStamp;
      if (event.shiftKey) acts.toggleWhole(item, point);
      else acts.toggle(item, point);
    } else if (item && (event.shiftKey || event.ctrlKey || event.metaKey)) acts.pair(item.id);
    else if (link) acts.follow(link, world);
    else acts.select(item?.id ?? null);
  }

  function onDouble(event) {
    const point = place(event);
    const { item, onToggle } = pick(point);
    // The two clicks on a + have opened the group already, and it may have grown under the pointer.
    if (onToggle || event.timeStamp - toggledAt < 600) return;
    if (item && isGroup(item)) acts.toggle(item, point);
  }

  function onWheel(event) {
    if (passesBy(event)) return;
    event.preventDefault();
    const point = place(event);
    const lines = event.deltaMode === 1 ? 16 : 1;
    // A pinch on a touchpad arrives as a wheel with ctrl held, in far smaller steps.
    const step = event.deltaY * lines * (event.ctrlKey ? 6 : 1) * WHEEL_STEP;
    acts.zoom(Math.exp(-Math.max(-0.5, Math.min(0.5, step))), point.x, point.y);
  }

  /** What brings a box into sight from outside (a screen reader, a search in the page) scrolls: the camera goes along. */
  function onScroll() {
    const { scrollLeft, scrollTop } = surface;
    if (!scrollLeft && !scrollTop) return;
    surface.scrollTo(0, 0);
    acts.pan(-scrollLeft, -scrollTop);
  }

  surface.addEventListener("scroll", onScroll);
  surface.addEventListener("pointerdown", onDown);
  surface.addEventListener("pointermove", onMove);
  surface.addEventListener("pointerup", onUp);
  surface.addEventListener("pointercancel", (event) => fingers.delete(event.pointerId));
  surface.addEventListener("pointerleave", () => acts.hover(null, null, 0, 0));
  surface.addEventListener("dblclick", onDouble);
  surface.addEventListener("wheel", onWheel, { passive: false });
}

/** Whether a wheel only comes past: in a frame it scrolls the page around until something in the frame was clicked. */
function passesBy(event) {
  return window.parent !== window && !event.ctrlKey && !document.hasFocus();
}

/** Keys on the boxes of the mirror. @param {ReturnType<import("./mirror.mjs").createMirror>} mirror @param {Acts} acts */
export function listenToKeys(mirror, acts) {
  mirror.layer.addEventListener("keydown", (event) => {
    const { scene } = acts.state();
    const id = mirror.idOf(event.target);
    const item = scene && id ? (scene.boxOf.get(id) ?? scene.frameOf.get(id)) : null;
    if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith("Arrow")) acts.walk(id, event.key);
    else if (event.key === "Enter" && isGroup(item)) (event.shiftKey ? acts.toggleWhole : acts.toggle)(item, null);
    else if (event.key === "Enter" || event.key === " ") acts.select(id);
    else if (event.key === "Escape") acts.leave(id);
    else return;
    event.preventDefault();
  });
}

/** Keys of the whole page: F, +, −, brackets and digits. @param {Acts} acts @returns {() => void} stops listening */
export function listenToPageKeys(acts) {
  const table = {
    f: acts.fit,
    F: acts.fit,
    "+": () => acts.zoom(1.3),
    "=": () => acts.zoom(1.3),
    "-": () => acts.zoom(1 / 1.3),
    "[": () => acts.along("src", false),
    "]": () => acts.along("dst", false),
    "{": () => acts.along("src", true),
    "}": () => acts.along("dst", true),
  };
  for (let digit = 0; digit < 10; digit += 1) table[digit] = () => acts.digit(digit);
  return listenForKeys(table);
}

const FIELDS = "input, textarea, select, dialog, [contenteditable=true]";

/** Whether Escape first closes or leaves something where it is pressed: a field, a dialog, a menu. */
export function isTaken(event) {
  return Boolean(event.target.closest?.(`${FIELDS}, [role=menu]`));
}

/**
 * Keys of the whole page, wherever nothing is typed.
 * @param {Object<string, function(): void>} table what each does
 * @returns {() => void} stops listening
 */
export function listenForKeys(table) {
  const onKey = (event) => {
    const typing = event.target.closest?.(FIELDS);
    // Many keyboards have brackets behind AltGr, which some systems tell as Ctrl and Alt.
    const held = !event.getModifierState("AltGraph") && (event.ctrlKey || event.altKey);
    if (typing || held || event.metaKey || !table[event.key]) return;
    event.preventDefault();
    table[event.key]();
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
