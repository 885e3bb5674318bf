/** The border between Inspect and Training, which can be moved with the pointer or the keyboard. */

import { closestTo, targetOf } from "../graph_view/dom.mjs";
import { recall, remember } from "../graph_view/storage.mjs";

const STORED = "graphlab:inspect-share";
const LEAST = 15; // percent of the panel's height
const MOST = 85;
const KEY_STEP = 5;
const root = document.documentElement;

/** The splitter on which an event happened. @param {Event} event */
const splitterAt = (event) => closestTo(event, ".splitter");

/** @param {HTMLElement} splitter @param {number} percent */
function shareSpace(splitter, percent) {
  const value = Math.round(Math.min(MOST, Math.max(LEAST, percent)));
  root.style.setProperty("--chosen-share", `${value}%`);
  splitter.setAttribute("aria-valuenow", String(value));
  remember(STORED, String(value));
}

/** The default split, which depends on what there is to show. @param {HTMLElement} splitter */
function unshareSpace(splitter) {
  root.style.removeProperty("--chosen-share");
  remember(STORED, "");
  tellShare(splitter);
}

/** @param {HTMLElement} splitter */
function shareOf(splitter) {
  const whole = splitter.parentElement?.getBoundingClientRect();
  return whole?.height ? ((splitter.getBoundingClientRect().top - whole.top) / whole.height) * 100 : 0;
}

/** @param {HTMLElement} splitter */
function tellShare(splitter) {
  splitter.setAttribute("aria-valuenow", String(Math.round(shareOf(splitter))));
}

/** @param {PointerEvent} event */
function dragSplitter(event) {
  const splitter = splitterAt(event);
  const bounds = splitter?.parentElement?.getBoundingClientRect();
  if (!splitter || !bounds) return;
  event.preventDefault();
  splitter.focus();
  splitter.setPointerCapture(event.pointerId);
  /** @param {PointerEvent} to */
  const move = (to) => shareSpace(splitter, ((to.clientY - bounds.top) / bounds.height) * 100);
  splitter.addEventListener("pointermove", move);
  splitter.addEventListener("pointerup", () => splitter.removeEventListener("pointermove", move), { once: true });
}

/** @param {KeyboardEvent} event */
function keySplitter(event) {
  const splitter = targetOf(event);
  if (!(splitter instanceof HTMLElement) || !splitter.matches(".splitter")) return;
  if (event.key === "ArrowUp") shareSpace(splitter, shareOf(splitter) - KEY_STEP);
  else if (event.key === "ArrowDown") shareSpace(splitter, shareOf(splitter) + KEY_STEP);
  else if (event.key === "Enter") unshareSpace(splitter);
  else return;
  event.preventDefault();
}

const stored = Number(recall(STORED));
if (stored) root.style.setProperty("--chosen-share", `${stored}%`);

document.addEventListener("pointerdown", dragSplitter);
document.addEventListener("keydown", keySplitter);
document.addEventListener("dblclick", (event) => {
  const splitter = splitterAt(event);
  if (splitter) unshareSpace(splitter);
});
document.addEventListener("focusin", (event) => {
  const splitter = splitterAt(event);
  if (splitter) tellShare(splitter);
});
