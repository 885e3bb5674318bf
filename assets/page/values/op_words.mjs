/** The selected op in words: its formula with numbers, the chain rule through it, and the update of a weight. */

import { make, makeButton } from "../../graph_view/dom.mjs";
import { drawFormula } from "./mathml.mjs";

/** @import { Expression, FiniteDifference, InputWords, OpWords, ReaderWords, UpdateWords } from "./words_types.mjs" */

/**
 * @typedef {(act: string, body: object) => Promise<any>} Ask
 * @typedef {{op: string, iterations: number[], position: number[], name: string}} Checked a gradient to check
 * @typedef {{evaluation: string, ask: Ask, select: (opId: string) => void, isCurrent: () => boolean}} Context
 * @typedef {(position: number[], sayProblem: (problem: string) => void) => void} Pick another weight
 */

const FAILED = "The server could not compute this.";
const FONT = '1em "graphlab math"'; // of panel_words.css

/**
 * @param {HTMLElement} host
 * @param {{ask: Ask, select: (opId: string) => void}} options
 */
export function createOpWords(host, { ask, select }) {
  const root = make("section", { class: "op-words", "aria-label": "The op in words", "aria-live": "polite" });
  host.append(root);
  let newest = 0;

  /**
   * @param {string} evaluation
   * @param {string} opId
   * @param {number[] | null} [iterations] null: the last ones
   * @param {number[] | null} [weight] the number of a variable whose update is shown
   * @param {(problem: string) => void} [refuse] what says that there is none; by default it replaces the words
   */
  async function show(evaluation, opId, iterations = null, weight = null, refuse = replace) {
    const request = ++newest;
    const isCurrent = () => request === newest;
    root.setAttribute("aria-busy", "true");
    const words = ask("words", { evaluation, op: opId, iterations, weight }).catch(sentence);
    // Formulas that are drawn in another font first would move when theirs comes.
    const [answer] = await Promise.all([words, document.fonts.load(FONT).catch(() => [])]);
    if (!isCurrent()) return;
    root.removeAttribute("aria-busy");
    const problem = problemOf(answer);
    if (problem) {
      refuse(problem);
      return;
    }
    /** @type {Pick} */
    const pick = (position, sayProblem) => void show(evaluation, opId, iterations, position, sayProblem);
    root.replaceChildren(...partsOf(answer, { evaluation, ask, select, isCurrent }, pick));
  }

  /** @param {string} problem */
  function replace(problem) {
    root.replaceChildren(note(problem, "words-problem"));
  }

  function clear() {
    newest += 1;
    root.replaceChildren();
  }

  return { show, clear };
}

/** The sentence of an error, in an answer's form. @param {unknown} error */
const sentence = (error) => ({ message: error instanceof Error ? error.message : FAILED });

/** Why there is no answer; "" if there is one. @param {any} answer @returns {string} */
function problemOf(answer) {
  if (typeof answer?.message === "string" && answer.message) return answer.message;
  if (answer?.errors) return String(Object.values(answer.errors)[0] ?? FAILED);
  return answer ? "" : FAILED;
}

/**
 * @param {OpWords} words
 * @param {Context} context
 * @param {Pick} pick
 */
function partsOf(words, context, pick) {
  return [
    headOf(words),
    ...formulas([words.value], "words-value"),
    ...formulas([words.formula], "words-formula"),
    ...(words.shapes ? [note(`${words.shapes}.`)] : []),
    ...(words.note ? [note(words.note)] : []),
    ...(words.problem ? [note(words.problem)] : []),
    ...section("How the output changes with it", [
      ...formulas([words.arriving], "words-gradient"),
      ...readerParts(words, context.select),
    ]),
    ...section("Chain rule through this op", [...upstreamParts(words), ...words.inputs.flatMap(inputParts)]),
    ...(words.arriving ? [checkPart(words, context)] : []),
    ...(words.update ? updateParts(words.update, pick) : []),
  ];
}

/** @param {OpWords} words */
function headOf(words) {
  const step = words.step === null ? "" : `op ${words.step} of ${words.steps}`;
  const iteration = words.iterations.length ? `iteration ${words.iterations.join(", ")}` : "";
  const place = [step, iteration].filter(Boolean).join(" · ");
  return make("h3", { class: "words-head" }, words.title, make("span", { class: "words-step" }, place));
}

/**
 * @param {(Expression | null)[]} expressions
 * @param {string} [className]
 */
function formulas(expressions, className) {
  return expressions.flatMap((one) => (one ? [drawFormula(one, className)] : []));
}

/** @param {string} title @param {HTMLElement[]} parts */
function section(title, parts) {
  return parts.length ? [make("h4", {}, title), ...parts] : [];
}

/** @param {string} text @param {string} [className] */
const note = (text, className = "words-note") => make("p", { class: className }, text);

/**
 * Where the gradient comes from: what each op that reads the tensor adds to it.
 * @param {OpWords} words
 * @param {(opId: string) => void} select
 */
function readerParts({ title, readers, more_readers, total }, select) {
  if (!readers.length) return [];
  const several = readers.length + more_readers > 1;
  const count = (readers.length + more_readers).toLocaleString("en");
  const every = `Each op that reads ${title} adds to this`;
  const all = more_readers ? `${count} ops read ${title} and add to this; the ${readers.length} largest parts` : every;
  const sentence = several ? `${all}:` : `It comes back from the op that reads ${title}:`;
  const lines = readers.map((reader) => readerLine(reader, several, select));
  return [note(sentence), ...lines, ...formulas([total], "words-gradient")];
}

