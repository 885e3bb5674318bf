/** The sizes that an input leaves open, as a user types them. */

import { make } from "../../../graph_view/dom.mjs";

/** @import { InputField } from "../input_types.mjs" */
/** @typedef {{sizes: (number | null)[] | null, problem: string, wrong: number}} TypedSizes `wrong` is the text that is no size, -1 for none */

const WHOLE = /^[1-9]\d{0,9}$/;

/**
 * The whole shape with the typed sizes.
 * @param {(number | null)[] | null} shape null: the only text has all sizes, `2, 3`
 * @param {string[]} texts one for each unknown size
 * @returns {TypedSizes}
 */
export function typedSizes(shape, texts) {
  const parts = shape ? texts : texts[0].split(/[\s,×x]+/).filter(Boolean);
  const wrong = parts.findIndex((text) => !WHOLE.test(text.trim()));
  if (wrong >= 0) {
    const words = parts[wrong].trim() || "an empty field";
    return { sizes: null, problem: `${words} is not a size: write a whole number from 1`, wrong: shape ? wrong : 0 };
  }
  const sizes = parts.map(Number);
  const rest = [...sizes];
  return { sizes: shape ? shape.map((size) => size ?? rest.shift() ?? null) : sizes, problem: "", wrong: -1 };
}

/**
 * A field for each unknown size.
 * @param {InputField} field @param {() => void} changed
 */
export function createSizes({ label, shape, sizes: usual }, changed) {
  const axes = shape ? shape.flatMap((size, axis) => (size == null ? [axis] : [])) : [-1];
  const fields = axes.map((axis) => {
    const words = axis < 0 ? "Sizes" : axis === 0 && (shape?.length ?? 0) > 1 ? "Batch size" : `Size of axis ${axis}`;
    const input = make("input", { type: "text", inputmode: "numeric", autocomplete: "off", "aria-label": `${label}, ${words.toLowerCase()}` });
    if (axis < 0) input.placeholder = "2, 3";
    input.value = axis < 0 ? usual.join(", ") : String(usual[axis]);
    input.addEventListener("input", () => changed());
    return { axis, input, element: make("label", { class: "values-size" }, make("span", {}, words), input) };
  });
  return {
    elements: fields.map((field) => field.element),
    typed: () => typedSizes(shape, fields.map((field) => field.input.value)),
    /** The field of the text that is no size. */
    wrong() {
      return fields[this.typed().wrong]?.input;
    },
    /** @param {(number | null)[]} sizes */
    put(sizes) {
      for (const field of fields) field.input.value = field.axis < 0 ? sizes.join(", ") : String(sizes[field.axis] ?? "");
    },
  };
}
