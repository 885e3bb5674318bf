/** The colours of a heat map: one hue for each sign, with 0 in the middle, or one scale from low to high. */

/** @typedef {[red: number, green: number, blue: number]} Rgb */

/**
 * @typedef {object} HeatTheme
 * @property {Rgb} positive
 * @property {Rgb} zero
 * @property {Rgb} negative
 * @property {string} bad NaN and infinity
 * @property {string} ink
 * @property {string} accent
 * @property {string} line
 * @property {string} soft
 * @property {string} ground
 * @property {string} font
 */

/** @param {Element} element @returns {HeatTheme} */
export function heatTheme(element) {
  const style = getComputedStyle(element);
  /** @param {string} name */
  const value = (name) => style.getPropertyValue(name).trim();
  return {
    positive: rgbOf(value("--value-positive")),
    zero: rgbOf(value("--value-zero")),
    negative: rgbOf(value("--value-negative")),
    bad: value("--value-bad"),
    ink: value("--ink"),
    accent: value("--accent"),
    line: value("--line-strong"),
    soft: value("--ink-soft"),
    ground: value("--surface"),
    font: value("--mono"),
  };
}

/** @param {string} hex such as #1d5fd6 @returns {Rgb} */
export function rgbOf(hex) {
  const number = Number.parseInt(hex.slice(1), 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
}

/**
 * Where a number lies on the scale: from −1 to 1 with 0 in the middle, else from 0 to 1.
 * @param {number} value @param {[number, number]} limits @param {boolean} isCentred
 */
export function placeOnScale(value, [low, high], isCentred) {
  if (isCentred) {
    const most = Math.max(Math.abs(low), Math.abs(high));
    return most ? clamp(value / most, -1, 1) : 0;
  }
  return high > low ? clamp(value / (high - low) - low / (high - low), 0, 1) : value > 0 ? 1 : 0;
}

/**
 * The colour of a place on the scale: zero, or the hue of its sign, stronger the farther from 0.
 * @param {number} place @param {HeatTheme} theme @returns {Rgb}
 */
export function colourAt(place, theme) {
  const end = place < 0 ? theme.negative : theme.positive;
  const share = Math.abs(place) ** 0.75;
  return /** @type {Rgb} */ (theme.zero.map((from, index) => Math.round(from + (end[index] - from) * share)));
}

/** Black or white, whichever can be read on a colour. @param {Rgb} rgb */
export function inkOn([red, green, blue]) {
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? "#10151d" : "#ffffff";
}

/** @param {Rgb} rgb */
export const css = (rgb) => `rgb(${rgb.join(" ")})`;

/** @param {number} value @param {number} low @param {number} high */
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
