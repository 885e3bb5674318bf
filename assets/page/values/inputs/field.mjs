/** One input: its name, the ways to set it, the one that is used, and what is wrong with it. */

import { make } from "../../../graph_view/dom.mjs";
import { createDrawing } from "./drawing.mjs";
import { createGrid } from "./grid.mjs";
import { createNpy } from "./npy.mjs";
import { createNumber } from "./number.mjs";
import { createExample, createRandom } from "./random.mjs";
import { createRows } from "./rows.mjs";
import { createText } from "./text.mjs";
import { createUpload } from "./upload.mjs";

/** @import { InputField, InputSetting, MakePart, SettingKind, WayPart } from "../input_types.mjs" */

/** @type {Record<SettingKind, {words: string, make: MakePart}>} */
const WAYS = {
  row: { words: "Data", make: createRows },
  drawing: { words: "Draw", make: createDrawing },
  image: { words: "Upload image", make: createUpload },
  number: { words: "Number", make: createNumber },
  grid: { words: "Numbers", make: createGrid },
  text: { words: "Text", make: createText },
  example: { words: "Example", make: createExample },
  npy: { words: "Upload .npy", make: createNpy },
  random: { words: "Random", make: createRandom },
};
let fields = 0;

/**
 * @param {InputField} field
 * @param {(setting: InputSetting) => void} onSetting what the user set, at once
 */
export function createField(field, onSetting) {
  const id = `values-field-${(fields += 1)}`;
  const words = make("span", { class: "values-words" }, field.words);
  const name = make("b", { id: `${id}-name`, title: `${field.label}: ${typeWords(field)}` }, field.label);
  const head = make("div", { class: "values-head" }, name, make("code", {}, typeWords(field)), words);
  const problem = make("p", { class: "values-problem", id: `${id}-problem`, role: "alert" }, field.problem);
  const place = make("div", { class: "values-way" });
  const element = make("div", { class: "values-input", role: "group", "aria-labelledby": name.id }, head);
  const chooser = createChooser(field, id, choose);
  element.append(chooser.element, place, problem);
  /** @type {Partial<Record<SettingKind, WayPart>>} */
  const parts = {};
  let setting = field.setting;
  let complaint = field.problem;

  /** @param {SettingKind} way */
  function partOf(way) {
    parts[way] ??= WAYS[way].make(field, (text = "", wrong) => changed(way, text, wrong));
    return parts[way];
  }

  /** @param {SettingKind} way @param {string} text @param {HTMLElement} [wrong] the only field that it is about */
  function changed(way, text, wrong) {
    const next = partOf(way).setting();
    complaint = text;
    say(text, wrong);
    if (text || !next) return;
    setting = next;
    onSetting(setting);
  }

  /** Another way: what was set in it before is set again. @param {SettingKind} way */
  function choose(way) {
    const isNew = !parts[way];
    const part = partOf(way);
    if (isNew) part.put(firstSetting(field, way));
    show(way);
    changed(way, "");
  }

  /** @param {SettingKind} way */
  function show(way) {
    place.replaceChildren(partOf(way).element);
    element.dataset.way = way;
    chooser.mark(way);
  }

  /** @param {string} text @param {HTMLElement} [wrong] */
  function say(text, wrong) {
    problem.textContent = text;
    for (const part of place.querySelectorAll("input[type=text], textarea")) {
      const isWrong = text !== "" && (!wrong || part === wrong);
      if (isWrong) part.setAttribute("aria-describedby", problem.id);
      else part.removeAttribute("aria-describedby");
      part.setAttribute("aria-invalid", String(isWrong));
    }
  }

  /** @param {InputSetting} next */
  function put(next) {
    partOf(next.kind).put(next);
    show(next.kind);
    setting = next;
  }

  put(field.setting);
  return {
    field,
    element,
    /** The setting that counts. */
    setting: () => setting,
    put,
    /** What the server says is wrong; what the field itself complains of stays. @param {string} text */
    say: (text) => say(text || complaint),
    /** What the input is, such as `validation image 0 · label 7`. @param {string} text */
    describe: (text) => (words.textContent = isShort(setting) ? text : ""),
    focus: () => partOf(setting.kind).focus(),
  };
}

/** Typed values say themselves what they are. @param {InputSetting} setting */
function isShort(setting) {
  return !["number", "grid", "text"].includes(setting.kind);
}

/** @param {InputField} field @param {SettingKind} way @returns {InputSetting} */
function firstSetting(field, way) {
  const { setting } = field;
  if (way === setting.kind) return setting;
  if (way === "number") return { kind: "number", value: "1" };
  if (way === "grid") return { kind: "grid", value: emptyGrid(field.shape ?? [null]) };
  return { kind: way, value: "" };
}

/** @param {(number | null)[]} shape */
function emptyGrid(shape) {
  const row = Array.from({ length: shape.at(-1) ?? 3 }, () => "0");
  return shape.length < 2 ? row : Array.from({ length: shape[0] ?? 1 }, () => [...row]);
}

/** `float32[?,28,28,1]`. @param {InputField} field */
function typeWords({ dtype, shape }) {
  return `${dtype}[${shape ? shape.map((size) => size ?? "?").join(",") : ".."}]`;
}

/** The ways to set an input, as radio buttons. @param {InputField} field @param {string} id @param {(way: SettingKind) => void} choose */
function createChooser(field, id, choose) {
  const radios = field.ways.map((way) => {
    const radio = make("input", { type: "radio", name: `${id}-way`, value: way });
    radio.addEventListener("change", () => choose(way));
    return { way, radio, element: make("label", {}, radio, WAYS[way].words) };
  });
  const element = make("div", { class: "values-ways", role: "radiogroup", "aria-label": `How to set ${field.label}` });
  element.append(...radios.map((one) => one.element));
  element.hidden = radios.length < 2;
  return {
    element,
    /** @param {SettingKind} way */
    mark(way) {
      for (const one of radios) one.radio.checked = one.way === way;
    },
  };
}
