/** A table of numbers as text: what is pasted from a spreadsheet, from NumPy or from JSON. */

import constants from "../../../shared_constants.json" with { type: "json" };

const { MOST_GRID_CELLS } = constants;

/**
 * The rows of a text: lines, or lists in brackets; numbers between commas, semicolons, tabs or spaces. A single number
 * is a table of one cell.
 * @param {string} text
 * @returns {string[][]} [] for a text without numbers
 */
export function parseGrid(text) {
  const words = text
    .trim()
    .replace(/^(?:np\.|numpy\.)?array\(/, "")
    .replace(/(?:, *dtype=[\w.]+)?\)$/, "");
  const lines = words.includes("[") ? words.split(/\]\s*[,;]?\s*\[|\]|\[/) : words.split(/\r?\n/);
  const rows = lines.map((line) => line.trim().split(/\s*[,;\t]\s*|\s+/).filter(Boolean));
  return rows.filter((row) => row.length > 0);
}

/**
 * The cells after a text is pasted into one of them. The grid grows where its sizes are free.
 * @param {string[][]} cells @param {string[][]} pasted @param {number} row @param {number} column
 * @param {{rows: boolean, columns: boolean}} free
 */
export function pasteInto(cells, pasted, row, column, free) {
  const width = Math.max(...pasted.map((line) => line.length));
  const wanted = { rows: row + pasted.length, columns: column + width };
  const rows = free.rows ? Math.max(cells.length, wanted.rows) : cells.length;
  const columns = free.columns ? Math.max(cells[0].length, wanted.columns) : cells[0].length;
  const size = rows * columns <= MOST_GRID_CELLS ? { rows, columns } : { rows: cells.length, columns: cells[0].length };
  return resized(cells, size.rows, size.columns).map((line, i) =>
    line.map((text, j) => pasted[i - row]?.[j - column] ?? text),
  );
}

/** The cells with more or fewer rows and columns; new cells are 0. @param {string[][]} cells @param {number} rows @param {number} columns */
export function resized(cells, rows, columns) {
  return Array.from({ length: rows }, (_row, i) => Array.from({ length: columns }, (_cell, j) => cells[i]?.[j] ?? "0"));
}

/** Whether the grid may have so many cells. @param {number} rows @param {number} columns */
export function isSmall(rows, columns) {
  return rows >= 1 && columns >= 1 && rows * columns <= MOST_GRID_CELLS;
}
