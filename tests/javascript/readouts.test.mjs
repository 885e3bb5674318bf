/** Numbers on boxes have as many digits as fit. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { fitNumbers } from "../../assets/graph_view/draw/text.mjs";

const LETTER_PX = 6;
const ctx = /** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ ({
  font: "mono",
  /** @param {string} text */
  measureText: (text) => ({ width: LETTER_PX * text.length }),
}));
const VALUE = ["0.007812", "0.00781", "0.0078", "0.008", "8e-3"];
const GRADIENT = ["∂ -0.09412", "∂ -0.0941", "∂ -0.094", "∂ -0.09"];

test("a number that fits keeps its digits", () => {
  assert.deepEqual(fitNumbers(ctx, [VALUE], 48), ["0.007812"]);
});

test("two numbers share the room, and the longer one is shortened first", () => {
  assert.deepEqual(fitNumbers(ctx, [VALUE, GRADIENT], 90), ["0.00781", "∂ -0.094"]);
  assert.deepEqual(fitNumbers(ctx, [["9"], GRADIENT], 90, 18), ["9", "∂ -0.09412"]);
  assert.deepEqual(fitNumbers(ctx, [VALUE, GRADIENT], 66), ["8e-3", "∂ -0.09"]);
});

test("only what has no shorter form is cut", () => {
  assert.deepEqual(fitNumbers(ctx, [["no value"]], 30), ["no v…"]);
});
