import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.mjs";
import { frameAround, seesAll } from "../../assets/graph_view/around/minimap.mjs";
import { scrolledTo, wantedRows } from "../../assets/graph_view/around/outline_list.mjs";
import { pinned } from "../../assets/graph_view/around/overhead.mjs";
import { progressText } from "../../assets/graph_view/around/progress.mjs";

const SCENE = { width: 1000, height: 500 };

test("the minimap frames the part in sight, and is not needed where that is all", () => {
  const part = { x: 200, y: -50, w: 400, h: 300 };
  assert.deepEqual(frameAround(SCENE, part, 0.1), { x: 20, y: 0, w: 40, h: 25 });
  assert.deepEqual(frameAround(SCENE, { x: 990, y: 0, w: 400, h: 10 }, 0.1), { x: 99, y: 0, w: 4, h: 4 });
  assert.equal(seesAll(SCENE, part), false);
  assert.equal(seesAll(SCENE, { x: -1, y: -1, w: 1001, h: 501 }), true);
});

test("the outline scrolls no further than a row needs", () => {
  assert.equal(scrolledTo(3, 0, 260), 0);
  assert.equal(scrolledTo(1, 78, 260), 26);
  assert.equal(scrolledTo(12, 0, 260), 12 * 26 + 2 * 26 - 260);
});

test("rows near those in sight have elements, and the one that Tab leads to", () => {
  const rows = Array.from({ length: 100 }, (_, i) => ({ child: { id: `r${i}` } }));
  const wanted = wantedRows(rows, "r90", 20 * 26, 10 * 26);
  assert.deepEqual([...wanted.values()], [...Array.from({ length: 26 }, (_, i) => 12 + i), 90]);
  assert.equal(wantedRows(rows, "gone", 0, 26).size, 9);
});

test("a pinned box is unpinned, and of too many the oldest goes", () => {
  assert.deepEqual(pinned(["a", "b"], "a"), ["b"]);
  assert.deepEqual(pinned(["a", "b", "c", "d"], "e"), ["b", "c", "d", "e"]);
});

test("progress is told in boxes once their number is known", () => {
  assert.equal(progressText(0, 0), "Reading the graph…");
  assert.equal(progressText(1200, 3000), "Laying out 1,200 of 3,000 boxes…");
  assert.equal(progressText(3000, 3000), "Drawing 3,000 boxes…");
});
