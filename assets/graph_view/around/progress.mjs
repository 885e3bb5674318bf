/** What the page waits for: how far the server is with it, and a button that leaves it and goes back. */

import { make, makeButton } from "../dom.mjs";
import { isTaken } from "../input/keys.mjs";
import { sameView } from "../url.mjs";

/**
 * @import { View } from "../../types.mjs"
 * @import { Props } from "../types.mjs"
 */

const PATIENCE_MS = 300;
const EVERY_MS = 200;

/** The name by which the server knows this page. */
export const PAGE = Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join("");

const server = `/layout/${PAGE}`;
const hasServer = () => document.documentElement.dataset.address !== "hash";
/** @param {number} number */
const count = (number) => number.toLocaleString("en-US");

/** How far the server is with the boxes of a view; `total` is 0 before it knows how many. @param {number} done @param {number} total */
export function progressText(done, total) {
  if (!total) return "Reading the graph…";
  return done === total ? `Drawing ${count(total)} boxes…` : `Laying out ${count(done)} of ${count(total)} boxes…`;
}

/** @param {HTMLElement} host @param {(steps: number) => void} goBack to the view that is drawn, so many steps back */
export function createProgress(host, goBack) {
  const panel = createPanel(host, cancel);
  let timer = 0;
  let steps = 0; // of the page's history since what is drawn
  let waiting = false;
  document.addEventListener("keydown", onKey, true);

  /**
   * Wait while something else than what is drawn is asked for.
   * @param {View | null} drawnView the view that the scene is of
   * @param {Props} props
   * @param {boolean} pushed whether the view just became a step of the history
   */
  function update(drawnView, { view, message }, pushed) {
    if (drawnView && view && !message && hasServer() && !sameView(drawnView, view)) begin(pushed);
    else if (waiting) end();
  }

  /** @param {boolean} pushed */
  function begin(pushed) {
    steps += pushed ? 1 : 0;
    if (waiting) return;
    waiting = true;
    timer = setTimeout(follow, PATIENCE_MS);
  }

  async function follow() {
    const progress = await fetch(server).then((answer) => answer.json()).catch(() => ({}));
    if (!waiting) return;
    panel.show(progress);
    timer = setTimeout(follow, EVERY_MS);
  }

  /** What was asked for is there, or cannot be. */
  function end() {
    waiting = false;
    steps = 0;
    clearTimeout(timer);
    panel.hide();
  }

  /** What is asked for instead stops what is on its way. */
  function cancel() {
    const back = steps;
    end();
    goBack(back);
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.key !== "Escape" || !panel.isShown() || isTaken(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    cancel();
  }

  function stop() {
    end();
    document.removeEventListener("keydown", onKey, true);
  }
  return { update, stop };
}

/** Words, a bar and a button. @param {HTMLElement} host @param {() => void} cancel */
function createPanel(host, cancel) {
  const words = make("div", { class: "progress-words" });
  const bar = make("progress", { "aria-label": "Boxes laid out" });
  const button = makeButton("Cancel and keep the current view (Escape)", "progress-cancel", cancel, "Cancel");
  const root = make("div", { class: "progress", role: "group", "aria-label": "Progress" }, words, bar, button);
  const hide = () => (root.hidden = true);
  hide();
  host.append(root);

  function show({ done = 0, total = 0 }) {
    words.textContent = progressText(done, total);
    if (total) Object.assign(bar, { max: total, value: done });
    else bar.removeAttribute("value");
    root.hidden = false;
  }

  return { show, hide, isShown: () => !root.hidden };
}
