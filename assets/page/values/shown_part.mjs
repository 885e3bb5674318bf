/** What the boxes show: the values, the gradients, or both; and of which number the gradients are. */

import { make } from "../../graph_view/dom.mjs";
import { highest, shortNumber } from "./outputs.mjs";
import { createSegments, setOptions } from "./segments.mjs";

/** @import { GradientTarget, OutputReadout, ShownPart } from "./input_types.mjs" */

/** @type {[ShownPart, string][]} */
const PARTS = [["value", "Value"], ["gradient", "Gradient"], ["both", "Both"]];

/** The position of a number in a tensor: 13 in [2,10] is [1,3]. @param {number} index @param {number[]} shape */
export function positionOf(index, shape) {
  const position = [];
  let rest = index;
  for (const size of [...shape].reverse()) {
    position.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return position;
}

/** @param {GradientTarget[]} first @param {() => void} changed */
export function createShownPart(first, changed) {
  let targets = first;
  const segments = createSegments("What the boxes show", PARTS, "value", () => {
    update();
    changed();
  });
  const target = make("select", { "aria-label": "Gradients of" });
  setOptions(target, first);
  const number = make("select", { "aria-label": "Which number of it" });
  const position = make("input", { type: "text", autocomplete: "off", "aria-label": "Position of the number, such as 0,3" });
  const of = make("span", { class: "values-of" }, make("label", {}, make("span", {}, "of"), target), number, position);
  /** @type {OutputReadout[]} */
  let outputs = [];
  let isTyped = false; // the position
  /** @type {string | null} */
  let picked = null; // the position whose gradients are shown, at first that of the highest number

  const chosen = () => targets.find(({ id }) => id === target.value);
  const readout = () => outputs.find(({ op_id, name }) => op_id === target.value || name === chosen()?.label);

  function update() {
    const output = readout();
    const isOne = chosen()?.count === 1 || output?.kind === "number";
    const hasBars = !isOne && output?.kind === "bars";
    of.hidden = segments.value === "value" || targets.length === 0;
    number.hidden = !hasBars;
    position.hidden = isOne || hasBars;
    if (output && hasBars) fillNumbers(output);
    else if (!isOne && !isTyped) position.value = (output?.shape ?? [0]).map(() => 0).join(",");
  }

  /** @param {OutputReadout} output */
  function fillNumbers(output) {
    const best = highest(output.numbers);
    const options = output.numbers.map((value, i) => {
      const words = `${output.labels[i]} (${shortNumber(value)})`;
      return make("option", { value: positionOf(i, output.shape).join(",") }, i === best ? `${words}, highest` : words);
    });
    number.replaceChildren(...options);
    number.value = picked ?? options[Math.max(0, best)].value;
  }

  function gradient() {
    if (segments.value === "value" || !chosen()) return "";
    if (!number.hidden) {
      picked ??= number.value; // so that it is the same number for the next input
      return `${target.value}[${number.value}]`;
    }
    return position.hidden ? target.value : `${target.value}[${position.value.trim()}]`;
  }

  target.addEventListener("change", () => {
    picked = null;
    isTyped = false;
    update();
    changed();
  });
  number.addEventListener("change", () => {
    picked = number.value;
    changed();
  });
  position.addEventListener("change", () => {
    isTyped = position.value.trim() !== "";
    update();
    changed();
  });
  update();
  return {
    element: make("div", { class: "values-part" }, segments.element, of),
    part: () => /** @type {ShownPart} */ (segments.value),
    gradient,
    /** Show this part, with the gradients of this number. @param {ShownPart} part @param {string} text */
    put(part, text) {
      const [, name, index = ""] = /^(.*?)(?:\[(.*)\])?$/.exec(text) ?? [];
      if (targets.some(({ id }) => id === name)) target.value = name;
      if (index) [picked, position.value, isTyped] = [index, index, true];
      segments.put(part);
      update();
    },
    /** @param {GradientTarget[]} next */
    offer(next) {
      targets = next;
      setOptions(target, next);
      update();
    },
    /** The results of the last evaluation: their numbers can be chosen. @param {OutputReadout[]} next */
    follow(next) {
      outputs = next;
      update();
    },
  };
}
