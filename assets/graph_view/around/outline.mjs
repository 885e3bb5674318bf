/** The graph as a tree beside the picture: the same groups are open in both, and the same box is selected. */

import { OUTLINE, TARGET } from "../../ids.mjs";
import { closestTo, make, makeButton, targetOf } from "../dom.mjs";
import { itemOf } from "../scene/scene.mjs";
import { recall, remember } from "../storage.mjs";
import { RowList } from "./outline_list.mjs";
import { createScopes } from "./outline_scopes.mjs";
import { rowsOf, typedTo, walk } from "./outline_tree.mjs";
import { icon } from "./overlay.mjs";

/** @import { Item, SetProps, State } from "../types.mjs" */

const STORED = "graphlab:outline";
const TYPING_MS = 700; // letters that come faster are one word
const WIDE = "(min-width: 1101px)";
const NOTHING = { toggle() {}, refresh() {} };
const root = document.documentElement;
const isOpen = () => root.dataset.outline === "open";

/** @typedef {{state: () => State, ask: SetProps, toggle: (item: Item, point: null) => void}} View */

/**
 * @param {HTMLElement} host of the picture
 * @param {HTMLElement} place of the button
 * @param {View} view
 */
export function createOutline(host, place, view) {
  if (root.dataset.address === "hash") return NOTHING; // a file has nobody to ask
  const button = makeButton("Outline (O)", "outline-toggle", toggle, icon("M2.5 3.5h6M5.5 8h8M5.5 12.5h8"));
  place.prepend(button);
  const list = new RowList(view.state);
  const end = makeButton("Close the outline", "outline-end", toggle, "×");
  const head = make("div", { class: "outline-head" }, make("h2", {}, "Outline"), end);
  const scopes = createScopes(refresh);
  /** @type {unknown[]} */
  let shownParts = []; // what the rows show: scene, selected, matches, hide, how many scopes are known
  listenToRows(host, list, view);
  setOpen(matchMedia(WIDE).matches && recall(STORED) === "open");

  /** @param {boolean} wanted */
  function setOpen(wanted) {
    root.dataset.outline = wanted ? "open" : "closed";
    button.setAttribute("aria-expanded", String(wanted));
  }

  function toggle() {
    setOpen(!isOpen());
    remember(STORED, isOpen() ? "open" : "closed");
    shownParts = [];
    refresh();
    if (!isOpen()) button.focus({ preventScroll: true });
    else if (list.rows.length) list.focus(list.indexOf(list.active));
    else list.tree.dataset.wanted = "focus"; // once there are rows
  }

  /** Bring the rows up to what the picture shows. */
  function refresh() {
    const panel = document.getElementById(OUTLINE);
    const { scene, view: current, selected = null, matches } = view.state();
    if (!panel || !isOpen() || !scene || !current) return;
    if (!list.tree.isConnected) panel.replaceChildren(head, list.tree);
    scopes.keepOnly(JSON.stringify([current.source, current.graph, current.all, scene.traced]));
    const now = [scene, selected, matches, current.hide, scopes.childrenOf.size];
    if (now.every((part, i) => part === shownParts[i])) return;
    const isNew = selected !== shownParts[1] || scene !== shownParts[0];
    shownParts = now;
    scopes.learn(["", ...scene.open], current);
    list.take(rowsOf(scopes.childrenOf, new Set(scene.open)));
    keepActive(list, selected, isNew);
    list.draw();
    if (list.rows.length && list.tree.dataset.wanted) {
      delete list.tree.dataset.wanted;
      list.focus(list.indexOf(list.active));
    }
  }

  return { toggle, refresh };
}

/**
 * Have Tab lead to the selected row, else to the one as before, else to the first.
 * @param {RowList} list @param {string | null} selected @param {boolean} isNew whether that or the scene is another one
 */
function keepActive(list, selected, isNew) {
  const at = list.indexOf(selected);
  if (at >= 0 && (isNew || list.indexOf(list.active) < 0)) {
    list.activate(at);
    list.bringIntoSight(at);
  }
  if (list.indexOf(list.active) < 0) list.activate(0);
}

/**
 * Clicks and keys on the rows.
 * @param {HTMLElement} host @param {RowList} list @param {View} view
 */
function listenToRows(host, list, view) {
  let typed = { words: "", at: -Infinity };
  list.tree.addEventListener("keydown", onKey);
  list.tree.addEventListener("click", onClick);

  /** @param {MouseEvent} event */
  function onClick(event) {
    const row = closestTo(event, "[data-row]");
    const id = row?.dataset.row;
    if (!row || id === undefined) return;
    list.focus(list.indexOf(id));
    if (targetOf(event)?.matches("i") && row.hasAttribute("aria-expanded")) openOrClose(view, id);
    else select(view, id);
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const at = list.indexOf(closestTo(event, "[data-row]")?.dataset.row);
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey || !act(at, event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {number} at @param {KeyboardEvent} event @returns {boolean} whether the key has a use here */
  function act(at, event) {
    const { id, kind } = list.rows[at].child;
    const step = walk(list.rows, at, event.key);
    if (step && "turn" in step) openOrClose(view, id);
    else if (step) list.focus(step.to);
    else if (event.key === "Enter" && kind === "group") openOrClose(view, id);
    else if (event.key === "Enter" || event.key === " ") select(view, id);
    else if (event.key === "Escape") focusPicture(host);
    else if (/^[\p{L}\p{N}_]$/u.test(event.key)) list.focus(typedTo(list.rows, at, typing(event)));
    else return false;
    return true;
  }

  /** @param {KeyboardEvent} event */
  function typing({ key, timeStamp }) {
    typed = { words: timeStamp - typed.at < TYPING_MS ? typed.words + key : key, at: timeStamp };
    return typed.words;
  }
}

/** @param {HTMLElement} host */
function focusPicture(host) {
  const box = host.querySelector('.mirror [tabindex="0"]');
  if (box instanceof HTMLElement) box.focus();
}

/**
 * Select what a row stands for and have it in the middle; what is not in the picture is brought there.
 * @param {View} view @param {string} id
 */
function select({ state, ask }, id) {
  const { scene, center } = state();
  if (scene && itemOf(scene, id)) ask({ selected: id, center: { box: id, n: (center?.n ?? 0) + 1 } });
  else window.dash_clientside.set_props(TARGET, { data: { target: id, n: performance.now() } });
}

/** @param {View} view @param {string} id */
function openOrClose(view, id) {
  const { scene } = view.state();
  const item = scene && itemOf(scene, id);
  if (item) view.toggle(item, null);
  else select(view, id);
}
