/** How numbers of a run are written; graphlab/number_text.py does the same in the terminal. */

import constants from "../../shared_constants.json" with { type: "json" };

const { LARGEST_PLAIN, SMALLEST_PLAIN } = constants;

/**
 * `0.9312`, and `5e-05` instead of 0.0001 or 0.0000; "NaN" for what is not a number.
 * @param {number | null | undefined} value a loss or a metric
 */
export function measure(value) {
  if (typeof value !== "number" || Number.isNaN(value)) return "NaN";
  const size = Math.abs(value);
  if (value === 0 || (size >= SMALLEST_PLAIN && size < LARGEST_PLAIN)) {
    return value.toLocaleString("en-US", { minimumFractionDigits: 4, maximumFractionDigits: 4 });
  }
  const [digits, power] = value.toExponential(2).split("e");
  const sign = power.startsWith("-") ? "-" : "+";
  return `${Number(digits)}e${sign}${power.slice(1).padStart(2, "0")}`;
}

/** A count, with commas. @param {number} value */
export function number(value) {
  return Math.round(value).toLocaleString("en-US");
}

/** `30 Nov, 20:41:07`: two runs of one source are told apart by it. @param {number} seconds since 1970 */
export function startText(seconds) {
  return new Date(seconds * 1000).toLocaleString("en-GB", {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
}

/** `3 epochs`. @param {number} count */
export function epochsText(count) {
  return `${number(count)} epoch${count === 1 ? "" : "s"}`;
}

/** @param {number} rate */
export function rateText(rate) {
  return `learning rate ${Number(rate.toPrecision(4))}`;
}
