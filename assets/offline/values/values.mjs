/** Values that were computed before the file was written: what each box shows at a position of the sliders. */

/**
 * @import { LiftedOverlay, Mark, Readout } from "../../graph_view/draw/overlay_types.mjs"
 * @import { Atlas } from "../types.mjs"
 * @import { CarriedSlider, ValuesBlock } from "./types.mjs"
 */

const DIGITS = 6; // of a slider's number

/** The number of a position, the last slider moving first. @param {CarriedSlider[]} sliders @param {number[]} places */
export function positionOf(sliders, places) {
  return sliders.reduce((position, { numbers }, i) => position * numbers.length + places[i], 0);
}

/**
 * What an output shows; [] for none.
 * @param {ValuesBlock} block @param {number} output @param {number} position
 * @returns {Readout[]}
 */
export function readoutsOf({ outputs, distinct }, output, position) {
  const places = outputs[output] ?? [];
  const place = places.length === 1 ? places[0] : places[position];
  return place === undefined ? [] : distinct[place];
}

/**
 * The values of visible boxes as an overlay, as the server makes it.
 * @param {ValuesBlock} block
 * @param {Atlas} atlas
 * @param {string} level the name of the level of detail
 * @param {string[]} ids of the boxes
 * @param {number} position
 * @returns {LiftedOverlay}
 */
export function valuesOverlay(block, atlas, level, ids, position) {
  const { ops, groups } = block.boxes[level];
  /** @type {Mark[]} */
  const marks = ids.flatMap((box) => {
    const number = atlas.numberOf.get(box);
    const output = number === undefined ? -1 : number < 0 ? groups[-1 - number] : ops[number];
    const readouts = readoutsOf(block, output, position);
    return readouts.length ? [{ box, readouts, words: wordsOf(readouts) }] : [];
  });
  const bad = marks.filter(({ readouts = [] }) => readouts.some((readout) => readout.bad)).length;
  const entries = bad ? [{ slot: "bad", name: "NaN or infinite", count: bad }] : [];
  return {
    ...{ name: "values", key: `values ${position}`, marks, links: [] },
    legend: { title: "Values", entries, ends: null, note: "" },
    style: { places: ["readout"], rings: [], dims: false, vivid: false },
  };
}

/** @param {Readout[]} readouts */
const wordsOf = (readouts) => readouts.flatMap(({ words }) => words || []).join(", ");

/** A number in few characters. @param {number} number */
export function numberText(number) {
  return String(Number(number.toPrecision(DIGITS))).replace("-", "−");
}
