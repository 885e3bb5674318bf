import assert from "node:assert/strict";
import { test } from "node:test";
import { rangeOf, roundUp } from "../../assets/page/training/chart_figures.mjs";
import { measure, number } from "../../assets/page/training/measures.mjs";

test("measures keep their digits", () => {
  assert.deepEqual([0.9312, 5e-5, 0, 12345.678, 2.5e8, null].map(measure), ["0.9312", "5e-05", "0.0000", "12,345.6780", "2.5e+08", "NaN"]);
  assert.equal(number(1234.6), "1,235");
});

test("axes end at round numbers, and a loss begins at 0", () => {
  assert.deepEqual([1, 3, 7, 40].map(roundUp), [1, 5, 10, 50]);
  assert.deepEqual(rangeOf("loss", { train: [[0, 2], [1, 1]] }), [0, 2.12]);
  assert.deepEqual(rangeOf("loss", { train: [[0, null]] }), [0, 1]);
});
