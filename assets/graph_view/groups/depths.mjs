/** The menu that opens everything down to a depth, and says what each would draw. */

import { makeButton } from "../dom.mjs";
import { icon } from "../around/overlay.mjs";
import { createMenu } from "./menu.mjs";

/**
 * @import { MenuItem } from "./menu.mjs"
 * @import { Offer } from "./whole.mjs"
 */

const MOST_DEPTHS = 9; // one for each digit key

/** @typedef {{depths: number[], most: number}} Counts how many boxes each depth has, and how many can be drawn */

/**
 * @param {HTMLElement} place beside which it opens
 * @param {(depth: number) => void} choose
 * @param {(id: string | null) => Offer[]} offersOf what there is to choose for a group, or for
 *   the selected one
 */
export function createDepths(place, choose, offersOf) {
  /** @type {Counts & {now: number | null}} */
  let counts = { depths: [], most: 0, now: null };
  const turn = () => (menu.isOpen() ? menu.close() : open(null));
  const button = makeButton("Expand or collapse everything (0–9)", "zoom-button", turn, icon("M3 5.5h10M5.5 8.5h7.5M8 11.5h5"));
  const menu = createMenu(place, button, "Expand everything, or a group, down to a depth");

  /** @param {string | null} id the group to choose for, if it is not the selected one */
  function open(id) {
    const items = offeredDepths(counts.depths).map((depth) => depthItem(counts, depth, () => choose(depth)));
    menu.open([...items, ...offersOf(id).map(groupItem)], id ? ".of-group" : "*");
  }

  /** @param {number[]} depths how many boxes each depth has @param {number} most that can be drawn @param {number | null} now */
  function show(depths, most, now) {
    counts = { depths, most, now };
    button.hidden = depths.length < 2;
    menu.close();
  }

  return {
    show,
    /** The depth that a digit key means. @param {number} digit */
    nearest: (digit) => nearestDepth(counts, digit),
    /** Offer what there is to choose for a group. @param {string} id */
    offer: (id) => open(id),
    stop: menu.stop,
  };
}

/** The depths to choose from: the last one is everything. @param {number[]} depths */
export function offeredDepths(depths) {
  const last = depths.length - 1;
  return last < 1 ? [] : [...Array(Math.min(last, MOST_DEPTHS)).keys(), last];
}

/**
 * The depth that a digit means: the deepest there is for a larger one, as far as it can be drawn.
 * @param {Counts} counts @param {number} digit
 */
export function nearestDepth({ depths, most }, digit) {
  if (!depths.length) return digit; // nothing is drawn that could tell
  let depth = Math.min(digit, depths.length - 1);
  while (depth > 0 && depths[depth] > most) depth -= 1;
  return Math.max(depth, 0);
}

/** @param {Counts & {now: number | null}} counts @param {number} depth @param {() => void} act @returns {MenuItem} */
function depthItem({ depths, most, now }, depth, act) {
  const name = depth === depths.length - 1 ? "Everything" : depth ? `Down to depth ${depth}` : "Collapse everything";
  const boxes = depths[depth];
  return { ...offerItem({ name, boxes, fits: boxes <= most, act }), checked: depth === now };
}

/** @param {Offer} offer @returns {MenuItem} */
function groupItem(offer) {
  return { ...offerItem(offer), className: "of-group" };
}

/** @param {Offer} offer @returns {MenuItem} */
function offerItem({ name, boxes, fits, act }) {
  const count = boxes === null ? "" : `${boxes.toLocaleString("en-US")} ${boxes === 1 ? "box" : "boxes"}`;
  return { name, detail: [count, fits ? "" : "too many"].filter(Boolean).join(", "), disabled: !fits, act };
}
