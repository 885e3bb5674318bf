/** The controls of the drawer: the axes, the scale, the search, and what can be done with the tensor. */

import { make, makeButton } from "../../../graph_view/dom.mjs";
import { axisText } from "./numbers.mjs";
import { SCALES } from "./scale.mjs";

/** @import { TensorPage } from "../drawer_types.mjs" */

/**
 * @typedef {object} AxisChange
 * @property {number} row_axis
 * @property {number} column_axis
 * @property {number[]} at
 */

/**
 * The two shown axes, and a slider for each other one.
 * @param {HTMLElement} host
 * @param {(change: AxisChange) => void} onChange
 */
export function createAxes(host, onChange) {
  let signature = "";
  /** @type {TensorPage | null} */
  let page = null;
  /** @type {number[]} */
  let at = [];

  /** @param {TensorPage} next */
  function show(next) {
    page = next;
    const other = JSON.stringify([next.shape, next.axes, next.row_axis, next.column_axis]);
    if (other === signature && JSON.stringify(at) === JSON.stringify(next.at)) return;
    signature = other;
    at = [...next.at];
    const rank = next.shape.length;
    host.replaceChildren(
      ...(rank > 1 ? [select("Rows", next.row_axis, (axis) => change(axis, next.column_axis, "row"))] : []),
      ...(rank > 1 ? [select("Columns", next.column_axis, (axis) => change(next.row_axis, axis, "column"))] : []),
      ...next.shape.flatMap((size, axis) => (isShown(next, axis) || size < 2 ? [] : [slider(next, axis, size)])),
    );
  }

  /** @param {TensorPage} of @param {number} axis */
  const isShown = (of, axis) => axis === of.row_axis || axis === of.column_axis;

  /** @param {number} rows @param {number} columns @param {"row" | "column"} changed */
  function change(rows, columns, changed) {
    if (!page) return;
    const isSame = rows === columns;
    const row = isSame && changed === "column" ? page.column_axis : rows;
    const column = isSame && changed === "row" ? page.row_axis : columns;
    onChange({ row_axis: row, column_axis: column, at });
  }

  /** @param {string} label @param {number} chosen @param {(axis: number) => void} act */
  function select(label, chosen, act) {
    const shape = page?.shape ?? [];
    const options = shape.map((size, axis) => make("option", { value: String(axis) }, `${axisText(page?.axes ?? [], axis)} (${size})`));
    const field = make("select", {}, ...options);
    field.value = String(chosen);
    field.addEventListener("change", () => act(Number(field.value)));
    return make("label", {}, label, field);
  }

  /** @param {TensorPage} of @param {number} axis @param {number} size */
  function slider(of, axis, size) {
    const field = make("input", { type: "range", min: "0", max: String(size - 1), value: String(at[axis]) });
    const value = make("output", {}, String(at[axis]));
    field.addEventListener("input", () => {
      at = at.map((index, one) => (one === axis ? Number(field.value) : index));
      value.textContent = field.value;
      onChange({ row_axis: of.row_axis, column_axis: of.column_axis, at });
    });
    return make("label", {}, `${axisText(of.axes, axis)} (${size})`, field, value);
  }

  return { show };
}

/**
 * How the numbers are coloured.
 * @param {HTMLElement} host
 * @param {(scale: string, isCentred: boolean) => void} onChange
 */
export function createScale(host, onChange) {
  const options = Object.entries(SCALES).map(([value, name]) => make("option", { value }, name));
  const scale = make("select", {}, ...options);
  const centred = make("input", { type: "checkbox" });
  for (const field of [scale, centred]) field.addEventListener("change", () => onChange(scale.value, centred.checked));
  host.append(make("label", {}, "Scale", scale), make("label", { class: "drawer-check" }, centred, "0 in the middle"));
  return {
    /** @param {boolean} isCentred */
    show: (isCentred) => {
      centred.checked = isCentred;
    },
    get value() {
      return scale.value;
    },
  };
}

/**
 * A field to search a number, and the matches one by one.
 * @param {HTMLElement} host
 * @param {{find: (text: string) => Promise<{count: number, positions: number[][], words: string}>,
 *   onMatch: (position: number[]) => void}} watch
 */
export function createSearch(host, { find, onMatch }) {
  const field = make("input", { type: "search", placeholder: "0.5, > 3, nan, max", "aria-label": "Search a value" });
  const words = make("span", { class: "drawer-found", role: "status" });
  const step = [
    makeButton("Previous match", "drawer-button", () => move(-1), "‹"),
    makeButton("Next match", "drawer-button", () => move(1), "›"),
  ];
  host.append(make("label", {}, "Search", field), ...step, words);
  /** @type {number[][]} */
  let positions = [];
  let index = 0;
  let count = 0;
  let matchedText = "";
  let matchedWords = "";
  for (const button of step) button.disabled = true;
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (positions.length && field.value === matchedText) move(event.shiftKey ? -1 : 1);
    else void search();
  });
  field.addEventListener("input", () => {
    if (!field.value) clear();
  });

  async function search() {
    const typed = field.value;
    if (!typed.trim()) return clear();
    try {
      const matches = await find(typed);
      if (typed !== field.value) return;
      ({ positions, count } = matches);
      matchedText = typed;
      matchedWords = matches.words;
      index = 0;
      if (!positions.length) words.textContent = `No ${matches.words}`;
      for (const button of step) button.disabled = positions.length < 2;
      if (positions.length) move(0);
    } catch (error) {
      clear();
      words.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  /** @param {number} by */
  function move(by) {
    index = (index + by + positions.length) % positions.length;
    const most = positions.length < count ? `, the first ${positions.length} are listed` : "";
    words.textContent = `${index + 1} of ${count.toLocaleString("en-US")}${most}: ${matchedWords}`;
    onMatch(positions[index]);
  }

  function clear() {
    positions = [];
    matchedText = "";
    words.textContent = "";
    for (const button of step) button.disabled = true;
  }

  return {
    reset: () => {
      field.value = "";
      clear();
    },
  };
}
