/** Values in the one-file page: which readouts a box shows at a position of the sliders. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { numberText, positionOf, readoutsOf, valuesOverlay } from "../../assets/offline/values/values.mjs";

/** @import { Atlas } from "../../assets/offline/types.mjs" */
/** @import { ValuesBlock } from "../../assets/offline/values/types.mjs" */

const SLIDERS = [
  { name: "x", numbers: [1, 2, 3], at: 0 },
  { name: "y", numbers: [5, 6], at: 1 },
];

/** @type {ValuesBlock} */
const BLOCK = {
  inputs: [],
  sliders: SLIDERS,
  gradient: "",
  notes: [],
  distinct: [
    [{ of: "value", form: "number", text: "7", words: "value 7" }],
    [{ of: "value", form: "number", text: "nan", bad: 1, words: "value nan" }],
    [],
  ],
  outputs: [[0], [0, 0, 0, 1, 1, 2]],
  boxes: { quiet: { ops: [0, -1], groups: [1] } },
  results: [],
};
const numberOf = new Map([["a", 0], ["b", 1], ["layer/", -1]]);
const ATLAS = /** @type {Atlas} */ (/** @type {unknown} */ ({ numberOf }));

test("the last slider moves first", () => {
  assert.deepEqual([[0, 0], [0, 1], [1, 0], [2, 1]].map((places) => positionOf(SLIDERS, places)), [0, 1, 2, 5]);
  assert.equal(positionOf([], []), 0);
});

test("an output that no slider moves has one readout for all positions", () => {
  assert.equal(readoutsOf(BLOCK, 0, 4)[0].text, "7");
  assert.equal(readoutsOf(BLOCK, 1, 3)[0].text, "nan");
  assert.deepEqual(readoutsOf(BLOCK, -1, 0), []);
});

test("ops and groups are marked, those without a value are not", () => {
  const marksAt = (/** @type {number} */ position) => valuesOverlay(BLOCK, ATLAS, "quiet", ["a", "b", "layer/", "unknown"], position);
  assert.deepEqual(marksAt(0).marks.map(({ box, words }) => [box, words]), [["a", "value 7"], ["layer/", "value 7"]]);
  assert.deepEqual(marksAt(5).marks.map(({ box }) => box), ["a"]);
  assert.notEqual(marksAt(0).key, marksAt(5).key);
});

test("NaN is counted in the legend", () => {
  const { legend } = valuesOverlay(BLOCK, ATLAS, "quiet", ["a", "layer/"], 3);
  assert.deepEqual(legend.entries, [{ slot: "bad", name: "NaN or infinite", count: 1 }]);
});

test("numbers of a slider are short", () => {
  assert.deepEqual([3, -0.25, 0.1000000149, 1234567].map(numberText), ["3", "−0.25", "0.1", "1234570"]);
});
