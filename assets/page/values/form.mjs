/** The form for one graph: its inputs, what the boxes show, weights, the base, and the results. Asks nothing itself. */

import { make, makeButton } from "../../graph_view/dom.mjs";
import { createCompare } from "./compare.mjs";
import { createField } from "./inputs/field.mjs";
import { createModelState } from "./model_state.mjs";
import { USUAL_SEED } from "./inputs/seeds.mjs";
import { showOutputs } from "./outputs.mjs";
import { createRunning } from "./running.mjs";
import { createShownPart } from "./shown_part.mjs";

/** @import { Base, EvaluationFacts, FormState, InputField, InputSetting, SharedForm, ValuesForm } from "./input_types.mjs" */
/** @typedef {ReturnType<typeof createForm>} Form */

const LONGEST_BASE = 120; // letters of a base in words

/**
 * @param {ValuesForm} form
 * @param {(name: string) => InputSetting | undefined} before what was set for an input of the same name, dtype and shape
 * @param {{changed: () => void, stop: () => void, select: (opId: string) => void}} on
 */
export function createForm(form, before, on) {
  /** @type {{facts: EvaluationFacts, state: FormState} | null} */
  let last = null;
  let randomSeed = USUAL_SEED - 1;
  const fields = form.fields.map((field) => {
    const created = createField(field, (setting) => {
      followRow(field, setting);
      on.changed();
    });
    const setting = before(keyOf(field));
    if (setting) created.put(setting);
    return created;
  });
  const part = createShownPart(form.targets, on.changed);
  const model = createModelState(form, on.changed);
  const compare = createCompare(asBase, on.changed);
  const running = createRunning(on.stop);
  const note = make("p", { class: "values-problem", role: "alert" });
  const outputs = make("div", { class: "values-outputs" });
  const inputs = make("section", { class: "values-inputs", "aria-label": "Inputs" });
  const random = makeButton("Set all inputs to random numbers", "link", setRandom, "Random");
  random.hidden = !form.fields.some((field) => field.ways.includes("random"));
  const heading = make("div", { class: "values-heading" }, make("h3", {}, fields.length === 1 ? "Input" : "Inputs"), random);
  const problem = make("p", { class: "values-problem", role: "alert" }, form.problem);
  inputs.append(heading, problem, ...fields.map((field) => field.element));
  if (!fields.length) inputs.append(make("p", { class: "values-hint" }, "This graph has no inputs."));
  const element = make("div", { class: "values-form" }, inputs, running.element, note, outputs, part.element, model.element);
  compare.enable(false);

  /** New random numbers with each click. */
  function setRandom() {
    randomSeed += 1;
    for (const field of fields) {
      if (field.field.ways.includes("random")) field.put({ ...field.setting(), kind: "random", seed: randomSeed });
    }
    on.changed();
  }

  /** A row of the data is one row for all inputs that show the data. @param {InputField} field @param {InputSetting} setting */
  function followRow(field, setting) {
    if (setting.kind !== "row") return;
    for (const other of fields) {
      if (other.field !== field && other.setting().kind === "row") other.put(setting);
    }
  }

  /** @returns {FormState} */
  function state() {
    return {
      settings: Object.fromEntries(fields.map((field) => [field.field.name, field.setting()])),
      gradient: part.gradient(),
      show: part.part(),
      training: model.training(),
      seed: model.seed(),
      weights: model.weights(),
    };
  }

  /** @returns {Base | null} */
  function asBase() {
    if (!last) return null;
    const { facts, state: used } = last;
    const inputWords = fields.map(({ field }) => `${field.label} = ${wordsOf(used.settings[field.name], facts.words[field.name])}`);
    const words = [inputWords.join(", "), ...model.words()].filter(Boolean).join(" · ");
    const short = words.length > LONGEST_BASE ? `${words.slice(0, LONGEST_BASE)}…` : words;
    return { evaluation: facts.id, state: used, words: short };
  }

  return {
    form,
    element,
    compareElement: compare.element,
    running,
    state,
    base: () => compare.base(),
    /** Take over what a new form for the same inputs offers; false if its inputs are others. @param {ValuesForm} next */
    update(next) {
      if (shapeOf(next) !== shapeOf(form)) return false;
      problem.textContent = next.problem;
      part.offer(next.targets);
      model.offer(next.weights);
      return true;
    },
    /** The weights that there are now. @param {ValuesForm["weights"]} weights */
    offerWeights(weights) {
      if (!model.offer(weights)) on.changed();
    },
    /** What is set for an input that is the same in another form. @param {string} key */
    settingOf: (key) => fields.find(({ field }) => keyOf(field) === key)?.setting(),
    chooseWeights: model.choose,
    wantedWeights: model.wanted,
    /** Set what an address asks for. @param {SharedForm} shared */
    restore({ settings = {}, show, gradient = "", weights = "", training = false, seed, base }) {
      for (const field of fields) {
        const setting = settings[field.field.name];
        if (setting && field.field.ways.includes(setting.kind)) field.put(setting);
      }
      if (show) part.put(show, gradient);
      model.put(weights, training, seed);
      if (base) compare.restore(base);
    },
    /** @param {EvaluationFacts} facts @param {FormState} used */
    showEvaluation(facts, used) {
      const isFirst = last === null;
      last = { facts, state: used };
      this.showProblems({});
      for (const field of fields) field.describe(facts.words[field.field.name] ?? "");
      showOutputs(outputs, facts.output, on.select);
      part.follow(facts.output);
      model.say(facts.note ?? "");
      if (isFirst) compare.enable(true);
    },
    /** Sentences by the inputs' names; that of "" is about everything. What was shown stays. @param {Record<string, string>} errors */
    showProblems(errors) {
      for (const field of fields) field.say(errors[field.field.name] ?? "");
      const names = new Set(fields.map((field) => field.field.name));
      const others = Object.entries(errors).filter(([name]) => !names.has(name));
      note.textContent = others.map(([, text]) => text).join("\n");
      outputs.classList.toggle("stale", Object.keys(errors).length > 0);
    },
  };
}

/** What must be the same for a form to stay. @param {ValuesForm} form */
function shapeOf({ fields, has_training: hasTraining }) {
  return JSON.stringify([fields, hasTraining]);
}

/** What an input is recognised by after a retrace. @param {InputField} field */
function keyOf({ name, dtype, shape, ways }) {
  return JSON.stringify([name, dtype, shape, ways]);
}

/** @param {InputSetting} setting @param {string | undefined} words */
function wordsOf(setting, words) {
  if (setting.kind === "number" || setting.kind === "text") return String(setting.value);
  if (setting.kind === "grid") return `[${String(setting.value)}]`;
  return words ?? setting.kind;
}
