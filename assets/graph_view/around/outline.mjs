/** The graph as a tree beside the picture: the same groups are open in both, and the same box is selected. */

import { make, makeButton } from "../dom.mjs";
import { rowsOf, typedTo, walk } from "./outline_tree.mjs";
import { icon } from "./overlay.mjs";
import { itemOf } from "../scene/scene.mjs";

const ROW_PX = 26;
const MARGIN = 8; // rows that are there above and below those in sight
const STORED = "graphlab:outline";
const TYPING_MS = 700; // letters that come faster are one word
const WIDE = "(min-width: 1101px)";
const NOTHING = { toggle() {}, refresh() {} };

/**
 * @param {HTMLElement} host of the picture
 * @param {HTMLElement} place of the button
 * @param {{state: () => object, ask: (changes: object) => void, toggle: (item: object, point: null) => void}} view
 */
export function createOutline(host, place, { state, ask, toggle: turn }) {
  if (document.documentElement.dataset.address === "hash") return NOTHING; // a file has nobody to ask
  const root = document.documentElement;
  const button = makeButton("Outline (O)", "outline-toggle", toggle, icon("M2.5 3.5h6M5.5 8h8M5.5 12.5h8"));
  place.prepend(button);
  const list = make("div", { class: "outline-rows" });
  const tree = make("div", { class: "outline-tree", role: "tree", "aria-label": "Outline" }, list);
  const head = make("div", { class: "outline-head" }, make("h2", {}, "Outline"), makeButton("Close the outline", "outline-end", toggle, "×"));
  const elements = new Map();
  let known = new Map(); // scope → its children
  let knownOf = "";
  let asked = new Set();
  let rows = [];
  let active = null; // the id of the row that Tab leads to
  let drawn = []; // what the rows show: scene, selected, found, hide, known
  let typed = { words: "", at: -Infinity };

  tree.addEventListener("scroll", draw);
  tree.addEventListener("keydown", onKey);
  tree.addEventListener("click", onClick);
  setOpen(matchMedia(WIDE).matches && stored() === "open");

  function stored() {
    try {
      return localStorage.getItem(STORED);
    } catch {
      return null; // storage may be forbidden
    }
  }

  const isOpen = () => root.dataset.outline === "open";

  function setOpen(wanted) {
    root.dataset.outline = wanted ? "open" : "closed";
    button.setAttribute("aria-expanded", String(wanted));
  }

  function toggle() {
    setOpen(!isOpen());
    try {
      localStorage.setItem(STORED, root.dataset.outline);
    } catch {
      // The choice then lasts as long as the page.
    }
    drawn = [];
    refresh();
    if (!isOpen()) button.focus({ preventScroll: true });
    else if (rows.length) focusRow(indexOf(active));
    else tree.dataset.wanted = "focus"; // once there are rows
  }

  /** Bring the rows up to what the picture shows. */
  function refresh() {
    const panel = document.getElementById("outline");
    const { scene, view, selected = null, found } = state();
    if (!panel || !isOpen() || !scene || !view) return;
    if (!tree.isConnected) panel.replaceChildren(head, tree);
    const key = JSON.stringify([view.source, view.graph, view.all, scene.traced]);
    if (key !== knownOf) [knownOf, known, asked] = [key, new Map(), new Set()];
    const now = [scene, selected, found, view.hide, known.size];
    if (now.every((part, i) => part === drawn[i])) return;
    const isNew = selected !== drawn[1] || scene !== drawn[0];
    drawn = now;
    learn(["", ...scene.open], view, key);
    rows = rowsOf(known, new Set(scene.open));
    list.style.height = `${rows.length * ROW_PX}px`;
    const at = indexOf(selected);
    if (at >= 0 && (isNew || indexOf(active) < 0)) {
      active = selected;
      bringIntoSight(at);
    }
    if (indexOf(active) < 0) active = rows[0]?.child.id ?? null;
    draw();
    if (rows.length && tree.dataset.wanted) {
      delete tree.dataset.wanted;
      focusRow(indexOf(active));
    }
  }

  /** Ask for what lies in scopes that are not known. */
  async function learn(scopes, view, key) {
    const of = scopes.filter((scope) => !asked.has(scope));
    if (!of.length) return;
    of.forEach((scope) => asked.add(scope));
    try {
      const question = { source: view.source, graph: view.graph, all: view.all, of };
      const headers = { "Content-Type": "application/json" };
      const answer = await fetch("/outline", { method: "POST", headers, body: JSON.stringify(question) });
      const told = await answer.json();
      if (key !== knownOf) return;
      Object.entries(told).forEach(([scope, children]) => known.set(scope, children));
    } catch {
      of.forEach((scope) => asked.delete(scope)); // the next scene asks again
    }
    refresh();
  }

  const indexOf = (id) => rows.findIndex(({ child }) => child.id === id);

  function bringIntoSight(at) {
    const top = at * ROW_PX;
    if (top < tree.scrollTop) tree.scrollTop = top;
    else if (top + ROW_PX > tree.scrollTop + tree.clientHeight) tree.scrollTop = top + 2 * ROW_PX - tree.clientHeight;
  }

  // Rows

  function draw() {
    const first = Math.max(0, Math.floor(tree.scrollTop / ROW_PX) - MARGIN);
    const last = Math.min(rows.length, Math.ceil((tree.scrollTop + tree.clientHeight) / ROW_PX) + MARGIN);
    const wanted = new Map();
    rows.slice(first, last).forEach((row, i) => wanted.set(row.child.id, first + i));
    if (active && indexOf(active) >= 0) wanted.set(active, indexOf(active));
    for (const [id, element] of elements) {
      if (wanted.has(id)) continue;
      element.remove();
      elements.delete(id);
    }
    for (const [id, at] of wanted) {
      if (!elements.has(id)) {
        elements.set(id, make("div", { role: "treeitem", "data-row": id }));
        list.append(elements.get(id));
      }
      describe(elements.get(id), rows[at], at);
    }
  }

  function describe(element, { child, level, position, siblings, isOpen }, at) {
    const { selected, found, view } = state();
    const hidden = view.hide?.includes(child.id) ?? false;
    const count = found?.get(child.id)?.count;
    const attributes = {
      class: `outline-row kind-${child.kind}${count === undefined ? "" : " is-found"}${hidden ? " is-hidden" : ""}`,
      style: `top:${at * ROW_PX}px;--level:${level};--colour:var(--family-${child.family || "other"})`,
      tabindex: child.id === active ? "0" : "-1",
      title: [child.title, child.subtitle].filter(Boolean).join(", "),
      "aria-level": level,
      "aria-posinset": position,
      "aria-setsize": siblings,
      "aria-selected": child.id === selected,
      "aria-label": [child.title, child.subtitle, hidden ? "hidden" : "", foundWords(count)].filter(Boolean).join(", "),
    };
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
    if (child.kind === "group") element.setAttribute("aria-expanded", String(isOpen));
    const words = make("span", { class: "outline-title" }, child.title);
    const more = hidden ? "hidden" : count && child.kind === "group" ? count.toLocaleString("en-US") : "";
    element.replaceChildren(make("i", {}), words, ...(more ? [make("span", { class: "outline-more" }, more)] : []));
  }

  function foundWords(count) {
    return count === undefined ? "" : count > 1 ? `${count} found` : "found";
  }

  function focusRow(at) {
    if (at < 0) return;
    active = rows[at].child.id;
    bringIntoSight(at);
    draw();
    elements.get(active)?.focus({ preventScroll: true });
  }

  // Acts

  /** Select what a row stands for and have it in the middle; what is not in the picture is brought there. */
  function select(id) {
    const { scene, center } = state();
    if (itemOf(scene, id)) ask({ selected: id, center: { box: id, n: (center?.n ?? 0) + 1 } });
    else window.dash_clientside.set_props("step", { data: { target: id, n: performance.now() } });
  }

  function openOrClose(id) {
    const item = itemOf(state().scene, id);
    if (item) turn(item, null);
    else select(id);
  }

  function onClick(event) {
    const row = event.target.closest("[data-row]");
    if (!row) return;
    const id = row.dataset.row;
    focusRow(indexOf(id));
    if (event.target.matches("i") && row.hasAttribute("aria-expanded")) openOrClose(id);
    else select(id);
  }

  function onKey(event) {
    const at = indexOf(event.target.closest("[data-row]")?.dataset.row);
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const { id, kind } = rows[at].child;
    const step = walk(rows, at, event.key);
    if (step?.turn) openOrClose(id);
    else if (step) focusRow(step.to);
    else if (event.key === "Enter" && kind === "group") openOrClose(id);
    else if (event.key === "Enter" || event.key === " ") select(id);
    else if (event.key === "Escape") host.querySelector('.mirror [tabindex="0"]')?.focus();
    else if (/^[\p{L}\p{N}_]$/u.test(event.key)) focusRow(typedTo(rows, at, typing(event)));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function typing({ key, timeStamp }) {
    typed = { words: timeStamp - typed.at < TYPING_MS ? typed.words + key : key, at: timeStamp };
    return typed.words;
  }

  return { toggle, refresh };
}
