/** Paints the cells of a page, their numbers, and the outlines of the selected cell and of highlighted regions. */

import { colourAt, css, inkOn, placeOnScale } from "./colours.mjs";
import { amountOf, cellText, isBad, isInRange } from "./numbers.mjs";
import { cellOf, hasNumbers } from "./window.mjs";

/**
 * @import { CellNumber, CellRange, LaidPage, Region, TensorPage } from "../drawer_types.mjs"
 * @import { HeatTheme } from "./colours.mjs"
 * @import { Cell, Sight, Size } from "./window.mjs"
 */

const LETTER_PX = 6.7; // of the numbers in cells
const LEAST_HATCHED_PX = 5;
const MOST_OUTLINED = 400; // positions of a region outlined one by one
const GAP_FROM_PX = 9; // cells of this size have a line between them

/**
 * @typedef {object} HeatOptions
 * @property {[number, number]} limits of the colours
 * @property {boolean} isCentred whether 0 is in the middle
 * @property {Region[]} regions highlighted positions of the tensor
 */

/** The colour of a cell. @param {CellNumber | undefined} value @param {HeatOptions} options @param {HeatTheme} theme */
export function fillOf(value, { limits, isCentred }, theme) {
  const amount = amountOf(value);
  return amount === null ? theme.zero : colourAt(placeOnScale(amount, limits, isCentred), theme);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {TensorPage} page @param {Sight} sight @param {Size} cell
 * @param {HeatOptions} options @param {HeatTheme} theme
 */
export function paintCells(context, page, sight, cell, options, theme) {
  const withNumbers = hasNumbers(cell, page);
  const width = cell.width * page.column_step;
  const height = cell.height * page.row_step;
  const gap = Math.min(cell.width, cell.height) >= GAP_FROM_PX ? 1 : 0;
  context.font = `11px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  page.cells.forEach((row, down) => {
    const y = (page.top + down * page.row_step - sight.top) * cell.height;
    if (y + height <= 0 || y >= sight.height * cell.height) return;
    row.forEach((value, right) => {
      const x = (page.left + right * page.column_step - sight.left) * cell.width;
      if (x + width <= 0 || x >= sight.width * cell.width) return;
      const fill = fillOf(value, options, theme);
      const bad = isBad(value, page.dtype);
      context.fillStyle = bad ? theme.bad : css(fill);
      const [left, top] = [onPixel(x), onPixel(y)];
      context.fillRect(left, top, onPixel(x + width) - left - gap, onPixel(y + height) - top - gap);
      if (bad) hatch(context, x, y, width - gap, height - gap);
      if (!withNumbers) return;
      context.fillStyle = bad ? "#ffffff" : inkOn(fill);
      context.fillText(shortText(value, page.dtype, cell.width), x + (width - gap) / 2, y + (height - gap) / 2);
    });
  });
}

/** The nearest edge of the screen's pixels: an edge inside of a pixel would be seen as a line between cells.
 * @param {number} px */
export function onPixel(px) {
  const ratio = globalThis.devicePixelRatio || 1;
  return Math.round(px * ratio) / ratio;
}

/** A text that fits into a cell. @param {CellNumber} value @param {string} dtype @param {number} widthPx */
export function shortText(value, dtype, widthPx) {
  const most = Math.floor((widthPx - 4) / LETTER_PX);
  const texts = [4, 3, 2, 1].map((digits) => cellText(value, dtype, digits));
  if (typeof value === "number") texts.push(value.toExponential(0).replace("e+", "e").replaceAll("-", "−"));
  const text = texts.find((one) => one.length <= most);
  return text ?? (typeof value === "number" ? "·" : `${texts[0].slice(0, most - 1)}…`);
}

/** Lines over a cell that is not a finite number, so that its colour is not all that shows it.
 * @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} width @param {number} height
 */
function hatch(context, x, y, width, height) {
  if (Math.min(width, height) < LEAST_HATCHED_PX) return;
  context.strokeStyle = "rgb(255 255 255 / 55%)";
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x, y + height);
  context.lineTo(x + width, y);
  context.stroke();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {LaidPage} page @param {Sight} sight @param {Size} cell
 * @param {Cell | null} selected @param {HeatOptions} options @param {HeatTheme} theme
 */
export function paintOutlines(context, page, sight, cell, selected, options, theme) {
  for (const region of options.regions) {
    for (const one of partsOf(page, region)) outline(context, one, sight, cell, theme.accent, theme);
  }
  if (!selected) return;
  outline(context, { top: selected.row, left: selected.column, height: 1, width: 1 }, sight, cell, theme.ink, theme);
}

/** The rectangles of the shown axes that a region covers. @param {LaidPage} page @param {Region} region */
function partsOf(page, { axes }) {
  const isElsewhere = axes.some(
    (range, axis) => axis !== page.row_axis && axis !== page.column_axis && !isInRange(range, page.at[axis]),
  );
  if (isElsewhere || axes.length !== page.shape.length) return [];
  if (page.wrap) return wrappedParts(page, axes[page.wrap.axis]);
  const [top, bottom, rowStep] = axes[page.row_axis] ?? [0, 1, 1];
  const [left, right, columnStep] = axes[page.column_axis] ?? [0, 1, 1];
  if (rowStep === 1 && columnStep === 1) return [{ top, left, height: bottom - top, width: right - left }];
  /** @type {Sight[]} */
  const parts = [];
  for (let row = top; row < bottom; row += rowStep) {
    for (let column = left; column < right; column += columnStep) {
      if (parts.length < MOST_OUTLINED) parts.push({ top: row, left: column, height: 1, width: 1 });
    }
  }
  return parts;
}

/** The parts of the rows of a wrapped vector that a range covers. @param {LaidPage} page @param {CellRange} range */
function wrappedParts(page, [start, stop, step]) {
  /** @type {Sight[]} */
  const parts = [];
  let index = start;
  while (index < stop && parts.length < MOST_OUTLINED) {
    const { row, column } = cellOf(page, page.at.map(() => index));
    const width = step === 1 ? Math.min(stop - index, page.columns - column) : 1;
    parts.push({ top: row, left: column, height: 1, width });
    index += step === 1 ? width : step;
  }
  return parts;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Sight} part @param {Sight} sight @param {Size} cell @param {string} colour @param {HeatTheme} theme
 */
function outline(context, part, sight, cell, colour, theme) {
  const x = (part.left - sight.left) * cell.width;
  const y = (part.top - sight.top) * cell.height;
  const width = Math.max(part.width * cell.width, 4);
  const height = Math.max(part.height * cell.height, 4);
  // A line in the ground's colour around it, so that it shows on cells of its own colour.
  for (const [style, line] of /** @type {[string, number][]} */ ([[theme.ground, 4], [colour, 2]])) {
    context.strokeStyle = style;
    context.lineWidth = line;
    context.strokeRect(x, y, width, height);
  }
}
