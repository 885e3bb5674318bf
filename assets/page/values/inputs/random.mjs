/** Random numbers with a seed, and the sizes that the input leaves open; and the source's own example. */

import { make, makeButton } from "../../../graph_view/dom.mjs";
import { USUAL_SEED, seedProblem } from "./seeds.mjs";
import { createSizes } from "./sizes.mjs";

/** @import { InputField, WayPart } from "../input_types.mjs" */


/** @param {InputField} field @param {(problem?: string, wrong?: HTMLElement) => void} changed @returns {WayPart} */
export function createRandom(field, changed) {
  const seed = make("input", { type: "text", inputmode: "numeric", autocomplete: "off", "aria-label": `${field.label}, seed` });
  const hasSizes = !field.shape || field.shape.includes(null);
  const sizes = hasSizes ? createSizes(field, check) : null;

  function check() {
    const problem = seedProblem(seed.value);
    if (problem) changed(problem, seed);
    else changed(sizes?.typed().problem, sizes?.wrong());
  }

  seed.addEventListener("input", check);
  const another = makeButton(`Other random numbers for ${field.label}`, "link", () => {
    seed.value = String((Number(seed.value) || 0) + 1);
    check();
  }, "Other numbers");
  return {
    element: make("div", { class: "values-random" }, ...(sizes?.elements ?? []), make("label", { class: "values-size" }, make("span", {}, "Seed"), seed), another),
    put(setting) {
      seed.value = String(setting.seed ?? USUAL_SEED);
      if (setting.sizes) sizes?.put(setting.sizes);
    },
    setting: () => ({ kind: "random", seed: Number(seed.value), ...(sizes ? { sizes: sizes.typed().sizes } : {}) }),
    focus: () => seed.focus(),
  };
}

/** @param {InputField} _field @param {() => void} _changed @returns {WayPart} */
export function createExample(_field, _changed) {
  const element = make("p", { class: "values-hint", tabindex: "-1" }, "The source's own example_inputs");
  return { element, put() {}, setting: () => ({ kind: "example" }), focus: () => element.focus() };
}
