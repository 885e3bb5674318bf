/** Which part of a slice is in sight, and how large its cells are. Knows nothing about the page. */

import { clamp } from "./colours.mjs";

/** @import { LaidPage, TensorPage } from "../drawer_types.mjs" */

/** @typedef {{top: number, left: number, height: number, width: number}} Sight rows and columns in sight */
/** @typedef {{row: number, column: number}} Cell */
/** @typedef {{width: number, height: number}} Size in CSS pixels */

export const ZOOM_STEP = 1.5;
const LEAST_IN_SIGHT = 4; // rows and columns
const TEXTS_AT_FIRST = { rows: 10, columns: 6 };
const MOST_CELL = { width: 72, height: 36 };
const WIDEST = 4; // times as wide as high, or as high as wide
export const LEAST_FOR_NUMBERS = { width: 40, height: 15 };

/** The whole slice. @param {{rows: number, columns: number}} slice @returns {Sight} */
export const wholeSight = ({ rows, columns }) => ({ top: 0, left: 0, height: rows, width: columns });

const LONGEST_LINE = 64; // numbers of a vector that is shown as one line

/**
 * A long vector in rows, so that its cells are large enough to see; any other page as it is.
 * @param {TensorPage} page @returns {LaidPage}
 */
export function wrapped(page) {
  const { rows, columns, row_step, column_step } = page;
  const count = rows * columns;
  const isWhole = row_step === 1 && column_step === 1 && page.height === rows && page.width === columns;
  if (Math.min(rows, columns) !== 1 || count <= LONGEST_LINE || !isWhole || page.dtype === "string") return page;
  const size = lineSize(count);
  const numbers = page.cells.flat();
  const cells = Array.from({ length: Math.ceil(count / size) }, (_, row) => numbers.slice(row * size, (row + 1) * size));
  const axis = rows === 1 ? page.column_axis : page.row_axis;
  const sizes = { rows: cells.length, columns: size, top: 0, left: 0, height: cells.length, width: size };
  return { ...page, ...sizes, cells, wrap: { axis, count } };
}

/**
 * How many numbers of a vector are in a row: as many as there are rows, or twice as many, so that no row is short.
 * @param {number} count
 */
export function lineSize(count) {
  const side = Math.sqrt(count);
  if (Number.isInteger(side)) return side;
  const wanted = Math.sqrt(2 * count);
  const sizes = Array.from({ length: Math.floor(2 * wanted) }, (_, i) => i + 1).filter((size) => count % size === 0 && size >= wanted / 2);
  /** @param {number} size */
  const distance = (size) => Math.abs(Math.log(size / wanted));
  return sizes.length ? sizes.reduce((best, size) => (distance(size) < distance(best) ? size : best)) : Math.round(wanted);
}

/** What is in sight at first: all of it, or as many texts as can be read. @param {TensorPage} page @returns {Sight} */
export function firstSight(page) {
  const all = wholeSight(page);
  if (page.dtype !== "string") return all;
  return { ...all, height: Math.min(page.rows, TEXTS_AT_FIRST.rows), width: Math.min(page.columns, TEXTS_AT_FIRST.columns) };
}

/**
 * A sight that is zoomed by a factor, above 1 to see more detail, with a cell staying where it is.
 * @param {Sight} sight @param {number} factor @param {Cell} around @param {{rows: number, columns: number}} slice
 * @returns {Sight}
 */
export function zoomed(sight, factor, around, slice) {
  const height = zoomedSize(sight.height, factor, slice.rows);
  const width = zoomedSize(sight.width, factor, slice.columns);
  const top = around.row - ((around.row - sight.top) / sight.height) * height;
  const left = around.column - ((around.column - sight.left) / sight.width) * width;
  return within({ top: Math.round(top), left: Math.round(left), height, width }, slice);
}

/** @param {number} size @param {number} factor @param {number} most */
function zoomedSize(size, factor, most) {
  const next = factor > 1 ? Math.floor(size / factor) : Math.ceil(size / factor);
  return clamp(next, Math.min(LEAST_IN_SIGHT, most), most);
}

/** The sight moved into the slice. @param {Sight} sight @param {{rows: number, columns: number}} slice @returns {Sight} */
export function within(sight, slice) {
  const height = Math.min(sight.height, slice.rows);
  const width = Math.min(sight.width, slice.columns);
  return { top: clamp(sight.top, 0, slice.rows - height), left: clamp(sight.left, 0, slice.columns - width), height, width };
}

/** The sight moved so that a cell is in it. @param {Sight} sight @param {Cell} cell @returns {Sight} */
export function including(sight, { row, column }) {
  return {
    ...sight,
    top: clamp(sight.top, row - sight.height + 1, row),
    left: clamp(sight.left, column - sight.width + 1, column),
  };
}

/**
 * The size of a cell, so that the sight fits into a place: square for pictures, else at most four times as wide as high.
 * @param {Sight} sight @param {Size} place @param {boolean} isPicture @returns {Size}
 */
export function cellSize(sight, place, isPicture) {
  const width = place.width / Math.max(1, sight.width);
  const height = place.height / Math.max(1, sight.height);
  if (isPicture) {
    const side = Math.min(width, height, MOST_CELL.width);
    return { width: side, height: side };
  }
  return {
    width: Math.min(width, height * WIDEST, MOST_CELL.width),
    height: Math.min(height, width * WIDEST, MOST_CELL.height),
  };
}

/** Whether numbers can be written into cells. @param {Size} cell @param {TensorPage} page */
export function hasNumbers(cell, page) {
  const isExact = page.row_step === 1 && page.column_step === 1;
  return isExact && cell.width >= LEAST_FOR_NUMBERS.width && cell.height >= LEAST_FOR_NUMBERS.height;
}

/**
 * Whether a page shows a sight as well as a page of its own could.
 * @param {TensorPage} page @param {Sight} sight
 */
export function isEnough(page, sight) {
  const isInside =
    sight.top >= page.top &&
    sight.left >= page.left &&
    sight.top + sight.height <= page.top + page.height &&
    sight.left + sight.width <= page.left + page.width;
  const isExact = page.row_step === 1 && page.column_step === 1;
  const isWhole = sight.height === page.height && sight.width === page.width;
  return isInside && (isExact || isWhole);
}

/** What a page has for a cell; undefined outside of it. @param {TensorPage} page @param {Cell} cell */
export function numberAt(page, { row, column }) {
  const down = Math.floor((row - page.top) / page.row_step);
  const right = Math.floor((column - page.left) / page.column_step);
  return page.cells[down]?.[right];
}

/** The position in the tensor of a cell of the slice. @param {LaidPage} page @param {Cell} cell */
export function positionOf(page, { row, column }) {
  const { wrap, columns } = page;
  if (wrap) {
    const index = Math.min(row * columns + column, wrap.count - 1);
    return page.at.map((other, axis) => (axis === wrap.axis ? index : axis === page.row_axis || axis === page.column_axis ? 0 : other));
  }
  return page.at.map((index, axis) => (axis === page.row_axis ? row : axis === page.column_axis ? column : index));
}

/** The cell of the slice at a position in the tensor. @param {LaidPage} page @param {number[]} position @returns {Cell} */
export function cellOf(page, position) {
  if (page.wrap) {
    const index = position[page.wrap.axis] ?? 0;
    return { row: Math.floor(index / page.columns), column: index % page.columns };
  }
  return { row: position[page.row_axis] ?? 0, column: position[page.column_axis] ?? 0 };
}

/** Which slice a page is of. @param {TensorPage} page */
export const sliceOf = ({ at, row_axis }) => JSON.stringify([at, row_axis]);
