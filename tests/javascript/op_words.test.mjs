import assert from "node:assert/strict";
import { test } from "node:test";
import { segments } from "../../assets/page/values/mathml.mjs";
import { checkable, listed, positionOf } from "../../assets/page/values/op_words.mjs";

/** @param {string} tag @param {...any} children */
const node = (tag, ...children) => ({ tag, attributes: {}, children });

const [nine, by, four, equals, plus, result] = [
  ...[node("mn", "9"), node("mo", "×"), node("mn", "4")],
  ...[node("mo", "="), node("mo", "+"), node("mn", "36")],
];
/** @param {ReturnType<node>} sign */
const infix = (sign) => ({ ...sign, attributes: { form: "infix", rspace: "0.25em" } });

test("a formula breaks before its equals signs", () => {
  assert.deepEqual(segments([nine, by, four, equals, result]), [[nine, by, four], [infix(equals), result]]);
  assert.deepEqual(segments([nine, node("mo", "+="), result]).length, 2);
  assert.deepEqual(segments([equals, result]), [[equals, result]]);
  assert.equal(segments([node("mrow", node("mrow", nine, by, four), equals, result)]).length, 2);
});

test("a sum breaks before its plus signs, one in brackets does not", () => {
  const sum = node("mrow", nine, plus, four);

  assert.deepEqual(segments([sum, equals, result]), [[nine], [infix(plus), four], [infix(equals), result]]);
  assert.equal(segments([node("mrow", node("mo", "("), sum, node("mo", ")"))]).length, 1);
  assert.equal(segments([node("mo", "["), nine, equals, four, node("mo", "]")]).length, 1);
});

test("a product breaks before its points, a power of ten does not", () => {
  const point = node("mo", "·");

  assert.deepEqual(segments([nine, point, four]), [[nine], [infix(point), four]]);
  assert.equal(segments([nine, by, four]).length, 1);
});

test("a minus that is a sign does not begin a line", () => {
  const minus = node("mo", "−");

  assert.equal(segments([nine, minus, four]).length, 2);
  assert.equal(segments([minus, four]).length, 1);
  assert.deepEqual(segments([nine, equals, minus, four]).length, 2);
});

test("names are listed as in a sentence", () => {
  assert.deepEqual([["Mul"], ["AddV2", "Mul"], ["a", "b", "c"]].map(listed), ["Mul", "AddV2 and Mul", "a, b and c"]);
});

test("each gradient is checked once", () => {
  const chain = { mathml: node("math"), tex: "", text: "" };
  const input = { op: "x", iterations: [], name: "x", position: [0], rules: [], chain, total: null, through: [] };
  const words = { op: "mul", title: "Mul", iterations: [], position: [], inputs: [input, input, { ...input, op: "y", chain: null }] };

  assert.deepEqual(checkable(words), [
    { op: "mul", iterations: [], position: [], name: "Mul" },
    { op: "x", iterations: [], position: [0], name: "x" },
  ]);
});

test("a position is whole numbers, one for each axis", () => {
  assert.deepEqual(["1, 2", "[0,3]", "1", "1, x", "-1, 2", "", "1.5, 2"].map((text) => positionOf(text, 2)), [
    [1, 2],
    [0, 3],
    ...[null, null, null, null, null],
  ]);
});
