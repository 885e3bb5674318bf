/** The results of a graph: a number, bars, or a summary. */

import { make, makeButton } from "../../graph_view/dom.mjs";

/** @import { OutputReadout } from "./input_types.mjs" */

const LONGEST_LABEL = 14; // letters of a bar's label in sight

/** A number in at most four digits: `0.993`, `1.2e-7`. @param {number | string} number */
export function shortNumber(number) {
  if (typeof number === "string") return SPELLED[number] ?? number;
  const size = Math.abs(number);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return number.toExponential(2).replace(/\.?0+e/, "e").replace("e+", "e");
  return String(Number(number.toPrecision(size >= 1000 ? 7 : 4)));
}

/** @type {Record<string, string>} how numbers are written that JSON does not have */
const SPELLED = { nan: "NaN", inf: "∞", "-inf": "−∞" };

/** A difference with its sign: `Δ +0.02`, `Δ −3`, `Δ 0`. @param {number | string} number */
export function differenceText(number) {
  const text = shortNumber(number).replace(/^-/, "−");
  return `Δ ${typeof number === "number" && number > 0 ? "+" : ""}${text}`;
}

/** The position of the largest number; -1 where none is a number. @param {(number | string)[]} numbers */
export function highest(numbers) {
  const finite = numbers.filter((number) => typeof number === "number");
  return finite.length ? numbers.indexOf(finite.reduce((best, number) => Math.max(best, number))) : -1;
}

/**
 * Where each bar begins and ends, from 0 to 1: from zero, to the left for negative numbers.
 * @param {(number | string)[]} numbers
 */
export function barSpans(numbers) {
  const finite = numbers.filter((number) => typeof number === "number");
  const [low, high] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  const width = high - low || 1;
  return numbers.map((number) => {
    const value = typeof number === "number" ? number : 0;
    return { start: (Math.min(0, value) - low) / width, length: Math.abs(value) / width };
  });
}

/** @param {HTMLElement} host @param {OutputReadout[]} outputs @param {(opId: string) => void} select */
export function showOutputs(host, outputs, select) {
  host.replaceChildren(...outputs.map((output) => readout(output, select)));
}

/** @param {OutputReadout} output @param {(opId: string) => void} select */
function readout(output, select) {
  const name = makeButton(`Select ${output.name} in the graph`, "values-output-select", () => select(output.op_id), output.name);
  const hasBars = output.kind === "bars" || output.kind === "rows";
  const head = make("p", { class: "values-output-name" }, name, hasBars ? output.text : "");
  if (hasBars) {
    if (output.change) head.append(...changeOf(output));
    return make("div", { class: "values-output" }, head, ...rowsOf(output).flatMap((row) => barsWithHead(row)));
  }
  const words = output.kind === "number" ? shortNumber(output.numbers[0]) : output.text;
  head.append(make("span", { class: output.kind === "number" ? "values-result" : "values-hint" }, words), ...changeOf(output));
  return make("div", { class: "values-output" }, head);
}

/** What has changed since the base; of many numbers the largest change. @param {OutputReadout} output */
function changeOf({ kind, differences = [], change = "" }) {
  const text = differences.length ? `${kind === "summary" ? "largest " : ""}${differenceText(differences[0])}` : change;
  return text ? [make("span", { class: "values-difference" }, text)] : [];
}

/**
 * The rows of a small batch, each as a result of its own; of a vector itself.
 * @param {OutputReadout} output
 * @returns {OutputReadout[]}
 */
export function rowsOf(output) {
  if (output.kind !== "rows") return [output];
  const { labels, numbers, differences = [], name } = output;
  const columns = labels.length;
  return Array.from({ length: numbers.length / columns }, (_, row) => {
    const part = [row * columns, (row + 1) * columns];
    const text = `row ${row}`;
    return { ...output, name: `${name}, ${text}`, text, numbers: numbers.slice(...part), differences: differences.slice(...part) };
  });
}

/** @param {OutputReadout} row */
function barsWithHead(row) {
  return row.kind === "rows" ? [make("p", { class: "values-output-row" }, row.text), bars(row)] : [bars(row)];
}

/** @param {OutputReadout} output */
function bars(output) {
  const best = highest(output.numbers);
  const spans = barSpans(output.numbers);
  const longest = Math.max(...output.labels.map((label) => label.length));
  const words = `${output.name}, ${output.text}${best < 0 ? "" : `, the highest is ${output.labels[best]}`}`;
  const { differences = [] } = output;
  const list = make("ol", { class: differences.length ? "values-bars compared" : "values-bars", "aria-label": words });
  list.append(
    ...output.numbers.map((number, i) => {
      const bar = make("i", {});
      bar.style.setProperty("--start", String(spans[i].start));
      bar.style.setProperty("--length", String(spans[i].length));
      const label = make("span", { class: "values-bar-label" }, output.labels[i]);
      const value = make("span", { class: "values-bar-number" }, shortNumber(number));
      const item = make("li", { title: `${output.labels[i]}: ${number}` }, label, make("span", { class: "values-bar" }, bar), value);
      if (differences[i] !== undefined) item.append(make("span", { class: "values-difference" }, differenceText(differences[i])));
      if (i === best) item.className = "highest";
      return item;
    }),
  );
  list.style.setProperty("--letters", String(Math.min(longest, LONGEST_LABEL)));
  return list;
}
