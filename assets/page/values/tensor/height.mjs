/** The height of the drawer, which can be changed with the pointer or the keyboard at its upper border. */

import { make } from "../../../graph_view/dom.mjs";
import { recall, remember } from "../../../graph_view/storage.mjs";
import { clamp } from "./colours.mjs";

const STORED = "graphlab:drawer-height";
const LEAST = 25; // percent of the window's height
const MOST = 85;
const USUAL = 48; // as in drawer.css
const KEY_STEP = 5;

/** @param {HTMLElement} section */
export function createHeight(section) {
  const handle = make("div", {
    class: "drawer-handle",
    role: "separator",
    tabindex: "0",
    "aria-orientation": "horizontal",
    "aria-label": "Height of the tensor drawer",
    "aria-valuenow": String(USUAL),
    "aria-valuemin": String(LEAST),
    "aria-valuemax": String(MOST),
  });
  section.prepend(handle);
  const stored = Number(recall(STORED));
  if (stored) resize(stored);
  handle.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    handle.focus();
    handle.setPointerCapture(event.pointerId);
    const bottom = section.getBoundingClientRect().bottom;
    /** @param {PointerEvent} to */
    const move = (to) => resize(((bottom - to.clientY) / window.innerHeight) * 100);
    handle.addEventListener("pointermove", move);
    handle.addEventListener("pointerup", () => handle.removeEventListener("pointermove", move), { once: true });
  });
  handle.addEventListener("keydown", (event) => {
    const step = { ArrowUp: KEY_STEP, ArrowDown: -KEY_STEP }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    resize((section.getBoundingClientRect().height / window.innerHeight) * 100 + step);
  });

  /** @param {number} percent */
  function resize(percent) {
    const value = Math.round(clamp(percent, LEAST, MOST));
    document.documentElement.style.setProperty("--drawer-height", `${value}vh`);
    handle.setAttribute("aria-valuenow", String(value));
    remember(STORED, String(value));
  }
}
