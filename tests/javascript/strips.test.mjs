import assert from "node:assert/strict";
import { test } from "node:test";
import { drawReadouts } from "../../assets/graph_view/draw/draw_readouts.mjs";
import { overlaysIn } from "../../assets/graph_view/draw/overlays.mjs";

/** What is painted on a box for a strip of shades: the words, and where the ground of the shades begins.
 * @param {string} of */
function painted(of) {
  const words = [];
  const lefts = [];
  const own = {
    globalAlpha: 1,
    measureText: (/** @type {string} */ text) => ({ width: 6 * text.length }),
    fillText: (/** @type {string} */ text) => words.push(text),
    fillRect: (/** @type {number} */ x) => lefts.push(x),
  };
  const ctx = new Proxy(own, { get: (target, name) => (name in target ? Reflect.get(target, name) : () => {}) });
  const readouts = [{ of, form: "strip", levels: [50, -100] }];
  const values = { name: "values", key: "", marks: [{ box: "a", readouts }], links: [], style: { places: ["readout"] }, legend: {} };
  const state = { marks: { overlays: overlaysIn(null, [values]) }, zoom: 1 };
  drawReadouts(ctx, {}, state, { id: "a", readout: "line" }, { x: 0, y: 0, w: 100, h: 60 });
  return { words, left: lefts[0] };
}

test("shades of a gradient or a difference have its sign before them", () => {
  const [value, gradient, difference] = ["value", "gradient", "difference"].map(painted);

  assert.deepEqual([value.words, gradient.words, difference.words], [[], ["∂"], ["Δ"]]);
  assert.deepEqual([gradient.left - value.left, difference.left - value.left], [9, 9]);
});
