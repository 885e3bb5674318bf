/** The range of a slider, and numbers as the slider writes them. */

/** @typedef {{minimum: number, maximum: number, step: number, isWhole: boolean}} SliderRange whole numbers have step 1 */

const GROWTH = 10;
const DIGITS = 12;
const STEPS = 100; // at least, from end to end

/**
 * The range, ten times as wide until it has the number in it; whole numbers keep their step.
 * @param {SliderRange} range @param {number} value @returns {SliderRange}
 */
export function widened(range, value) {
  if (!Number.isFinite(value) || range.maximum <= range.minimum) return range;
  let { minimum, maximum } = range;
  while (value < minimum || value > maximum) {
    if (value > maximum) maximum = maximum > 0 ? tenfold(maximum) : 1;
    if (value < minimum) minimum = minimum < 0 ? tenfold(minimum) : -1;
  }
  const isAsBefore = minimum === range.minimum && maximum === range.maximum;
  const step = range.isWhole || isAsBefore ? range.step : 10 ** Math.floor(Math.log10((maximum - minimum) / STEPS));
  return { ...range, minimum, maximum, step };
}

/** Without the error that many products would add up. @param {number} end */
const tenfold = (end) => Number((end * GROWTH).toPrecision(DIGITS));

/**
 * The step of a slider next to a number, without the digits that binary fractions add: 0.3, not 0.30000000000000004.
 * @param {number} value @param {SliderRange} range
 */
export function snapped(value, { minimum, maximum, step }) {
  const digits = Math.min(20, Math.max(0, -Math.floor(Math.log10(step))));
  const nearest = Math.round(value / step) * step;
  return String(Number(Math.min(maximum, Math.max(minimum, nearest)).toFixed(digits)));
}

/** The number in a field; NaN for other texts. @param {string} text */
export function typedNumber(text) {
  const words = text.trim().replace("−", "-");
  return words === "" ? NaN : Number(words);
}
