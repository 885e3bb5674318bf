/** The outline's rows as elements: those in sight, a few around them, and the one that Tab leads to. */

import { make } from "../dom.mjs";

/**
 * @import { Row } from "./outline_tree.mjs"
 * @import { State } from "../types.mjs"
 */

const ROW_PX = 26;
const MARGIN = 8; // rows that are there above and below those in sight

/** @typedef {ReturnType<typeof createRowList>} RowList */

/** @param {() => State} state of the view */
export function createRowList(state) {
  const list = make("div", { class: "outline-rows" });
  const tree = make("div", { class: "outline-tree", role: "tree", "aria-label": "Outline" }, list);
  /** @type {Map<string, HTMLElement>} */
  const elements = new Map();
  /** @type {Row[]} */
  let rows = [];
  /** @type {string | null} */
  let active = null; // the id of the row that Tab leads to
  tree.addEventListener("scroll", draw);

  /** @param {string | null | undefined} id */
  const indexOf = (id) => rows.findIndex(({ child }) => child.id === id);

  /** @param {Row[]} next */
  function take(next) {
    rows = next;
    list.style.height = `${rows.length * ROW_PX}px`;
  }

  /** Have Tab lead to a row. @param {number} at */
  function activate(at) {
    active = rows[at]?.child.id ?? null;
  }

  /** @param {number} at */
  function bringIntoSight(at) {
    const top = scrolledTo(at, tree.scrollTop, tree.clientHeight);
    if (top !== tree.scrollTop) tree.scrollTop = top;
  }

  function draw() {
    const wanted = wantedRows(rows, active, tree.scrollTop, tree.clientHeight);
    for (const [id, element] of elements) {
      if (wanted.has(id)) continue;
      element.remove();
      elements.delete(id);
    }
    for (const [id, at] of wanted) describe(elementOf(id), rows[at], { at, isActive: id === active }, state());
  }

  /** @param {string} id */
  function elementOf(id) {
    const known = elements.get(id);
    if (known) return known;
    const element = make("div", { role: "treeitem", "data-row": id });
    elements.set(id, element);
    list.append(element);
    return element;
  }

  /** @param {number} at */
  function focus(at) {
    if (at < 0 || !rows[at]) return;
    activate(at);
    bringIntoSight(at);
    draw();
    elements.get(rows[at].child.id)?.focus({ preventScroll: true });
  }

  return {
    tree,
    get rows() {
      return rows;
    },
    get active() {
      return active;
    },
    ...{ indexOf, take, activate, bringIntoSight, draw, focus },
  };
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
function describe(element, { child, level, position, siblings, isOpen }, { at, isActive }, { selected, found, view }) {
  const hidden = view?.hide?.includes(child.id) ?? false;
  const count = found?.get(child.id)?.count;
  const isGroup = child.kind === "group";
  const attributes = {
    class: `outline-row kind-${child.kind}${count === undefined ? "" : " is-found"}${hidden ? " is-hidden" : ""}`,
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
