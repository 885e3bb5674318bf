/** Draws formulas: MathML elements are created from trees, so that no text of a user becomes markup. */

import { make } from "../../graph_view/dom.mjs";

/** @import { Expression, MathNode } from "./words_types.mjs" */

const SPACE = "http://www.w3.org/1998/Math/MathML";
const TAGS = new Set(
  "math mrow mi mn mo mtext mspace mfrac msqrt msub msup msubsup munder mover munderover mtable mtr mtd".split(" "),
);
const ATTRIBUTES = new Set(["accent", "stretchy", "lspace", "rspace", "width", "mathvariant", "fence", "form"]);
const BREAKS = new Set(["=", "+=", "+", "−", "·", "⋅"]);
const OPERATORS = new Set([...BREAKS, "(", "[", "×"]); // a minus after one of them is a sign

/**
 * A formula that breaks before its equals signs and inside long sums and products; screen readers read its text, and its TeX is
 * beside it.
 * @param {Expression} expression
 * @param {string} [className]
 */
export function drawFormula(expression, className = "") {
  const parts = segments(expression.mathml.children).map((children) => {
    const math = element({ ...expression.mathml, children });
    math.setAttribute("aria-hidden", "true");
    return make("span", { class: "equation-part" }, math);
  });
  const attributes = { class: `equation ${className}`.trim(), role: "math", "aria-label": expression.text };
  return make("div", { ...attributes, "data-tex": expression.tex, title: expression.tex }, ...parts);
}

/**
 * The parts of a formula between which a line may break: each after the first begins with =, +, a minus between
 * two terms or a point between two factors.
 * @param {(MathNode | string)[]} children
 * @returns {(MathNode | string)[][]}
 */
export function segments(children) {
  /** @type {(MathNode | string)[][]} */
  const parts = [[]];
  let depth = 0; // of brackets
  for (const child of children.flatMap(termsOf)) {
    const last = parts[parts.length - 1];
    const sign = signOf(child);
    const isBinary = last.length > 0 && !OPERATORS.has(signOf(last[last.length - 1]));
    depth += Number("([".includes(sign || " ")) - Number(")]".includes(sign || " "));
    if (BREAKS.has(sign) && isBinary && depth === 0) parts.push([infix(child)]);
    else last.push(child);
  }
  return parts;
}

/** The terms of a sum or difference, the sides of an equation; anything else itself. @param {MathNode | string} child */
function termsOf(child) {
  const isSum = typeof child !== "string" && child.tag === "mrow" && isSumRow(child.children);
  return isSum ? child.children : [child];
}

/** @param {(MathNode | string)[]} children */
function isSumRow(children) {
  return children.some((one, index) => index > 0 && ["+", "−", "="].includes(signOf(one)));
}

/** @param {MathNode | string} child */
const signOf = (child) => (typeof child === "string" || child.tag !== "mo" ? "" : String(child.children[0]));

/** A sign that begins a line keeps its space. @param {MathNode | string} child */
function infix(child) {
  return typeof child === "string" ? child : { ...child, attributes: { ...child.attributes, form: "infix", rspace: "0.25em" } };
}

/** @param {MathNode} node */
function element(node) {
  if (!TAGS.has(node.tag)) throw new TypeError(`formulas have no element ${node.tag}`);
  const result = document.createElementNS(SPACE, node.tag);
  for (const [name, value] of Object.entries(node.attributes)) {
    if (ATTRIBUTES.has(name)) result.setAttribute(name, value);
  }
  result.append(...node.children.map((child) => (typeof child === "string" ? child : element(child))));
  return result;
}
