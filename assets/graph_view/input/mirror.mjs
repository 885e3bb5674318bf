/** The drawn boxes as real elements, for keyboards, screen readers and tests: a tree laid over the canvas. */

import { handleOf, isFrame, isGroup, itemOf, overlap } from "../scene/scene.mjs";
import { neighboursOf } from "./spoken.mjs";
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
  const layer = document.createElement("div");
  layer.className = "mirror";
  layer.setAttribute("role", "tree");
  layer.setAttribute("aria-label", "Graph");
  host.append(layer);
  /** @type {Map<string, HTMLElement>} */
  const elements = new Map();

  /** @param {Item} item */
  function element(item) {
    let found = elements.get(item.id);
    if (!found) {
      found = document.createElement("div");
      found.setAttribute("role", "treeitem");
      found.dataset.box = item.id;
      elements.set(item.id, found);
    }
    return found;
  }

  /** @param {HTMLElement} found @param {ReadyScene} scene @param {Entry} entry @param {Described} state */
  function describe(found, scene, { item, level, position, siblings }, state) {
    const kind = isFrame(item) ? "group" : item.kind;
    const rect = handleOf(item);
    found.dataset.kind = kind;
    setOrDrop(found, "data-op-type", item.opType || null);
    setOrDrop(found, "data-problem", item.problem || null);
    setOrDrop(found, "aria-expanded", isGroup(item) ? String(isFrame(item)) : null);
    found.setAttribute("aria-selected", String(item.id === state.selected));
    found.setAttribute("aria-level", String(level));
    found.setAttribute("aria-posinset", String(position));
    found.setAttribute("aria-setsize", String(siblings));
    const label = item.label || [item.title, item.subtitle].filter(Boolean).join(", ");
    const { marks } = state;
    const words = [...wordsOn(marks, item.id), ...hiddenAt(item)];
    found.setAttribute("aria-label", [label, ...words].filter(Boolean).join(", "));
    setOrDrop(found, "aria-description", neighboursOf(scene, item) || null);
    found.tabIndex = item.id === state.focused ? 0 : -1;
    found.style.cssText = `left:${rect.x}px;top:${rect.y}px;width:${rect.w}px;height:${rect.h}px`;
  }

  /**
   * Bring the elements up to what is in sight.
   * @param {ReadyScene} scene
   * @param {Described} state
   */
  function update(scene, state) {
    const all = scene.order.length <= SMALL_SCENE;
    /** @param {Entry} entry */
    const focused = (entry) => entry.item.id === state.focused;
    const seen = scene.order.filter((entry) => all || focused(entry) || overlap(handleOf(entry.item), state.area));
    const few = seen.length <= MOST_ELEMENTS;
    const wanted = few ? seen : seen.filter((entry) => focused(entry) || isGroup(entry.item));
    const keep = new Set(wanted.map((entry) => entry.item.id));
    for (const [id, found] of elements) {
      if (keep.has(id)) continue;
      found.remove();
      elements.delete(id);
    }
    let next = layer.firstChild;
    for (const entry of wanted) {
      const found = element(entry.item);
      describe(found, scene, entry, state);
      if (found === next) next = found.nextSibling;
      else insertKeepingFocus(layer, found, next);
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

  /** The box that an element stands for. @param {EventTarget | null} node */
  function idOf(node) {
    const found = node instanceof Element ? node.closest("[data-box]") : null;
    return found instanceof HTMLElement ? (found.dataset.box ?? null) : null;
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
