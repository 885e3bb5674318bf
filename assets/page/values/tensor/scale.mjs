/** The limits of a heat map's colours: of the slice, of the whole tensor, or without outliers. */

/** @import { TensorPage, TensorStatistics } from "../drawer_types.mjs" */

/** @type {Record<string, string>} */
export const SCALES = {
  own: "of this slice",
  shared: "of the whole tensor",
  trimmed: "without outliers",
};

/**
 * @param {string} scale one of SCALES
 * @param {TensorPage} page @param {TensorStatistics | null} statistics
 * @returns {[number, number]}
 */
export function limitsOf(scale, page, statistics) {
  const whole = wholeLimits(statistics);
  if (scale === "trimmed") return statistics?.trimmed ?? whole ?? page.own ?? [0, 1];
  return (scale === "shared" ? whole : null) ?? page.own ?? whole ?? [0, 1];
}

/** @param {TensorStatistics | null} statistics @returns {[number, number] | null} */
function wholeLimits(statistics) {
  if (!statistics || statistics.minimum === null || statistics.maximum === null) return null;
  return [statistics.minimum, statistics.maximum];
}

/** Whether a tensor has numbers of both signs: then 0 is in the middle. @param {TensorStatistics | null} statistics */
export function isSigned(statistics) {
  return (statistics?.minimum ?? 0) < 0;
}

/**
 * The parts of the line below the tensor.
 * @param {TensorStatistics} statistics
 * @param {(value: number | null) => string} text
 * @returns {[name: string, value: string][]}
 */
export function statisticsParts(statistics, text) {
  const share = statistics.size ? Math.round((100 * statistics.zeros) / statistics.size) : 0;
  /** @type {[string, string][]} */
  const parts = [["numbers", statistics.size.toLocaleString("en-US")]];
  for (const name of /** @type {const} */ (["mean", "std", "minimum", "maximum"])) {
    if (statistics[name] !== null) parts.push([SHORT[name], text(statistics[name])]);
  }
  parts.push(["zeros", `${statistics.zeros.toLocaleString("en-US")} (${share}%)`]);
  parts.push(["NaN", statistics.nan.toLocaleString("en-US")], ["infinite", statistics.infinite.toLocaleString("en-US")]);
  return parts;
}

const SHORT = { mean: "mean", std: "std", minimum: "min", maximum: "max" };
