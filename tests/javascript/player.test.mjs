import assert from "node:assert/strict";
import { test } from "node:test";
import { groupedSteps, rowsOf } from "../../assets/page/values/steps.mjs";

const STEPS = {
  ops: ["m/a", "m/b", "c"],
  titles: ["MatMul", "BiasAdd", "Sum"],
  paths: [["m/"], ["m/"], []],
  order: [[0, 2, 3], [1, 3, 5], [2, 5, 7]],
  backward: [2, 1],
};

test("every op forward, then those with a gradient back", () => {
  const rows = rowsOf(STEPS);
  assert.deepEqual(rows.map(({ op }) => op), [0, 1, 2, 2, 1]);
  assert.deepEqual(rows.map(({ isBack }) => isBack), [false, false, false, true, true]);
  assert.deepEqual([rows[1].now, rows[1].time], [3, 5]);
  assert.deepEqual([rows[3].time, rows[3].back], [null, 5]);
  assert.equal(rows[4].back, 0, "at the end the gradients of the inputs are known");
  assert.ok(rows[2].back > 7, "going forward, no gradient is known yet");
});

test("without gradients nothing is held back", () => {
  assert.equal(rowsOf({ ...STEPS, backward: [] })[0].back, 0);
});

test("by box, what runs in a closed group is one step", () => {
  const words = (unit, open) => groupedSteps(rowsOf(STEPS), STEPS, unit, open).map((row) => row.words);
  assert.deepEqual(words("box", []).slice(0, 2), ["box 1 of 2 · m", "box 2 of 2 · Sum"]);
  assert.deepEqual(words("box", ["m/"])[1], "box 2 of 3 · BiasAdd");
  assert.deepEqual(words("op", [])[4], "back: op 2 of 2 · BiasAdd");
});

test("iterations of a loop are steps of their own", () => {
  const looped = { ...STEPS, order: [[0, 2, 3, 1], [0, 3, 4, 2]], backward: [] };
  const words = groupedSteps(rowsOf(looped), looped, "box", []).map((row) => row.words);
  assert.deepEqual(words, ["box 1 of 2 · m · iteration 1", "box 2 of 2 · m · iteration 2"]);
});
