/** The header's switches, as Dash's clientside callbacks ask for them. */

/** @import {Emphasis, View} from "../types.mjs" */

const USUAL_COLOUR = "type";

/** @param {number} _clicks @param {View | null} view */
export function toggleQuiet(_clicks, view) {
  return { ...view, all: !view?.all };
}

/** A switch of the form: its value, which is empty while it is off, and whether it is on. @param {number | null} clicks */
export function toggleSwitch(clicks) {
  const on = (clicks ?? 0) % 2 === 0;
  return [on ? "stop" : "", String(on)];
}

/** The source's text and what its full text says, and whether the quiet view is shown. @param {View | null} view */
export function showView(view) {
  const source = view?.source ?? "";
  return [source, source, String(!view?.all)];
}

/** @param {string} chosen @param {Emphasis | null} emphasis @returns {Emphasis} */
export function chooseColour(chosen, emphasis) {
  const { colour: _before, ...rest } = emphasis ?? {};
  return chosen === USUAL_COLOUR ? rest : { ...rest, colour: chosen };
}

/** @param {Emphasis | null} emphasis @param {{value: string}[]} options */
export function showColour(emphasis, options) {
  const colour = emphasis?.colour;
  return options.some(({ value }) => value === colour) ? colour : USUAL_COLOUR;
}

/** @param {unknown} value */
export function asItIs(value) {
  return value;
}
