/** Lineage by keys and buttons, and the chip over the graph that says what it shows and ends it. */

import { closestTo, make, makeButton, targetOf } from "../dom.mjs";
import { isTaken } from "../input/keys.mjs";
import { overlayOf } from "../draw/overlays.mjs";
import { nextPathsQuery, nextQuery, pathsBegin, pathsBetween } from "./query.mjs";

/**
 * @import { Scene, View } from "../../types.mjs"
 * @import { LiftedOverlay, LineageText } from "../draw/overlay_types.mjs"
 * @import { ShownOverlay } from "../draw/overlays.mjs"
 * @import { Props, ReadyScene, Rect } from "../types.mjs"
 */

/**
 * @typedef {object} Page
 * @property {() => Props} props
 * @property {(changes: object) => void} set other props
 * @property {() => ReadyScene | null} scene
 * @property {() => ShownOverlay[]} overlays those that are on
 * @property {(rect: Rect) => void} fit
 */

/**
 * Groups being opened around a lineage: the scene and the words from before, and how long to wait for others.
 * @typedef {{scene: Scene | null | undefined, lineage: LineageText | null | undefined, until: number}} Expansion
 */

const PATIENCE_MS = 5000; // a view with more open that comes later is not what the button asked for
const NAME = "lineage"; // of the overlay
const NOTHING = { update() {}, only: asTheyAre, begin: () => "", pair: () => false, stop() {} };

/** @param {HTMLElement} host @param {Page} page */
export function createLineage(host, page) {
  if (document.documentElement.dataset.address === "hash") return NOTHING; // a file has nobody to ask
  const chip = createChip(host, () => ask(""));
  /** @type {Expansion | null} */
  let expansion = null;

  /** @param {string} lineage the query; "" for none */
  const ask = (lineage) => page.set({ emphasis: { ...page.props().emphasis, lineage } });
  const query = () => queryOf(page.props());

  /**
   * Show the words of the lineage; it goes along to another graph only if the address names it there.
   * @param {Props} next
   * @param {Props} before
   */
  function update(next, before) {
    const lineage = queryOf(next);
    if (lineage && isOtherGraph(before.view, next.view) && lineage === queryOf(before)) ask("");
    chip.show(lineage ? next.lineage : null);
    if (!expansion || next.scene === expansion.scene || next.lineage === expansion.lineage) return;
    if (performance.now() < expansion.until) showAll(page);
    expansion = null;
  }

  /** Open the groups around the lineage, and bring all of it into sight. */
  function openAround() {
    const { scene, lineage, view } = page.props();
    showAll(page);
    if (!lineage?.open) return;
    expansion = { scene, lineage, until: performance.now() + PATIENCE_MS };
    page.set({ view: { ...view, open: lineage.open } });
  }

  /** The overlays without a lineage that is no longer asked for. @param {LiftedOverlay[]} overlays */
  const only = (overlays) => (query() ? overlays : overlays.filter(({ name }) => name !== NAME));

  /** The box where paths are to begin; "" for none. */
  const begin = () => pathsBegin(query());

  /**
   * Ask for the paths to a box from the one where paths are to begin, else from the selected one, if there is one.
   * @param {string} id
   */
  function pair(id) {
    const first = begin() || page.props().selected;
    if (!first || first === id) return false;
    ask(pathsBetween(first, id));
    return true;
  }

  const stop = listen({ query, selected: () => page.props().selected, ask, openAround });
  return { update, only, begin, pair, stop };
}

/** The label over the graph and its words for screen readers. @param {HTMLElement} host @param {() => void} clear */
function createChip(host, clear) {
  const words = make("span", {});
  const chip = make("div", { class: "chip" }, words, makeButton("Clear (Escape)", "chip-end", clear, "×"));
  const status = make("div", { class: "unseen", role: "status" });
  chip.hidden = true;
  host.append(chip, status);

  /** @param {LineageText | null | undefined} lineage */
  function show(lineage) {
    chip.hidden = !lineage;
    setText(words, lineage?.chip ?? "");
    words.title = lineage?.text ?? "";
    setText(status, lineage?.text ?? "");
  }
  return { show };
}

/**
 * Keys and buttons ask for a lineage.
 * @param {{query: () => string, selected: () => string | null | undefined, ask: (lineage: string) => void,
 *   openAround: () => void}} acts
 * @returns {() => void} stops listening
 */
function listen({ query, selected, ask, openAround }) {
  /** @param {Event} event */
  function onClick(event) {
    const button = closestTo(event, "button[data-lineage]");
    if (button) ask(button.dataset.lineage ?? "");
    if (closestTo(event, "[data-lineage-open]")) openAround();
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
    const next = queryByKey(event, query(), selected());
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    ask(next);
  }

  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey, { capture: true });
  return () => {
    document.removeEventListener("click", onClick);
    document.removeEventListener("keydown", onKey, { capture: true });
  };
}

/**
 * The query that a key asks for; "" to clear it, null for other keys.
 * @param {KeyboardEvent} event
 * @param {string} query the query now
 * @param {string | null | undefined} selected
 */
function queryByKey(event, query, selected) {
  const key = event.key.toLowerCase();
  if (key === "escape") return query && !isDrawer(targetOf(event)) ? "" : null;
  if (!selected || closestTo(event, ".outline-tree")) return null; // letters there lead to rows
  if (key === "u") return nextQuery(query, "up", selected, event.shiftKey);
  if (key === "d") return nextQuery(query, "down", selected, event.shiftKey);
  return key === "p" && !event.shiftKey ? nextPathsQuery(query, selected) : null;
}

/** Bring the whole lineage into sight. @param {Page} page */
function showAll(page) {
  const marks = overlayOf(page.overlays(), NAME)?.marks;
  const boxes = page.scene()?.boxes.filter((box) => marks?.has(box.id)) ?? [];
  if (boxes.length) page.fit(boundsOf(boxes));
}

/** @param {Props} props */
const queryOf = (props) => props.emphasis?.lineage ?? "";

/** @param {LiftedOverlay[]} overlays */
function asTheyAre(overlays) {
  return overlays;
}

/** Screen readers repeat a text that is set again. @param {HTMLElement} element @param {string} text */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** What holds all of these. @param {Rect[]} rects @returns {Rect} */
function boundsOf(rects) {
  const x = Math.min(...rects.map((rect) => rect.x));
  const y = Math.min(...rects.map((rect) => rect.y));
  const right = Math.max(...rects.map((rect) => rect.x + rect.w));
  const bottom = Math.max(...rects.map((rect) => rect.y + rect.h));
  return { x, y, w: right - x, h: bottom - y };
}

/** @param {View | null} before @param {View | null} next */
function isOtherGraph(before, next) {
  if (!before || !next) return false;
  return (before.source ?? null) !== (next.source ?? null) || (before.graph ?? null) !== (next.graph ?? null);
}

/** Whether Escape there closes the drawer that the panel is in a small window. @param {Element | null} target */
function isDrawer(target) {
  const drawer = document.querySelector(".panel.open");
  return drawer !== null && matchMedia("(max-width: 1100px)").matches && (target === document.body || drawer.contains(target));
}
