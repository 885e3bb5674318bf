/** Options of which one is on: a few side by side, or in a list. */

import { make } from "../../graph_view/dom.mjs";

let groups = 0;

/**
 * @param {string} label @param {[string, string][]} options each with its words
 * @param {string} first @param {() => void} changed
 */
export function createSegments(label, options, first, changed) {
  const group = `values-segments-${(groups += 1)}`;
  const element = make("div", { class: "values-segments", role: "radiogroup", "aria-label": label });
  const radios = options.map(([value, words]) => {
    const radio = make("input", { type: "radio", name: group, value });
    radio.checked = value === first;
    radio.addEventListener("change", changed);
    element.append(make("label", {}, radio, make("span", {}, words)));
    return radio;
  });
  return {
    element,
    get value() {
      return radios.find((radio) => radio.checked)?.value ?? first;
    },
    /** @param {string} value */
    put(value) {
      for (const radio of radios) radio.checked = radio.value === value;
    },
  };
}

/** Other options in a list; the one that is on stays on if it is still there. @param {HTMLSelectElement} select @param {{id: string, label: string}[]} options */
export function setOptions(select, options) {
  const before = select.value;
  select.replaceChildren(...options.map(({ id, label }) => make("option", { value: id }, label)));
  if (options.some(({ id }) => id === before)) select.value = before;
}
