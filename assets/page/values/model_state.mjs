/** With which weights a model runs, and as in training or not. */

import { make } from "../../graph_view/dom.mjs";
import { USUAL_SEED, seedProblem } from "./inputs/seeds.mjs";
import { createSegments, setOptions } from "./segments.mjs";

/** @import { ValuesForm } from "./input_types.mjs" */

const MISSING = "The weights of this link are not here: their run was deleted, or is on another machine.";

/** @param {ValuesForm} form @param {() => void} changed */
export function createModelState(form, changed) {
  const weights = make("select", { "aria-label": "Weights" });
  const only = make("span", { class: "values-only" }); // where there is nothing to choose
  const weightsLine = make("label", { class: "values-line" }, make("span", {}, "Weights"), weights, only);
  const mode = createSegments("Mode", [["inference", "Inference"], ["training", "Training"]], "inference", () => {
    update();
    changed();
  });
  const seed = make("input", { type: "text", inputmode: "numeric", autocomplete: "off", value: String(USUAL_SEED), "aria-label": "Seed for dropout and other random ops" });
  const seedLabel = make("label", { class: "values-size" }, make("span", {}, "Seed"), seed);
  const problem = make("p", { class: "values-problem", role: "alert" });
  const update = () => (seedLabel.hidden = problem.hidden = mode.value !== "training");
  const missing = make("p", { class: "values-hint" }, MISSING);
  missing.hidden = true;
  let wanted = ""; // what was chosen, here or for another graph of the source; it may not be offered yet
  weights.addEventListener("change", () => {
    wanted = weights.value;
    missing.hidden = true;
    changed();
  });
  seed.addEventListener("input", () => {
    problem.textContent = seedProblem(seed.value);
    seed.setAttribute("aria-invalid", String(problem.textContent !== ""));
    if (!problem.textContent) changed();
  });
  update();
  const modeLine = make("div", { class: "values-line" }, make("span", {}, "Mode"), mode.element, seedLabel);
  modeLine.hidden = !form.has_training;
  const note = make("p", { class: "values-hint", role: "status" });
  const element = make("div", { class: "values-model" }, weightsLine, missing, modeLine, problem, note);

  /** What is chosen stays if it is still offered; whether it does. @param {ValuesForm["weights"]} options */
  function offer(options) {
    const before = weights.value;
    setOptions(weights, options);
    if (isOffered(wanted)) weights.value = wanted;
    only.textContent = options[0]?.label ?? "";
    weights.hidden = options.length < 2;
    only.hidden = !weights.hidden;
    weightsLine.hidden = options.length === 0;
    element.hidden = weightsLine.hidden && modeLine.hidden;
    return weights.value === before;
  }

  /** Choose weights if they are offered; whether they are. @param {string} id */
  function choose(id) {
    wanted = id;
    if (isOffered(id)) weights.value = id;
    return isOffered(id) || id === "";
  }

  /** @param {string} id */
  function isOffered(id) {
    return [...weights.options].some(({ value }) => value === id);
  }

  offer(form.weights);
  return {
    element,
    offer,
    choose,
    /** Set what an address asks for. @param {string} id @param {boolean} isTraining @param {number} [number] the seed */
    put(id, isTraining, number) {
      missing.hidden = choose(id);
      if (isTraining) mode.put("training");
      if (number !== undefined) seed.value = String(number);
      update();
    },
    /** What the boxes cannot show. @param {string} text */
    say: (text) => (note.textContent = text),
    weights: () => weights.value,
    wanted: () => wanted,
    training: () => form.has_training && mode.value === "training",
    seed: () => (seedProblem(seed.value) ? USUAL_SEED : Number(seed.value)),
    /** In words, for what evaluations are compared by. */
    words: () => [weights.selectedOptions[0]?.textContent, form.has_training ? `${mode.value} mode` : ""],
  };
}
