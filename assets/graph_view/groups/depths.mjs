/** The menu that opens everything down to a depth, and says what each would draw. */

import { make, makeButton, targetOf } from "../dom.mjs";
import { icon } from "../around/overlay.mjs";

/** @import { Offer } from "./whole.mjs" */

const MOST_DEPTHS = 9; // one for each digit key

/**
 * @param {HTMLElement} place beside which it opens
 * @param {(depth: number) => void} choose
 * @param {(id: string | null) => Offer[]} offersOf what there is to choose for a group, or for
 *   the selected one
 */
export function createDepths(place, choose, offersOf) {
  const list = make("div", { class: "depths", role: "menu", "aria-label": "Expand everything, or a group, down to a depth" });
  list.hidden = true;
  const button = makeButton("Expand or collapse everything (0–9)", "zoom-button", () => open(list.hidden), icon("M3 5.5h10M5.5 8.5h7.5M8 11.5h5"));
  button.setAttribute("aria-haspopup", "menu");
  place.prepend(button);
  place.append(list);
  /** @type {{depths: number[], most: number, now: number | null}} */
  let counts = { depths: [], most: 0, now: null };
  open(false);

  /** @param {boolean} wanted @param {string | null} id the group to choose for, if it is not the selected one */
  function open(wanted, id = null) {
    list.hidden = !wanted;
    button.setAttribute("aria-expanded", String(wanted));
    if (!wanted) return;
    const offers = offersOf(id);
    list.replaceChildren(...offered().map(depthItem), ...offers.map(groupItem));
    const first = id ? items().find((item) => item.matches(".of-group")) : items()[0];
    first?.focus();
  }

  const items = () => [...list.querySelectorAll("button")].filter((button) => !button.disabled);

  /** @param {KeyboardEvent} event */
  function walk(event) {
    const all = items();
    const at = all.findIndex((item) => item === document.activeElement);
    if (event.key === "Escape") {
      open(false);
      button.focus();
    } else if (event.key === "ArrowDown") all[(at + 1) % all.length].focus();
    else if (event.key === "ArrowUp") all[(at - 1 + all.length) % all.length].focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  list.addEventListener("keydown", walk);
  document.addEventListener("pointerdown", closeFromOutside);

  /** @param {Event} event */
  function closeFromOutside(event) {
    if (!place.contains(targetOf(event))) open(false);
  }

  /** @param {number[]} depths how many boxes each depth has @param {number} most that can be drawn @param {number | null} now */
  function show(depths, most, now) {
    counts = { depths, most, now };
    button.hidden = depths.length < 2;
    open(false);
  }

  /** The depths to choose from: the last one is everything. */
  function offered() {
    const last = counts.depths.length - 1;
    return last < 1 ? [] : [...Array(Math.min(last, MOST_DEPTHS)).keys(), last];
  }

  /** @param {number} depth */
  function depthItem(depth) {
    const name = depth === counts.depths.length - 1 ? "Everything" : depth ? `Down to depth ${depth}` : "Collapse everything";
    const boxes = counts.depths[depth];
    const entry = item({ name, boxes, fits: boxes <= counts.most, act: () => choose(depth) }, "menuitemradio");
    entry.setAttribute("aria-checked", String(depth === counts.now));
    return entry;
  }

  /** @param {Offer} offer */
  function groupItem(offer) {
    const entry = item(offer, "menuitem");
    entry.classList.add("of-group");
    return entry;
  }

  /** @param {Offer} offer @param {string} role */
  function item({ name, boxes, fits, act }, role) {
    const count = boxes === null ? "" : `${boxes.toLocaleString("en-US")} ${boxes === 1 ? "box" : "boxes"}`;
    const words = [count, fits ? "" : "too many"].filter(Boolean).join(", ");
    const entry = make("button", { type: "button", role }, make("span", {}, name), make("span", { class: "depth-count" }, words));
    entry.disabled = !fits;
    entry.addEventListener("click", () => {
      open(false);
      act();
    });
    return entry;
  }

  /**
   * The depth that a digit key means: the deepest there is for a larger one, as far as it can be drawn.
   * @param {number} digit
   */
  function nearest(digit) {
    if (!counts.depths.length) return digit; // nothing is drawn that could tell
    let depth = Math.min(digit, counts.depths.length - 1);
    while (depth > 0 && counts.depths[depth] > counts.most) depth -= 1;
    return Math.max(depth, 0);
  }
  const stop = () => document.removeEventListener("pointerdown", closeFromOutside);
  /** Offer what there is to choose for a group. @param {string} id */
  const offer = (id) => open(true, id);

  return { show, nearest, offer, stop };
}
