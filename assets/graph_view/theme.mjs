/** Colours and fonts of the canvas, read from the page's CSS variables; sizes and dashes are shared with Python. */

import constants from "../shared_constants.json" with { type: "json" };

/** @import { Theme } from "./types.mjs" */

const COLOURS = {
  ground: "--ground",
  ink: "--ink",
  inkSoft: "--ink-soft",
  accent: "--accent",
  onAccent: "--on-accent",
  error: "--error",
  box: "--box",
  boxLine: "--box-line",
  boxHover: "--box-hover",
  boxPressed: "--box-pressed",
  frameLine: "--frame-line",
  link: "--link",
  linkStrong: "--link-strong",
  variableFill: "--variable-fill",
  valueFill: "--value-fill",
  valueInk: "--value-ink",
  gradientFill: "--gradient-fill",
  gradientInk: "--gradient-ink",
  above: "--above",
  below: "--below",
  shadeGround: "--shade-ground",
};

/**
 * The dashes of each family's bar: [] is solid. Families differ by pattern too, not by colour alone.
 * @type {Record<string, number[]>}
 */
const BAR_DASHES = constants.BAR_DASHES;

// The categories of whatever the boxes are coloured by, the steps from little to much, and what has no value.
/** @type {Record<string, number[]>} */
const SLOTS = {
  ...Object.fromEntries(constants.CATEGORY_DASHES.entries()),
  ...Object.fromEntries(Array.from({ length: constants.SCALE_STEPS }, (_, step) => [`r${step}`, []])),
  none: [],
  unknown: [1, 3],
};

/**
 * A match of the search, and the sides of a lineage; the way down has a colour of its own.
 * @type {Record<string, string>}
 */
const RINGS = {
  match: "--match",
  ...{ start: "--link-strong", up: "--link-strong", both: "--link-strong", on: "--link-strong", chosen: "--link-strong" },
  down: "--lineage-down",
  ...{ now: "--accent", used: "--lineage-down", bad: "--error" },
};

/** The dashes of every slot, that is, of all that can colour a box. @type {Record<string, number[]>} */
export const PATTERNS = { ...BAR_DASHES, ...SLOTS, ...Object.fromEntries(Object.keys(RINGS).map((slot) => [slot, []])) };

/** The CSS variable of a slot's colour. @param {string} slot */
export function variableOf(slot) {
  if (slot in RINGS) return RINGS[slot];
  return `--${slot in BAR_DASHES ? "family" : "slot"}-${slot}`;
}

/** The dashes of each style of link. @type {Record<string, number[]>} */
export const LINK_DASHES = constants.LINK_DASHES;

/** What links that are not plain data are called. @type {Record<string, string>} */
export const LINK_NAMES = {
  shared: "shared weights",
  update: "variable update",
  iteration: "next iteration",
  control: "dependency without data",
};

/** @type {Record<string, string>} */
export const FAMILY_NAMES = {
  math: "math",
  activation: "activation",
  shape: "shape",
  variable: "variable",
  control: "control flow",
  random: "random",
  loss: "loss",
  optimizer: "optimizer",
  io: "input, output",
  stage: "stage",
  other: "other",
};

/**
 * @param {Element} element
 * @returns {Theme}
 */
export function readTheme(element) {
  const style = getComputedStyle(element);
  /** @param {string} name */
  const value = (name) => style.getPropertyValue(name).trim();
  /** @param {keyof typeof COLOURS} key */
  const colour = (key) => value(COLOURS[key]);
  const sans = value("--sans");
  const mono = value("--mono");
  return {
    ground: colour("ground"),
    ink: colour("ink"),
    inkSoft: colour("inkSoft"),
    accent: colour("accent"),
    onAccent: colour("onAccent"),
    error: colour("error"),
    box: colour("box"),
    boxLine: colour("boxLine"),
    boxHover: colour("boxHover"),
    boxPressed: colour("boxPressed"),
    frameLine: colour("frameLine"),
    link: colour("link"),
    linkStrong: colour("linkStrong"),
    variableFill: colour("variableFill"),
    valueFill: colour("valueFill"),
    valueInk: colour("valueInk"),
    gradientFill: colour("gradientFill"),
    gradientInk: colour("gradientInk"),
    above: colour("above"),
    below: colour("below"),
    shadeGround: colour("shadeGround"),
    frames: Array.from({ length: constants.FRAME_GROUNDS }, (_, depth) => value(`--frame-${depth}`)),
    slots: Object.fromEntries(Object.keys(PATTERNS).map((slot) => [slot, value(variableOf(slot))])),
    titleFont: `600 ${constants.TITLE_FONT_PX}px ${sans}`,
    smallFont: `400 ${constants.SMALL_FONT_PX}px ${sans}`,
    monoFont: `400 ${constants.SMALL_FONT_PX}px ${mono}`,
    motionMs: Number(value("--motion-ms")),
  };
}

/**
 * The ground a frame of this depth is painted with; −1 is the page. Any frame differs from the one around it.
 * @param {Theme} theme @param {number} depth
 */
export function groundAt(theme, depth) {
  if (depth < 0) return theme.ground;
  const last = theme.frames.length - 1;
  return theme.frames[depth <= last ? depth : last - ((depth - last) % 2)];
}
