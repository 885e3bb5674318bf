/** What the inspector says, from plain parts to elements. */

import { make } from "../graph_view/dom.mjs";

/** @type {[string, string][]} */
const KEYS = [
  ["Click", "select a box"],
  ["Double-click", "expand or collapse a group"],
  ["Arrow keys", "move from box to box"],
  ["F", "fit the graph to the window"],
  ["0 to 9", "expand everything down to a depth"],
  ["/", "search"],
];

/** @typedef {(target: string) => void} GoTo */

/**
 * A part of the inspector, see graphlab/inspector/parts.py; `is` is the name of its class.
 * @typedef {{is: "Heading", title: string, name?: string}} Heading
 * @typedef {{is: "Prose", text?: string}} Prose
 * @typedef {{is: "Problem", text: string}} Problem
 * @typedef {{is: "Formula", text: string}} Formula
 * @typedef {{is: "Section", title: string, parts: Part[]}} Section
 * @typedef {{is: "Row", label?: string, value?: string, target?: string, mono?: boolean}} Row
 * @typedef {{is: "CodeLine", file: string, line: number, text?: string}} CodeLine
 * @typedef {{is: "Folds", ops: string[]}} Folds
 * @typedef {{is: "Samples", elements: Value[][]}} Samples
 * @typedef {{is: "SizeFields"}} SizeFields
 * @typedef {Heading | Prose | Problem | Formula | Section | Row | CodeLine | Folds | Samples | SizeFields} Part
 */

/** @typedef {{name: string, tensor: string, text: string, image?: string}} Value of a pipeline's element */

/** @param {Part[]} parts @param {GoTo} goTo @returns {Node[]} */
export function drawParts(parts, goTo) {
  return parts.flatMap((part) => draw(part, goTo));
}

/**
 * What is said while nothing is selected: what a reader of the graph must know, and the keys.
 * @param {Part[]} parts @param {GoTo} goTo @returns {Node[]}
 */
export function drawOverview(parts, goTo) {
  const rows = KEYS.map(([key, text]) => make("div", { class: "row" }, make("dt", {}, key), make("dd", {}, text)));
  const hint = prose("Select a box to see what it is and what flows through it.");
  return [make("h2", {}, "Inspect"), ...drawParts(parts, goTo), hint, make("dl", {}, ...rows)];
}

/** A paragraph. @param {string} text */
export function prose(text) {
  return make("p", { class: "prose" }, text);
}

/** @param {Part} part @param {GoTo} goTo @returns {Node | Node[]} */
function draw(part, goTo) {
  switch (part.is) {
    case "Heading":
      return make("h2", {}, part.title, ...(part.name ? [make("code", {}, part.name)] : []));
    case "Prose":
      return prose(part.text ?? "");
    case "Problem":
      return make("p", { class: "problem" }, part.text);
    case "Formula":
      return make("div", { class: "formula" }, part.text);
    case "Section":
      return make("section", { class: "part" }, make("h3", {}, part.title), make("div", {}, ...drawParts(part.parts, goTo)));
    case "Row":
      return drawRow(part, goTo);
    case "CodeLine":
      return drawCodeLine(part);
    case "Folds":
      return drawFolds(part);
    case "Samples":
      return drawSamples(part);
    case "SizeFields": // a page without graphlab cannot trace the graph with other sizes
      return [];
  }
}

/** @param {Row} row @param {GoTo} goTo */
function drawRow({ label = "", value = "", target, mono }, goTo) {
  const key = make("span", { class: "key" }, target ? linkTo(target, label, goTo) : label);
  return make("div", { class: "row" }, key, make("span", mono ? { class: "mono" } : {}, value));
}

/** @param {string} target @param {string} label @param {GoTo} goTo */
function linkTo(target, label, goTo) {
  const link = make("button", { type: "button", class: "link", title: target }, label);
  link.addEventListener("click", () => goTo(target));
  return link;
}

/** @param {CodeLine} part */
function drawCodeLine({ file, line, text = "" }) {
  return make("div", { class: "code-line" }, make("span", { class: "place" }, `${file}:${line}`), make("code", {}, text));
}

/** @param {Folds} part */
function drawFolds({ ops }) {
  const summary = `${ops.length.toLocaleString("en")} ${ops.length === 1 ? "op" : "ops"}`;
  const list = make("ul", {}, ...ops.map((op) => make("li", {}, make("code", {}, op))));
  return make("details", { class: "folded" }, make("summary", {}, summary), list);
}

/** The first elements of a pipeline, images above the rest. @param {Samples} part */
function drawSamples({ elements }) {
  const pictures = elements.some((values) => values.some(({ image }) => image));
  return make("div", { class: pictures ? "elements pictures" : "elements" }, ...elements.map(drawElement));
}

/** @param {Value[]} values */
function drawElement(values) {
  const images = values.flatMap(({ name, tensor, image }) =>
    image ? [make("img", { src: image, alt: `${name || "image"} ${tensor}`, title: tensor })] : [],
  );
  const lines = values
    .filter(({ image }) => !image)
    .map(({ name, tensor, text }) => {
      const shape = images.length || tensor.endsWith("[]") ? "" : `${tensor} `;
      return make("div", { title: tensor }, make("span", { class: "key" }, `${name} ${shape}`), text);
    });
  return make("figure", { class: "element" }, ...images, make("figcaption", {}, ...lines));
}
