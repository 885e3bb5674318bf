/** Text for an input of strings: one, or a line for each. */

import { make } from "../../../graph_view/dom.mjs";

/** @import { InputField, WayPart } from "../input_types.mjs" */

/** @param {InputField} field @param {() => void} changed @returns {WayPart} */
export function createText(field, changed) {
  const isOne = field.shape?.length === 0;
  const hint = isOne ? "" : ", one text on each line";
  const area = make("textarea", { class: "values-text", rows: isOne ? "2" : "3", "aria-label": field.label + hint });
  area.addEventListener("input", () => changed());
  const words = isOne ? [] : [make("p", { class: "values-hint" }, "One text on each line")];
  return {
    element: make("div", {}, area, ...words),
    put(setting) {
      area.value = String(setting.value ?? "");
    },
    setting: () => ({ kind: "text", value: area.value }),
    focus: () => area.focus(),
  };
}
