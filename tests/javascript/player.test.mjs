import assert from "node:assert/strict";
import { test } from "node:test";
import { groupedSteps, rowsOf, sameStep } from "../../assets/page/values/steps.mjs";

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

test("a step by box is of the closed group", () => {
  const boxes = (unit, open) => groupedSteps(rowsOf(STEPS), STEPS, unit, open).map((row) => row.box);
  assert.deepEqual(boxes("box", []), ["m/", "c", "c", "m/"]);
  assert.deepEqual(boxes("box", ["m/"]), ["m/a", "m/b", "c", "c", "m/b"]);
  assert.deepEqual(boxes("op", []), ["m/a", "m/b", "c", "c", "m/b"]);
});

test("after another input, it is the same step of what ran then", () => {
  const before = rowsOf(STEPS);
  const other = { ...STEPS, ops: ["n/a", "n/b", "n/d", "c"], titles: ["", "", "", ""], paths: [[], [], [], []], order: [[0, 2, 3], [1, 3, 4], [2, 5, 6], [3, 8, 9]], backward: [3] };
  const after = rowsOf(other);
  assert.equal(sameStep(after, before, 2), 3, "the end of the way forward");
  assert.equal(sameStep(after, before, 4), 4, "the end of the way back");
  assert.equal(sameStep(after, before, 3), 4, "the same op");
  assert.equal(sameStep(after, before, 1), 1, "the next one");
  assert.equal(sameStep(after, before, -1), -1, "everything");
  assert.equal(sameStep(rowsOf({ ...other, backward: [] }), before, 4), -1, "without gradients, there is no way back");
  assert.equal(sameStep([], before, 0), -1);
});

test("in a train step, the way back is said to be graphlab's own", () => {
  const rows = groupedSteps(rowsOf(STEPS), { ...STEPS, way_back: "graphlab's own gradient of the loss" }, "box", []);
  assert.deepEqual(rows.map(({ words }) => words), [
    "box 1 of 2 · m",
    "box 2 of 2 · Sum",
    "back: box 1 of 2 · Sum · graphlab's own gradient of the loss",
    "back: box 2 of 2 · m · graphlab's own gradient of the loss",
  ]);
});
