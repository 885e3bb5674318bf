/** A base that the evaluations are compared with: kept, shown, cleared. */

import { make, makeButton } from "../../graph_view/dom.mjs";

/** @import { Base } from "./input_types.mjs" */

/**
 * @param {() => Base | null} current the last evaluation as a base
 * @param {() => void} changed
 */
export function createCompare(current, changed) {
  /** @type {Base | null} */
  let base = null;
  const keep = makeButton("Keep this input as the base", "button", () => put(current()), "Keep this input as the base");
  const words = make("span", { class: "values-base" });
  const box = make("input", { type: "checkbox" });
  const toggle = make("label", { class: "values-truth" }, box, "Show the difference on every box");
  const clear = makeButton("Clear the base", "link", () => {
    put(null);
    keep.focus();
  }, "Clear");
  const line = make("div", { class: "values-compare-line" }, words, toggle, clear);
  const hint = make("p", { class: "values-hint" }, "Then change an input or the weights to see the difference.");

  /** @param {Base | null} next */
  function put(next) {
    const wasShown = base !== null && box.checked;
    base = next;
    box.checked = next !== null;
    update();
    if (next || wasShown) changed();
  }

  function update() {
    line.hidden = base === null;
    hint.hidden = keep.hidden = base !== null;
    words.textContent = base?.words ?? "";
    words.title = base?.words ?? "";
  }

  box.addEventListener("change", changed);
  update();
  const element = make("section", { class: "values-compare" }, make("h3", {}, "Compare"), keep, hint, line);
  return {
    element,
    /** Compare with the base of an address. @param {Base} shared */
    restore(shared) {
      base = shared;
      box.checked = true;
      update();
    },
    /** The base if the difference to it is shown. */
    base: () => (box.checked ? base : null),
    /** @param {boolean} can whether there is an evaluation to keep */
    enable(can) {
      keep.disabled = !can;
    },
  };
}
