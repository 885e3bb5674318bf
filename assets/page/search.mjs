/** The search field: a combobox whose list is #results, and the way from match to match. */

import { closestTo, targetOf } from "../graph_view/dom.mjs";
import { FIELDS, isHeld } from "../graph_view/input/keys.mjs";
import { MATCH_COUNT, NEXT_MATCH, PREVIOUS_MATCH, RESULTS, SEARCH, TARGET } from "../ids.mjs";
import { setProps } from "./dash.mjs";

/** @type {string[]} */
let targets = []; // where the search leads, best first
let total = 0;
let at = -1; // the match that was gone to last
let steps = 0;

/** @returns {HTMLInputElement | null} */
const field = () => document.querySelector(`input#${SEARCH}`);
/** @returns {HTMLElement[]} */
const results = () => [...document.querySelectorAll(`#${RESULTS} .result`)].filter((line) => line instanceof HTMLElement);

/** @param {HTMLElement[]} list @param {number} index */
function markResult(list, index) {
  list.forEach((item, i) => item.setAttribute("aria-selected", String(i === index)));
  const chosen = list[index];
  if (!chosen) field()?.removeAttribute("aria-activedescendant");
  else {
    field()?.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }
}

/** @param {KeyboardEvent} event */
function keySearch(event) {
  const list = results();
  const current = list.findIndex((item) => item.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") markResult(list, Math.min(list.length - 1, current + 1));
  else if (event.key === "ArrowUp") markResult(list, Math.max(0, current - 1));
  else if (event.key === "Enter" && list.length) list[Math.max(0, current)].click();
  else if (event.key === "Escape") targetOf(event)?.blur();
  else return;
  event.preventDefault();
}

function words() {
  if (!total) return "";
  const place = at < 0 ? "" : `${(at + 1).toLocaleString("en-US")} of `;
  return `${place}${total.toLocaleString("en-US")}${at < 0 ? " found" : ""}`;
}

/** Go on to the next match, or back to the previous one; behind the last comes the first. @param {1 | -1} by */
function step(by) {
  if (!targets.length) return;
  at = at < 0 && by < 0 ? targets.length - 1 : (at + by + targets.length) % targets.length;
  showCount();
  steps += 1;
  setProps(TARGET, { data: { target: targets[at], n: steps } });
}

function showCount() {
  setProps(MATCH_COUNT, { children: words() });
}

/**
 * A new search begins before its first match; the same one, asked again of another view, continues where it was.
 * @param {{targets: string[], total: number} | null} matches
 * @returns {[boolean, string]} whether the bar is hidden, and its words
 */
export function showMatches(matches) {
  const next = matches?.targets ?? [];
  if (next.join("\n") !== targets.join("\n")) at = -1;
  targets = next;
  total = matches?.total ?? 0;
  return [!total, words()];
}

/** @param {MouseEvent} event */
function pressed(event) {
  const line = closestTo(event, `#${RESULTS} .result`);
  if (line) {
    // A chosen result closes the list.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    at = Math.min(results().indexOf(line), targets.length - 1);
    showCount();
  }
  if (closestTo(event, `#${NEXT_MATCH}`)) step(1);
  if (closestTo(event, `#${PREVIOUS_MATCH}`)) step(-1);
}

/** @param {KeyboardEvent} event */
function keyed(event) {
  if (targetOf(event)?.id === SEARCH) keySearch(event);
  if (event.key === "F3" && targets.length) {
    event.preventDefault();
    step(event.shiftKey ? -1 : 1);
  }
  const box = field();
  if (event.key !== "/" || !box || targetOf(event)?.closest(FIELDS) || isHeld(event)) return;
  event.preventDefault();
  box.focus();
  box.select();
}

document.addEventListener("click", pressed);
document.addEventListener("keydown", keyed);
