/** Colours and fonts of the canvas, read from the page's CSS variables. */

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
};

/**
 * The dashes of each family's bar: [] is solid. Families differ by pattern too, not by colour alone.
 * @type {Record<string, number[]>}
 */
export const BARS = {
  math: [],
  activation: [6, 3],
  shape: [2, 2],
  variable: [],
  control: [10, 3],
  random: [1, 3],
  loss: [],
  optimizer: [8, 2, 2, 2],
  io: [],
  stage: [],
  other: [1.5, 1.5],
};

// Ten categories of whatever the boxes are coloured by, the steps from little to much, and what has no value.
/** @type {Record<string, number[]>} */
const SLOTS = {
  ...{ 0: [], 1: [7, 3], 2: [2.5, 2.5], 3: [12, 3], 4: [7, 2, 2, 2] },
  ...{ 5: [1.5, 3], 6: [4, 4], 7: [14, 2, 2, 2, 2, 2], 8: [4, 1.5], 9: [2, 5] },
  ...{ r0: [], r1: [], r2: [], r3: [], r4: [] },
  ...{ none: [], unknown: [1, 3] },
};

/**
 * A match of the search, and the sides of a lineage; the way down has a colour of its own.
 * @type {Record<string, string>}
 */
const RINGS = {
  match: "--match",
  ...{ start: "--link-strong", up: "--link-strong", both: "--link-strong", on: "--link-strong", chosen: "--link-strong" },
  down: "--lineage-down",
};

/** The dashes of every slot, that is, of all that can colour a box. @type {Record<string, number[]>} */
export const PATTERNS = { ...BARS, ...SLOTS, ...Object.fromEntries(Object.keys(RINGS).map((slot) => [slot, []])) };

/** The CSS variable of a slot's colour. @param {string} slot */
export function variableOf(slot) {
  if (slot in RINGS) return RINGS[slot];
  return `--${slot in BARS ? "family" : "slot"}-${slot}`;
}

/** The dashes of each style of link. @type {Record<string, number[]>} */
export const DASHES = { data: [], control: [2, 4], update: [5, 4], shared: [9, 3, 2, 3] };

/** What links that are not plain data are called. @type {Record<string, string>} */
export const LINK_NAMES = { shared: "shared weights", update: "variable update", control: "dependency without data" };

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
    frames: [0, 1, 2, 3].map((depth) => value(`--frame-${depth}`)),
    slots: Object.fromEntries(Object.keys(PATTERNS).map((slot) => [slot, value(variableOf(slot))])),
    titleFont: `600 ${value("--size-box")} ${sans}`,
    smallFont: `400 ${value("--size-small")} ${sans}`,
    monoFont: `400 ${value("--size-small")} ${mono}`,
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
