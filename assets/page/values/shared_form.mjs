/** What the Values tab is set to, as a text in the page's address: whoever opens it sees the same values. Pure functions. */

import { USUAL_SEED } from "./inputs/seeds.mjs";

/** @import { Base, FormState, InputSetting, SharedForm } from "./input_types.mjs" */

const SHARED = new Set(["number", "grid", "text", "row", "random", "example"]); // what is short enough for an address
const LONGEST = 1500; // characters
/** @type {Record<string, string>} */
const LEFT_OUT = { drawing: "the drawing", image: "the image", npy: "the file" };
/** @type {FormState} */
const USUAL = { settings: {}, show: "value", gradient: "", weights: "", training: false, seed: USUAL_SEED };

/**
 * The text of a form and of the base that it is compared with, and what it had to leave out: files, drawings, and what
 * is too long.
 * @param {FormState} state @param {Base | null} base
 * @returns {{text: string, left: string[]}}
 */
export function formText(state, base) {
  const left = new Set(Object.values(state.settings).flatMap(({ kind }) => LEFT_OUT[kind] ?? []));
  const form = shortened(state);
  const isWhole = !base || Object.values(base.state.settings).every(({ kind }) => SHARED.has(kind));
  const withBase = base && isWhole ? JSON.stringify({ ...form, base: { ...shortened(base.state), words: base.words } }) : "";
  if (base && (!withBase || withBase.length > LONGEST)) left.add("the base");
  else if (base) return { text: withBase, left: [...left] };
  const text = JSON.stringify(form);
  if (text.length <= LONGEST) return { text, left: [...left] };
  return { text: JSON.stringify({ ...form, settings: {} }), left: ["the inputs", ...(base ? ["the base"] : [])] };
}

/** What of a form fits into an address and is not as usual. @param {FormState} state */
function shortened({ settings, ...others }) {
  const { show, gradient, weights, training, seed } = others;
  return {
    settings: Object.fromEntries(Object.entries(settings).filter(([, { kind }]) => SHARED.has(kind))),
    ...(show === "value" ? {} : { show, gradient }),
    ...(weights ? { weights } : {}),
    ...(training ? { training, seed } : {}),
  };
}

/** What a text sets; {} for a text that is none of ours. @param {string | null | undefined} text @returns {SharedForm} */
export function readFormText(text) {
  try {
    const value = JSON.parse(text ?? "{}");
    return isTable(value) ? { ...checked(value), ...baseOf(value.base) } : {};
  } catch {
    return {};
  }
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isTable = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** @param {Record<string, unknown>} value @returns {Partial<FormState>} */
function checked({ settings, show, gradient, weights, training, seed }) {
  const entries = isTable(settings) ? Object.entries(settings).filter(([, setting]) => isSetting(setting)) : [];
  return {
    settings: Object.fromEntries(/** @type {[string, InputSetting][]} */ (entries)),
    ...(show === "gradient" || show === "both" ? { show } : {}),
    ...(typeof gradient === "string" ? { gradient } : {}),
    ...(typeof weights === "string" ? { weights } : {}),
    ...(training === true ? { training } : {}),
    ...(typeof seed === "number" ? { seed } : {}),
  };
}

/** @param {unknown} value @returns {{base?: Base}} */
function baseOf(value) {
  if (!isTable(value) || typeof value.words !== "string") return {};
  return { base: { evaluation: "shared", words: value.words, state: { ...USUAL, ...checked(value) } } };
}

/** @param {unknown} setting @returns {boolean} */
function isSetting(setting) {
  return isTable(setting) && SHARED.has(String(setting.kind));
}
