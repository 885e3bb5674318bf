import assert from "node:assert/strict";
import { test } from "node:test";
import { readAtlas } from "../../assets/offline/atlas.mjs";
import { createComposer } from "../../assets/offline/compose.mjs";
import { visibleLinks, visiblePlaces } from "../../assets/offline/links.mjs";
import { bestOf, search } from "../../assets/offline/search.mjs";
import { box, frame } from "./scenes.mjs";

// Two ops: x, and g/y in a group. x feeds g/y.
const sheet = (more) => ({ children: [], open: [], rects: [], tops: [], bottoms: [], ports: [], lines: [], cells: [], ins: [], outs: [], reach: [0, 0], shape: [1000, 1000, 0, 0], ...more });
const LEVEL = {
  opened: [],
  boxes: [box("x"), box("g/y", { parent: "g/" })],
  groups: [{ box: box("g/", { kind: "group" }), frame: frame("g/"), titleWidth: 80 }],
  wires: [[0, 1, 0, 0, 0]],
  labels: [["float32[2]", 1]],
  outputs: [0],
  sheets: [
    sheet({ children: [0, -1], rects: [0, 0, 1000, 300, 0, 1000, 1000, 300], lines: [[0, 1, 0, 0, 0, "float32[2]", [600, 600], 1, 500, 300, 500, 500, 500, 800, 500, 1000]] }),
    sheet({ children: [1], rects: [0, 0, 1000, 300], tops: [500, -200], ports: [[0, 0, 0]], lines: [[1, 0, 0, 0, 0, "", null, 1, 500, -200, 500, -150, 500, -50, 500, 0]], shape: [1400, 900, 200, 460] }),
  ],
  asSeen: [],
  standsFor: [0, 1],
};
const ATLAS = readAtlas(LEVEL);

test("an op is seen in the outermost closed group around it", () => {
  assert.deepEqual(visiblePlaces(ATLAS, new Set()), [0, -1]);
  assert.deepEqual(visiblePlaces(ATLAS, new Set([0])), [0, 1]);
});

test("a link says which tensor it carries, and into a closed group which op that feeds", () => {
  const [closed] = visibleLinks(ATLAS, [0, -1]);
  const [open] = visibleLinks(ATLAS, [0, 1]);
  assert.deepEqual([closed.label, closed.tensors], ["float32[2]", [[0, 0, "", 1, "g/y"]]]);
  assert.deepEqual(open.tensors, [[0, 0]]);
});

test("a closed group is a box, an open one a frame with its ops inside", () => {
  const compose = createComposer(ATLAS);
  const closed = compose([]);
  const open = compose(["g/"]);
  assert.deepEqual(closed.boxes.map(({ id }) => id), ["x", "g/"]);
  assert.deepEqual(open.boxes.map(({ id }) => id), ["x", "g/y"]);
  assert.deepEqual(open.frames.map(({ id, depth }) => [id, depth]), [["g/", 0]]);
  assert.deepEqual([closed.depths, open.open], [[2, 2], ["g/"]]);
  const [inside] = open.boxes.slice(1);
  const [around] = open.frames;
  assert.ok(inside.x >= around.x && inside.y >= around.y + 34 && inside.x + inside.w <= around.x + around.w);
  const { points } = open.links[0];
  assert.ok(Math.abs(points[points.length - 1] - inside.y) < 1);
});

test("a search finds whole names first", () => {
  const names = {
    ops: [["m/dense/MatMul", "MatMul", "dense", "Dense", "", "", "m/dense/"], ["dense_loss", "Mul", "", "", "", "", ""]],
    groups: [["m/dense/", "dense", "Dense", "layer", "m/", 0]],
  };
  assert.deepEqual(search(names, "dense").map(({ target }) => target), ["m/dense/", "m/dense/MatMul", "dense_loss"]);
  assert.deepEqual(search(names, " "), []);
  assert.equal(bestOf(search(names, "dense")).left, 0);
});
