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
    const top = at * ROW_PX;
    if (top < tree.scrollTop) tree.scrollTop = top;
    else if (top + ROW_PX > tree.scrollTop + tree.clientHeight) tree.scrollTop = top + 2 * ROW_PX - tree.clientHeight;
  }

  /** The rows that have elements, with their places. @returns {Map<string, number>} */
  function wantedRows() {
    const first = Math.max(0, Math.floor(tree.scrollTop / ROW_PX) - MARGIN);
    const last = Math.min(rows.length, Math.ceil((tree.scrollTop + tree.clientHeight) / ROW_PX) + MARGIN);
    const wanted = new Map();
    rows.slice(first, last).forEach((row, i) => wanted.set(row.child.id, first + i));
    if (active && indexOf(active) >= 0) wanted.set(active, indexOf(active));
    return wanted;
  }

  function draw() {
    const wanted = wantedRows();
    for (const [id, element] of elements) {
      if (wanted.has(id)) continue;
      element.remove();
      elements.delete(id);
    }
    for (const [id, at] of wanted) describe(elementOf(id), rows[at], { at, isActive: id === active }, state());
  }

  /** @param {string} id */
  function elementOf(id) {
    let element = elements.get(id);
    if (!element) {
      element = make("div", { role: "treeitem", "data-row": id });
      elements.set(id, element);
      list.append(element);
    }
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
