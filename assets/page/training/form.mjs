/** The training form's fields and buttons: which input is refused before it reaches the server; where the focus goes. */

import { closestTo, targetOf } from "../../graph_view/dom.mjs";
import { TRAIN_NOTE, TRAIN_RESUME, TRAIN_START, TRAIN_STOP } from "../../ids.mjs";
import { setProps } from "../dash.mjs";

const HASTE_MS = 500; // a second click this soon was meant for the first button
const STOP_MS = 5000; // a stop takes at most 2 s; then the button is enabled again
const FOCUS_MS = 100; // until the other button appears
const BUTTONS = [TRAIN_START, TRAIN_STOP, TRAIN_RESUME].map((id) => `#${id}`).join(", ");

let pressedAt = -Infinity;
let stoppingAt = -Infinity;

/**
 * A button that disappears passes its focus to the one that replaces it.
 * @param {boolean} alive whether the run is running
 * @returns {string} the text of the Stop button
 */
export function refocus(alive) {
  const [from, to] = alive ? [TRAIN_START, TRAIN_STOP] : [TRAIN_STOP, TRAIN_START];
  if (document.activeElement?.id === from) {
    setTimeout(() => document.getElementById(to)?.focus({ preventScroll: true }), FOCUS_MS);
  }
  if (!alive) stoppingAt = -Infinity;
  return performance.now() - stoppingAt < STOP_MS ? "Stopping…" : "Stop";
}

/** Why a field's value is invalid; "" if it is valid. @param {HTMLInputElement} field */
function wrongOf(field) {
  if (field.validity.valid) return "";
  const name = field.closest("label")?.querySelector("span")?.textContent ?? field.id;
  if (!field.max) return `${name} must be a number above 0`;
  const kind = field.step === "1" ? "a whole number" : "a number";
  const [least, most] = [field.min, field.max].map((text) =>
    Number(text).toLocaleString("en-US", { maximumFractionDigits: 10 }),
  );
  return `${name} must be ${kind} from ${least} to ${most}`;
}

/** Marks the first invalid field and says what is wrong. */
function refuses() {
  /** @type {NodeListOf<HTMLInputElement>} */
  const fields = document.querySelectorAll(".form input");
  const field = [...fields].find(wrongOf);
  if (!field) return false;
  setProps(TRAIN_NOTE, { children: wrongOf(field) });
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", TRAIN_NOTE);
  field.focus();
  return true;
}

/** @param {MouseEvent} event */
function pressed(event) {
  const button = closestTo(event, BUTTONS);
  if (!button) return;
  const hasty = event.timeStamp - pressedAt < HASTE_MS;
  if (hasty || (button.id !== TRAIN_STOP && refuses())) {
    event.stopPropagation();
    return;
  }
  pressedAt = event.timeStamp;
  if (button.id !== TRAIN_STOP) return;
  stoppingAt = performance.now();
  setTimeout(() => setProps(TRAIN_STOP, { children: "Stopping…" }));
}

/** @param {Event} event */
function edited(event) {
  const field = targetOf(event);
  if (field?.getAttribute("aria-invalid") !== "true") return;
  field.removeAttribute("aria-invalid");
  setProps(TRAIN_NOTE, { children: "" });
}

/** @param {KeyboardEvent} event */
function entered(event) {
  if (event.key === "Enter" && targetOf(event)?.matches(".form input")) document.getElementById(TRAIN_START)?.click();
}

// Before React sees the click: a form with an invalid field must not reach the server.
document.addEventListener("click", pressed, true);
document.addEventListener("input", edited);
document.addEventListener("keydown", entered);
