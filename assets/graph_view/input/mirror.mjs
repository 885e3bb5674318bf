/** The drawn boxes as real elements, for keyboards, screen readers and tests: a tree laid over the canvas. */

import { handleOf, isFrame, isGroup, itemOf, overlap } from "../scene/scene.mjs";
import { neighboursOf } from "./spoken.mjs";
import { make } from "../dom.mjs";
import { wordsOn } from "../draw/overlays.mjs";

/** @import { Camera, Entry, Item, Marks, ReadyScene, Rect } from "../types.mjs" */

const SMALL_SCENE = 300; // up to here every box has its element, in sight or not
const MOST_ELEMENTS = 2500; // with more in sight nothing can be read; then only groups have theirs

/**
 * What the elements say besides the scene; `area` is in world units.
 * @typedef {{selected: string | null, focused: string | null, marks: Marks, area: Rect}} Described
 */

/** @typedef {ReturnType<typeof createMirror>} Mirror */

/** @param {HTMLElement} host */
export function createMirror(host) {
  const layer = make("div", { class: "mirror", role: "tree", "aria-label": "Graph" });
  host.append(layer);
  /** @type {Map<string, HTMLElement>} */
  const elements = new Map();

  /** @param {string} id */
  function elementOf(id) {
    let element = elements.get(id);
    if (!element) {
      element = make("div", { role: "treeitem", "data-box": id });
      elements.set(id, element);
    }
    return element;
  }

  /**
   * Bring the elements up to what is in sight.
   * @param {ReadyScene} scene
   * @param {Described} state
   */
  function update(scene, state) {
    const wanted = wantedEntries(scene, state);
    const keep = new Set(wanted.map((entry) => entry.item.id));
    for (const [id, element] of elements) {
      if (keep.has(id)) continue;
      element.remove();
      elements.delete(id);
    }
    let next = layer.firstChild;
    for (const entry of wanted) {
      const element = elementOf(entry.item.id);
      describe(element, scene, entry, state);
      if (element === next) next = element.nextSibling;
      else insertKeepingFocus(layer, element, next);
    }
  }

  /** Lay the elements over the drawn boxes. @param {Camera} camera */
  function place(camera) {
    layer.style.transform = `translate(${camera.x}px, ${camera.y}px) scale(${camera.k})`;
    layer.style.setProperty("--zoom", String(camera.k));
  }

  function clear() {
    elements.clear();
    layer.replaceChildren();
  }

  return {
    layer,
    update,
    place,
    clear,
    /** @param {string} id */
    blur: (id) => elements.get(id)?.blur(),
    /** @param {string} id */
    focus: (id) => elements.get(id)?.focus({ preventScroll: true }),
    idOf,
    holdsFocus: () => layer.contains(document.activeElement),
  };
}

/** The box that an element stands for. @param {EventTarget | null} node */
function idOf(node) {
  const element = node instanceof Element ? node.closest("[data-box]") : null;
  return element instanceof HTMLElement ? (element.dataset.box ?? null) : null;
}

/**
 * What has an element: what is in sight, all of a small scene, and always what has the focus.
 * @param {ReadyScene} scene
 * @param {{focused: string | null, area: Rect}} state
 */
export function wantedEntries(scene, { focused, area }) {
  const all = scene.order.length <= SMALL_SCENE;
  /** @param {Entry} entry */
  const isFocused = ({ item }) => item.id === focused;
  const entries = scene.order.filter((entry) => all || isFocused(entry) || overlap(handleOf(entry.item), area));
  return entries.length <= MOST_ELEMENTS ? entries : entries.filter((entry) => isFocused(entry) || isGroup(entry.item));
}

/**
 * Bring an element up to its box or frame.
 * @param {HTMLElement} element @param {ReadyScene} scene @param {Entry} entry @param {Described} state
 */
function describe(element, scene, { item, level, position, siblings }, state) {
  const rect = handleOf(item);
  element.dataset.kind = isFrame(item) ? "group" : item.kind;
  setOrDrop(element, "data-op-type", item.opType || null);
  setOrDrop(element, "data-problem", item.problem || null);
  setOrDrop(element, "aria-expanded", isGroup(item) ? String(isFrame(item)) : null);
  element.setAttribute("aria-selected", String(item.id === state.selected));
  element.setAttribute("aria-level", String(level));
  element.setAttribute("aria-posinset", String(position));
  element.setAttribute("aria-setsize", String(siblings));
  const label = item.label || [item.title, item.subtitle].filter(Boolean).join(", ");
  const words = [...wordsOn(state.marks, item.id), ...hiddenAt(item)];
  element.setAttribute("aria-label", [label, ...words].filter(Boolean).join(", "));
  setOrDrop(element, "aria-description", neighboursOf(scene, item) || null);
  element.tabIndex = item.id === state.focused ? 0 : -1;
  element.style.cssText = `left:${rect.x}px;top:${rect.y}px;width:${rect.w}px;height:${rect.h}px`;
}

/**
 * Moving an element in the document takes its focus away; give it back.
 * @param {HTMLElement} layer @param {HTMLElement} element @param {ChildNode | null} before
 */
function insertKeepingFocus(layer, element, before) {
  const focused = document.activeElement === element;
  layer.insertBefore(element, before);
  if (focused) element.focus({ preventScroll: true });
}

/** @param {HTMLElement} element @param {string} name @param {string | null} value */
function setOrDrop(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/**
 * The item that the Tab key leads to: the focused, the selected, else the first.
 * @param {ReadyScene} scene
 * @param {string | null} focused
 * @param {string | null} selected
 */
export function tabStop(scene, focused, selected) {
  for (const id of [focused, selected]) if (id && itemOf(scene, id)) return id;
  return scene.order[0]?.item.id ?? null;
}

/** What a box holds or is linked with that is not in the picture. @param {Item} item */
function hiddenAt({ hides, hidden }) {
  return [
    hides ? `${hides.toLocaleString("en-US")} hidden inside` : "",
    hidden ? `linked to ${hidden.toLocaleString("en-US")} hidden` : "",
  ];
}
