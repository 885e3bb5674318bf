/** The menu that opens everything down to a depth, and says what each would draw. */

import { make, makeButton } from "graphlab/dom";
import { icon } from "graphlab/overlay";

const MOST_DEPTHS = 9; // one for each digit key

/** @param {HTMLElement} place beside which it opens @param {(depth: number) => void} choose */
export function createDepths(place, choose) {
  const list = make("div", { class: "depths", role: "menu", "aria-label": "Open everything down to a depth" });
  list.hidden = true;
  const button = makeButton("Open or close everything (0–9)", "zoom-button", () => open(list.hidden), icon("M3 5.5h10M5.5 8.5h7.5M8 11.5h5"));
  button.setAttribute("aria-haspopup", "menu");
  place.prepend(button);
  place.append(list);
  let told = { depths: [], most: 0 };
  open(false);

  function open(wanted) {
    list.hidden = !wanted;
    button.setAttribute("aria-expanded", String(wanted));
    if (wanted) items()[0]?.focus();
  }

  const items = () => [...list.querySelectorAll("button")];

  function walk(event) {
    const all = items();
    const at = all.indexOf(document.activeElement);
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
  document.addEventListener("pointerdown", (event) => {
    if (!place.contains(event.target)) open(false);
  });

  /** @param {number[]} depths how many boxes each depth has @param {number} most that can be drawn @param {number | null} now */
  function show(depths, most, now) {
    told = { depths, most };
    button.hidden = depths.length < 2;
    list.replaceChildren(...offered().map((depth) => item(depth, depth === now)));
  }

  /** The depths to choose from: the last one is everything. */
  function offered() {
    const last = told.depths.length - 1;
    return last < 1 ? [] : [...Array(Math.min(last, MOST_DEPTHS)).keys(), last];
  }

  function item(depth, isNow) {
    const count = told.depths[depth];
    const fits = count <= told.most;
    const name = depth === told.depths.length - 1 ? "Everything" : depth ? `Down to depth ${depth}` : "All closed";
    const boxes = `${count.toLocaleString("en-US")} ${count === 1 ? "box" : "boxes"}${fits ? "" : ", too many"}`;
    const made = make(
      "button",
      { type: "button", role: "menuitemradio", "aria-checked": String(isNow) },
      make("span", {}, name),
      make("span", { class: "depth-count" }, boxes),
    );
    made.disabled = !fits;
    made.addEventListener("click", () => {
      open(false);
      choose(depth);
    });
    return made;
  }

  /** The depth that a digit key means: the deepest there is for a larger one, as far as it can be drawn. */
  function nearest(digit) {
    if (!told.depths.length) return digit; // nothing is drawn that could tell
    let depth = Math.min(digit, told.depths.length - 1);
    while (depth > 0 && told.depths[depth] > told.most) depth -= 1;
    return Math.max(depth, 0);
  }
  return { show, nearest };
}
