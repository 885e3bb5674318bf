/** The values that the file holds, see graphlab/pictures/values/. */

/** @import { Readout } from "../../graph_view/draw/overlay_types.mjs" */

/**
 * An input that the values are for.
 * @typedef {object} CarriedInput
 * @property {string} name
 * @property {string} tensor
 * @property {string} words where its value is from
 */

/**
 * An input that can be moved.
 * @typedef {object} CarriedSlider
 * @property {string} name
 * @property {number[]} numbers from left to right
 * @property {number} at the place of the one that it has at first
 */

/**
 * The outputs that the boxes of a level of detail show, by number; -1 for none.
 * @typedef {object} LevelBoxes
 * @property {number[]} ops
 * @property {number[]} groups
 */

/**
 * What the file holds.
 * @typedef {object} ValuesBlock
 * @property {CarriedInput[]} inputs
 * @property {CarriedSlider[]} sliders
 * @property {string} gradient the name of the number whose gradients are shown; "" for none
 * @property {string[]} notes
 * @property {Readout[][]} distinct
 * @property {number[][]} outputs for each output the places of its readouts: one, or one for each position
 * @property {Record<string, LevelBoxes>} boxes by level of detail
 * @property {[name: string, output: number][]} results of the graph
 */

export {};
