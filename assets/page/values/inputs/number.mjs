/** A number: a field, and a slider beside it. */

import { make } from "../../../graph_view/dom.mjs";
import { snapped, typedNumber, widened } from "./ranges.mjs";

/** @import { InputField, WayPart } from "../input_types.mjs" */

/** @param {InputField} field @param {() => void} changed @returns {WayPart} */
export function createNumber(field, changed) {
  return field.dtype === "bool" ? createTruth(field, changed) : createRange(field, changed);
}

/** @param {InputField} field @param {() => void} changed @returns {WayPart} */
function createRange(field, changed) {
  const text = make("input", {
    type: "text",
    inputmode: "text", // a phone's number keys lack minus and e
    class: "values-number",
    autocomplete: "off",
    spellcheck: "false",
    "aria-label": field.label,
  });
  const element = make("div", { class: "values-number-line" });
  const slider = field.step == null ? null : make("input", { type: "range", class: "values-slider", step: "any" });
  const isWhole = /^u?int/.test(field.dtype);
  const first = { minimum: field.minimum ?? 0, maximum: field.maximum ?? 1, step: field.step ?? 1, isWhole };
  let range = first;

  /** A typed number has the range that fits it; while the slider moves, its ends stay. */
  function fitRange() {
    range = widened(first, typedNumber(text.value));
    placeSlider();
  }

  function placeSlider() {
    if (!slider) return;
    const value = typedNumber(text.value);
    slider.min = String(range.minimum);
    slider.max = String(range.maximum);
    if (Number.isFinite(value)) slider.value = String(value);
    const share = (slider.valueAsNumber - range.minimum) / (range.maximum - range.minimum);
    slider.style.setProperty("--share", `${Math.round(share * 1000) / 10}%`);
    slider.setAttribute("aria-valuetext", text.value);
  }

  text.addEventListener("input", () => {
    fitRange();
    changed();
  });
  if (slider) {
    slider.setAttribute("aria-label", `${field.label}, slider`);
    slider.addEventListener("input", () => {
      text.value = snapped(slider.valueAsNumber, range);
      placeSlider();
      changed();
    });
    slider.addEventListener("keydown", (event) => stepByKey(event, slider, range.step));
    element.append(slider);
  }
  element.append(text);
  return {
    element,
    put(setting) {
      text.value = String(setting.value ?? "");
      fitRange();
    },
    setting: () => ({ kind: "number", value: text.value }),
    focus: () => text.focus(),
  };
}

const DIRECTIONS = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 };

/** The slider has no steps, because a typed number may lie between two; its keys have. @param {KeyboardEvent} event @param {HTMLInputElement} slider @param {number} step */
function stepByKey(event, slider, step) {
  const direction = DIRECTIONS[/** @type {keyof typeof DIRECTIONS} */ (event.key)];
  if (!direction) return;
  event.preventDefault();
  slider.valueAsNumber += direction * step;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}

/** @param {InputField} field @param {() => void} changed @returns {WayPart} */
function createTruth(field, changed) {
  const box = make("input", { type: "checkbox", "aria-label": field.label });
  const words = make("span", {}, "false");
  const element = make("label", { class: "values-truth" }, box, words);
  const say = () => (words.textContent = String(box.checked));
  box.addEventListener("change", () => {
    say();
    changed();
  });
  return {
    element,
    put(setting) {
      box.checked = setting.value === "true";
      say();
    },
    setting: () => ({ kind: "number", value: String(box.checked) }),
    focus: () => box.focus(),
  };
}
