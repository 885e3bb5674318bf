/** The outline's rows as elements: those in sight, a few around them, and the one that Tab leads to. */

import { make } from "../dom.mjs";

/**
 * @import { Row } from "./outline_tree.mjs"
 * @import { State } from "../types.mjs"
 */

const ROW_PX = 26;
const MARGIN = 8; // rows that are there above and below those in sight

/** The list in its scrolling frame, which is the tree for screen readers. */
export class RowList {
  #list = make("div", { class: "outline-rows" });
  /** @type {Map<string, HTMLElement>} */
  #elements = new Map();
  #state;
  tree = make("div", { class: "outline-tree", role: "tree", "aria-label": "Outline" }, this.#list);
  /** @type {Row[]} */
  rows = [];
  /** @type {string | null} the id of the row that Tab leads to */
  active = null;

  /** @param {() => State} state of the view */
  constructor(state) {
    this.#state = state;
    this.tree.addEventListener("scroll", () => this.draw());
  }

  /** @param {string | null | undefined} id */
  indexOf(id) {
    return this.rows.findIndex(({ child }) => child.id === id);
  }

  /** @param {Row[]} rows */
  take(rows) {
    this.rows = rows;
    this.#list.style.height = `${rows.length * ROW_PX}px`;
  }

  /** Have Tab lead to a row. @param {number} at */
  activate(at) {
    this.active = this.rows[at]?.child.id ?? null;
  }

  /** @param {number} at */
  bringIntoSight(at) {
    const top = scrolledTo(at, this.tree.scrollTop, this.tree.clientHeight);
    if (top !== this.tree.scrollTop) this.tree.scrollTop = top;
  }

  draw() {
    const wanted = wantedRows(this.rows, this.active, this.tree.scrollTop, this.tree.clientHeight);
    for (const [id, element] of this.#elements) {
      if (wanted.has(id)) continue;
      element.remove();
      this.#elements.delete(id);
    }
    const state = this.#state();
    for (const [id, at] of wanted) describe(this.#elementOf(id), this.rows[at], { at, isActive: id === this.active }, state);
  }

  /** @param {number} at */
  focus(at) {
    if (at < 0 || !this.rows[at]) return;
    this.activate(at);
    this.bringIntoSight(at);
    this.draw();
    this.#elements.get(this.rows[at].child.id)?.focus({ preventScroll: true });
  }

  /** @param {string} id */
  #elementOf(id) {
    let element = this.#elements.get(id);
    if (!element) {
      element = make("div", { role: "treeitem", "data-row": id });
      this.#elements.set(id, element);
      this.#list.append(element);
    }
    return element;
  }
}

/** Where a list is scrolled to for a row to be in sight. @param {number} at @param {number} top @param {number} height */
export function scrolledTo(at, top, height) {
  const rowTop = at * ROW_PX;
  if (rowTop < top) return rowTop;
  return rowTop + ROW_PX > top + height ? rowTop + 2 * ROW_PX - height : top;
}

/**
 * The rows that have elements, with their places.
 * @param {Row[]} rows
 * @param {string | null} active
 * @param {number} top where the list is scrolled to
 * @param {number} height
 * @returns {Map<string, number>}
 */
export function wantedRows(rows, active, top, height) {
  const first = Math.max(0, Math.floor(top / ROW_PX) - MARGIN);
  const last = Math.min(rows.length, Math.ceil((top + height) / ROW_PX) + MARGIN);
  const wanted = new Map();
  rows.slice(first, last).forEach((row, i) => wanted.set(row.child.id, first + i));
  const at = active ? rows.findIndex(({ child }) => child.id === active) : -1;
  if (at >= 0) wanted.set(active, at);
  return wanted;
}

/**
 * Bring an element up to its row.
 * @param {HTMLElement} element @param {Row} row @param {{at: number, isActive: boolean}} place @param {State} state
 */
function describe(element, { child, level, position, siblings, isOpen }, { at, isActive }, { selected, matches, view }) {
  const hidden = view?.hide?.includes(child.id) ?? false;
  const count = matches?.get(child.id)?.count;
  const isGroup = child.kind === "group";
  const attributes = {
    class: `outline-row kind-${child.kind}${count === undefined ? "" : " is-match"}${hidden ? " is-hidden" : ""}`,
    style: `top:${at * ROW_PX}px;--level:${level};--colour:var(--family-${child.family || "other"})`,
    tabindex: isActive ? "0" : "-1",
    title: [child.title, child.subtitle].filter(Boolean).join(", "),
    "aria-level": level,
    "aria-posinset": position,
    "aria-setsize": siblings,
    "aria-selected": child.id === selected,
    "aria-label": [child.title, child.subtitle, hidden ? "hidden" : "", foundWords(count)].filter(Boolean).join(", "),
  };
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  if (isGroup) element.setAttribute("aria-expanded", String(isOpen));
  const words = make("span", { class: "outline-title" }, child.title);
  const more = hidden ? "hidden" : count && isGroup ? count.toLocaleString("en-US") : "";
  element.replaceChildren(make("i", {}), words, ...(more ? [make("span", { class: "outline-more" }, more)] : []));
}

/** @param {number | undefined} count */
function foundWords(count) {
  return count === undefined ? "" : count > 1 ? `${count} found` : "found";
}
