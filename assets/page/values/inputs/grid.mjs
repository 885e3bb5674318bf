/** A small vector or matrix as a grid of fields. */

import { make, makeButton, targetOf } from "../../../graph_view/dom.mjs";
import { isSmall, parseGrid, pasteInto, resized } from "./grid_text.mjs";

/** @import { InputField, InputSetting, WayPart } from "../input_types.mjs" */

/** @type {Record<string, [number, number]>} */
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0] };

/** @param {InputField} field @param {() => void} changed @returns {WayPart} */
export function createGrid(field, changed) {
  const isVector = field.shape?.length === 1;
  const free = { rows: !isVector && field.shape?.[0] == null, columns: field.shape?.at(-1) == null };
  const table = make("div", { class: "values-grid", role: "group", "aria-label": `${field.label}, numbers` });
  const sizes = make("div", { class: "values-sizes" });
  const element = make("div", {}, table, sizes);
  /** @type {string[][]} */
  let cells = [["0"]];

  function draw() {
    table.replaceChildren(...cells.flatMap((row, i) => row.map((text, j) => makeCell(text, i, j))));
    table.style.setProperty("--columns", String(cells[0].length));
    sizes.replaceChildren(
      ...(free.rows ? [stepper("row", cells.length, 1, 0)] : []),
      ...(free.columns ? [stepper(isVector ? "number" : "column", cells[0].length, 0, 1)] : []),
    );
  }

  /** @param {string} text @param {number} i @param {number} j */
  function makeCell(text, i, j) {
    const label = isVector ? `${field.label}, element ${j}` : `${field.label}, row ${i}, column ${j}`;
    const cell = make("input", { type: "text", autocomplete: "off", spellcheck: "false", "aria-label": label });
    cell.value = text;
    cell.dataset.place = `${i},${j}`;
    cell.addEventListener("input", () => {
      cells[i][j] = cell.value;
      changed();
    });
    cell.addEventListener("focus", () => cell.select());
    return cell;
  }

  /** @param {string} what @param {number} count @param {number} rows @param {number} columns */
  function stepper(what, count, rows, columns) {
    /** @param {number} sign */
    const step = (sign) => {
      const size = { rows: cells.length + sign * rows, columns: cells[0].length + sign * columns };
      if (!isSmall(size.rows, size.columns)) return;
      cells = resized(cells, size.rows, size.columns);
      draw();
      sizes.querySelector(`[data-step="${what}${sign}"]`)?.dispatchEvent(new Event("refocus"));
      changed();
    };
    const buttons = [-1, 1].map((sign) => {
      const name = sign < 0 ? `Remove a ${what} of ${field.label}` : `Add a ${what} to ${field.label}`;
      const button = makeButton(name, "values-step", () => step(sign), sign < 0 ? "−" : "+");
      button.dataset.step = `${what}${sign}`;
      button.disabled = !isSmall(cells.length + sign * rows, cells[0].length + sign * columns);
      button.addEventListener("refocus", () => button.focus());
      return button;
    });
    return make("span", {}, buttons[0], `${count} ${what}${count === 1 ? "" : "s"}`, buttons[1]);
  }

  /** @param {number} i @param {number} j */
  function focusCell(i, j) {
    const cell = table.querySelector(`[data-place="${i},${j}"]`);
    if (cell instanceof HTMLInputElement) cell.focus();
  }

  /** @param {Event} event */
  const placeOf = (event) => (targetOf(event)?.dataset.place ?? "").split(",").map(Number);

  table.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (!move) return;
    event.preventDefault();
    const [i, j] = placeOf(event);
    focusCell(i + move[0], j + move[1]);
  });
  table.addEventListener("paste", (event) => {
    const pasted = parseGrid(event.clipboardData?.getData("text") ?? "");
    if (!pasted.length || (pasted.length === 1 && pasted[0].length === 1)) return;
    event.preventDefault();
    const [i, j] = placeOf(event);
    cells = pasteInto(cells, pasted, i, j, free);
    draw();
    focusCell(i, j);
    changed();
  });
  return {
    element,
    put(setting) {
      cells = rowsOf(setting);
      draw();
    },
    setting: () => ({ kind: "grid", value: isVector ? cells[0] : cells }),
    focus: () => focusCell(0, 0),
  };
}

/** @param {InputSetting} setting @returns {string[][]} */
function rowsOf(setting) {
  const value = Array.isArray(setting.value) ? setting.value : [String(setting.value ?? "0")];
  const isMatrix = value.some((row) => Array.isArray(row));
  return (isMatrix ? value : [value]).map((row) => [row].flat().map(String));
}
