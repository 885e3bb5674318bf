/** What the inspector says, from plain parts to elements. */

import { make } from "../graph_view/dom.mjs";

const KEYS = [
  ["Click", "select a box"],
  ["Double-click", "expand or collapse a group"],
  ["Arrow keys", "walk from box to box"],
  ["F", "fit the graph to the window"],
  ["0 to 9", "expand everything down to a depth"],
  ["/", "search"],
];

/** @typedef {(target: string) => void} GoTo */

/** @param {object[]} parts @param {GoTo} goTo @returns {Node[]} */
export function drawParts(parts, goTo) {
  return parts.flatMap((part) => DRAWN[part.is](part, goTo));
}

/** What is said while nothing is selected: what a reader of the graph must know, and the keys. */
export function drawOverview(parts, goTo) {
  const rows = KEYS.map(([key, text]) => make("div", { class: "row" }, make("dt", {}, key), make("dd", {}, text)));
  const hint = prose("Select a box to see what it is and what flows through it.");
  return [make("h2", {}, "Inspect"), ...drawParts(parts, goTo), hint, make("dl", {}, ...rows)];
}

/** A paragraph. */
export function prose(text) {
  return make("p", { class: "prose" }, text);
}

const DRAWN = {
  Heading: ({ title, name }) => make("h2", {}, title, ...(name ? [make("code", {}, name)] : [])),
  Prose: ({ text = "" }) => prose(text),
  Problem: ({ text }) => make("p", { class: "problem" }, text),
  Formula: ({ text }) => make("div", { class: "formula" }, text),
  Section: ({ title, parts }, goTo) =>
    make("section", { class: "part" }, make("h3", {}, title), make("div", {}, ...drawParts(parts, goTo))),
  Row: drawRow,
  CodeLine: ({ file, line, text = "" }) =>
    make("div", { class: "code-line" }, make("span", { class: "place" }, `${file}:${line}`), make("code", {}, text)),
  Folds: drawFolds,
  Samples: drawSamples,
  SizeFields: () => [], // a page without graphlab cannot trace the graph with other sizes
};

function drawRow({ label = "", value = "", target, mono }, goTo) {
  const link = target && make("button", { type: "button", class: "link", title: target }, label);
  link?.addEventListener("click", () => goTo(target));
  const key = make("span", { class: "key" }, link || label);
  return make("div", { class: "row" }, key, make("span", mono ? { class: "mono" } : {}, value));
}

function drawFolds({ ops }) {
  const summary = `${ops.length.toLocaleString("en")} ${ops.length === 1 ? "op" : "ops"}`;
  const list = make("ul", {}, ...ops.map((op) => make("li", {}, make("code", {}, op))));
  return make("details", { class: "folded" }, make("summary", {}, summary), list);
}

/** The first elements of a pipeline, images above the rest. */
function drawSamples({ elements }) {
  const pictures = elements.some((values) => values.some(({ image }) => image));
  return make("div", { class: pictures ? "elements pictures" : "elements" }, ...elements.map(drawElement));
}

function drawElement(values) {
  const images = values.filter(({ image }) => image);
  const drawn = images.map(({ name, tensor, image }) =>
    make("img", { src: image, alt: `${name || "image"} ${tensor}`, title: tensor }),
  );
  const lines = values
    .filter(({ image }) => !image)
    .map(({ name, tensor, text }) => {
      const shape = images.length || tensor.endsWith("[]") ? "" : `${tensor} `;
      return make("div", { title: tensor }, make("span", { class: "key" }, `${name} ${shape}`), text);
    });
  return make("figure", { class: "element" }, ...drawn, make("figcaption", {}, ...lines));
}
