/** The sizes that an input leaves open, as a user types them. */

import { make } from "../../../graph_view/dom.mjs";

/** @typedef {{sizes: (number | null)[] | null, problem: string}} TypedSizes */

const WHOLE = /^[1-9]\d{0,9}$/;

/**
 * The whole shape with the typed sizes.
 * @param {(number | null)[] | null} shape null: the only text has all sizes, `2, 3`
 * @param {string[]} texts one for each unknown size
 * @returns {TypedSizes}
 */
export function typedSizes(shape, texts) {
  const parts = shape ? texts : texts[0].split(/[\s,×x]+/).filter(Boolean);
  const wrong = parts.find((text) => text.trim() && !WHOLE.test(text.trim()));
  if (wrong !== undefined) return { sizes: null, problem: `${wrong} is not a size: write a whole number from 1` };
  const sizes = parts.map((text) => (text.trim() ? Number(text) : null));
  if (!shape) return { sizes, problem: "" };
  const rest = [...sizes];
  return { sizes: shape.map((size) => size ?? rest.shift() ?? null), problem: "" };
}

/**
 * A field for each unknown size.
 * @param {string} label @param {(number | null)[] | null} shape @param {() => void} changed
 */
export function createSizes(label, shape, changed) {
  const axes = shape ? shape.flatMap((size, axis) => (size == null ? [axis] : [])) : [-1];
  const fields = axes.map((axis) => {
    const words = axis < 0 ? "Sizes" : axis === 0 && (shape?.length ?? 0) > 1 ? "Batch size" : `Size of axis ${axis}`;
    const input = make("input", { type: "text", inputmode: "numeric", autocomplete: "off", "aria-label": `${label}, ${words.toLowerCase()}` });
    if (axis < 0) input.placeholder = "2, 3";
    input.value = axis === 0 ? "1" : "";
    input.addEventListener("input", () => changed());
    return { axis, input, element: make("label", { class: "values-size" }, make("span", {}, words), input) };
  });
  return {
    elements: fields.map((field) => field.element),
    typed: () => typedSizes(shape, fields.map((field) => field.input.value)),
    /** @param {(number | null)[]} sizes */
    put(sizes) {
      for (const field of fields) field.input.value = field.axis < 0 ? sizes.join(", ") : String(sizes[field.axis] ?? "");
    },
  };
}
