/** The strip below the graph with the inputs of the shown values: sliders where positions were computed ahead. */

import { make } from "../../graph_view/dom.mjs";
import { numberText, positionOf, readoutsOf } from "./values.mjs";

/** @import { CarriedSlider, ValuesBlock } from "./types.mjs" */

/**
 * Add the strip to the stage.
 * @param {HTMLElement} stage
 * @param {ValuesBlock} block
 * @param {(position: number) => void} moved a slider was moved
 */
export function createStrip(stage, block, moved) {
  const { sliders, inputs, gradient, notes } = block;
  const places = sliders.map(({ at }) => at);
  const results = make("span", { class: "carried-results", role: "status" });
  const still = inputs.filter(({ name }) => !sliders.some((slider) => slider.name === name));

  function refresh() {
    results.textContent = resultWords(block, positionOf(sliders, places));
  }

  const strip = make(
    "section",
    { class: "carried", "aria-label": "Values" },
    make("h2", {}, "Values"),
    ...sliders.map((slider, i) =>
      drawSlider(slider, (place) => {
        places[i] = place;
        refresh();
        moved(positionOf(sliders, places));
      }),
    ),
    ...still.map(({ name, tensor, words }) => make("span", { class: "carried-input" }, `${name}: ${tensor}, ${words}`)),
    results,
    ...(gradient ? [make("span", { class: "carried-gradient" }, `∂ gradients of ${gradient}`)] : []),
    ...notes.map((note) => make("span", { class: "carried-note" }, note)),
  );
  refresh();
  stage.append(strip);
}

/** @param {CarriedSlider} slider @param {(place: number) => void} moved */
function drawSlider({ name, numbers, at }, moved) {
  const last = String(numbers.length - 1);
  const input = make("input", { type: "range", min: "0", max: last, step: "1", value: String(at), "aria-label": name });
  const output = make("output", {});
  function write() {
    const text = numberText(numbers[input.valueAsNumber]);
    output.textContent = text;
    input.setAttribute("aria-valuetext", text);
  }
  input.addEventListener("input", () => {
    write();
    moved(input.valueAsNumber);
  });
  write();
  return make("label", { class: "carried-slider" }, make("span", {}, name), input, output);
}

/** The results that are single numbers: `output = 42`. @param {ValuesBlock} block @param {number} position */
function resultWords(block, position) {
  return block.results
    .flatMap(([name, output]) => {
      const number = readoutsOf(block, output, position).find(({ of, form }) => of === "value" && form === "number");
      return number ? [`${name} = ${number.text}`] : [];
    })
    .join(" · ");
}