/** @param {ReaderWords} reader @param {boolean} isOneOfSeveral @param {(opId: string) => void} select */
function readerLine({ op, name, iterations, chain }, isOneOfSeveral, select) {
  const iteration = iterations.length ? `, iteration ${iterations.join(", ")}` : "";
  const see = makeButton(`See ${name}`, "link", () => select(op), `${isOneOfSeveral ? "through" : "see"} ${name}${iteration}`);
  return make("div", { class: "words-input" }, ...formulas([chain], "words-gradient"), see);
}

/** @param {OpWords} words */
function upstreamParts({ upstream }) {
  return upstream ? [note("G is the gradient that arrives at this op:"), ...formulas([upstream], "words-rule")] : [];
}

/** @param {InputWords} input */
function inputParts(input) {
  const through = input.total && input.through.length ? [note(`through ${listed(input.through)}`)] : [];
  const parts = [
    ...formulas(input.rules, "words-rule"),
    ...formulas([input.chain, input.total], "words-gradient"),
    ...through,
  ];
  return parts.length ? [make("div", { class: "words-input" }, ...parts)] : [];
}

/** `AddV2 and Mul`. @param {string[]} names */
export function listed(names) {
  const last = names[names.length - 1];
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}

/**
 * The gradients of an op that can be checked: that of its output, and those of its inputs.
 * @param {OpWords} words
 * @returns {Checked[]}
 */
export function checkable(words) {
  const own = { op: words.op, iterations: words.iterations, position: words.position, name: words.title };
  const inputs = words.inputs.filter((one) => one.chain);
  /** @type {Map<string, Checked>} */
  const all = new Map();
  for (const one of [own, ...inputs]) {
    const { op, iterations, position, name } = one;
    const key = JSON.stringify([op, iterations, position]);
    if (!all.has(key)) all.set(key, { op, iterations, position, name });
  }
  return [...all.values()];
}

/** @param {OpWords} words @param {Context} context */
function checkPart(words, context) {
  const results = make("ul", { class: "words-checks" });
  const button = makeButton("Check with finite differences", "words-check", check, "Check with finite differences");

  async function check() {
    button.disabled = true;
    results.replaceChildren();
    for (const { name, ...one } of checkable(words)) {
      const answer = await context.ask("check", { evaluation: context.evaluation, ...one }).catch(sentence);
      if (!context.isCurrent()) return;
      results.append(checkLine(one.position.length ? `${name}[${one.position.join(",")}]` : name, answer));
    }
    button.disabled = false;
  }

  return make("div", {}, button, results);
}

/** @param {string} name @param {FiniteDifference & {message?: string}} answer */
function checkLine(name, answer) {
  const problem = problemOf(answer);
  const state = problem || !answer.agrees ? "no" : "yes";
  const hint = problem ? "" : `changed by ${answer.step} up and down; allowed: ${answer.tolerance}`;
  return make("li", { "data-agrees": state, title: hint }, `${name}: ${problem || answer.words}`);
}

/** @param {UpdateWords} update @param {Pick} pick */
function updateParts(update, pick) {
  /** @type {[string, string][]} */
  const rows = [
    ["before", short(update.before)],
    ...(update.gradient === null ? [] : [/** @type {[string, string]} */ (["gradient", short(update.gradient)])]),
    ...update.slots.map(
      (slot) => /** @type {[string, string]} */ ([slot.name, `${short(slot.before)} → ${short(slot.after)}`]),
    ),
    ["after", short(update.after)],
  ];
  const list = make("dl", { class: "words-update" });
  for (const [term, value] of rows) list.append(make("dt", {}, term), make("dd", {}, value));
  const steps = update.steps.flatMap((step) => [
    ...formulas([step.formula], "words-rule"),
    ...formulas([step.numbers], "words-gradient"),
  ]);
  const title = update.optimizer ? `Update by ${update.optimizer}` : "Update";
  return section(title, [...weightField(update, pick), list, ...steps, ...formulas(update.ops, "words-gradient")]);
}

/** Where the position of another weight is typed. @param {UpdateWords} update @param {Pick} pick */
function weightField(update, pick) {
  if (!update.position.length) return [];
  const input = make("input", { type: "text", value: update.position.join(", "), spellcheck: "false" });
  const error = make("p", { class: "words-problem", role: "alert" });
  /** @param {string} problem */
  const say = (problem) => {
    error.textContent = problem;
    input.setAttribute("aria-invalid", String(problem !== ""));
  };
  input.addEventListener("change", () => {
    const axes = update.position.length;
    const position = positionOf(input.value, axes);
    say(position ? "" : `Type ${axes === 1 ? "a whole number" : `${axes} whole numbers`}, such as ${update.position.join(", ")}.`);
    if (position) pick(position, say);
  });
  return [make("label", { class: "words-weight" }, `${update.name} at`, input), error];
}

/**
 * The position that a text names; null if it is none of that many axes.
 * @param {string} text
 * @param {number} axes
 */
export function positionOf(text, axes) {
  const parts = text.replace(/[[\]]/g, " ").split(",").map((part) => part.trim());
  return parts.length === axes && parts.every((part) => /^\d+$/.test(part)) ? parts.map(Number) : null;
}

/** @param {number} value */
const short = (value) => String(Number(value.toPrecision(5))).replace("-", "−");
