/** How the drawer writes numbers, positions and ranges. */

/** @import { CellNumber, CellRange, LaidPage } from "../drawer_types.mjs" */

const DIGITS = 4;

/** `−0.4127`, `1.2e+7`, `NaN`. @param {CellNumber | undefined} value @param {number} digits */
export function numberText(value, digits = DIGITS) {
  if (value === null || value === undefined) return "";
  if (value === "nan") return "NaN";
  if (value === "inf" || value === "-inf") return value.replace("inf", "∞").replace("-", "−");
  if (typeof value !== "number") return String(value);
  const size = Math.abs(value);
  const isPlain = value === 0 || (size >= 1e-4 && size < 1e6) || (Number.isInteger(value) && size < 1e9);
  const text = isPlain ? String(Number(value.toPrecision(Number.isInteger(value) ? 9 : digits))) : value.toExponential(2);
  return text.replaceAll("-", "−");
}

/** The text of a cell: of a tensor of texts the text itself. @param {CellNumber | undefined} value @param {string} dtype @param {number} digits */
export function cellText(value, dtype, digits = DIGITS) {
  return dtype === "string" && typeof value === "string" ? `"${value}"` : numberText(value, digits);
}

/** `[0, 17]`, or "the number" of a scalar. @param {number[]} position */
export const placeText = (position) => (position.length ? `[${position.join(", ")}]` : "the number");

/** `[0, 0–783]`: the last index of a range belongs to it. @param {CellRange[]} axes */
export function regionText(axes) {
  return axes.length ? `[${axes.map(rangeText).join(", ")}]` : "the number";
}

/** @param {CellRange} range */
function rangeText([start, stop, step]) {
  if (stop <= start) return "none";
  if (stop - start <= step) return String(start);
  const last = start + Math.floor((stop - 1 - start) / step) * step;
  return step === 1 ? `${start}–${last}` : `${start}–${last} by ${step}`;
}

/** How many positions a region has. @param {CellRange[]} axes */
export function regionSize(axes) {
  return axes.reduce((count, [start, stop, step]) => count * Math.max(0, Math.ceil((stop - start) / step)), 1);
}

/** @param {CellRange} range @param {number} index */
export function isInRange([start, stop, step], index) {
  return index >= start && index < stop && (index - start) % step === 0;
}

/** `float32[32,256]`. @param {string} dtype @param {number[]} shape */
export const tensorText = (dtype, shape) => `${dtype}[${shape.join(",")}]`;

/** The name of an axis, or its number. @param {string[]} axes @param {number} axis */
export const axisText = (axes, axis) => (axis < 0 ? "none" : axes[axis] || `axis ${axis}`);

/** Whether a cell is NaN or infinite. @param {CellNumber | undefined} value @param {string} [dtype] */
export const isBad = (value, dtype) => dtype !== "string" && (value === "nan" || value === "inf" || value === "-inf");

/** A truth value or a number as a number; null for texts and padding. @param {CellNumber | undefined} value */
export function amountOf(value) {
  if (typeof value === "boolean") return Number(value);
  return typeof value === "number" ? value : null;
}

/** How much is shown. @param {LaidPage} page */
export const sizeText = ({ rows, columns, wrap }) =>
  wrap ? `${wrap.count.toLocaleString("en-US")} numbers in rows of ${columns}` : `${rows} × ${columns}`;
