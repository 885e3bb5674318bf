import assert from "node:assert/strict";
import { test } from "node:test";
import { below, finish, join, move, restart, reverse, sample, straight, xAt } from "../../assets/offline/curves.mjs";
import { placeLabels } from "../../assets/offline/labels.mjs";
import { partLines } from "../../assets/offline/parting.mjs";
import { pullTight, rounded } from "../../assets/offline/routes.mjs";
import { bandsOf, settleRows } from "../../assets/offline/rows.mjs";
import { carry, stretchOf } from "../../assets/offline/stretch.mjs";

const LINE = straight(0, 0, 0, 90);

test("curves move, turn round and are joined", () => {
  assert.deepEqual(LINE, [0, 0, 0, 30, 0, 60, 0, 90]);
  assert.deepEqual(move(LINE, 1, 2).slice(0, 2), [1, 2]);
  assert.deepEqual(reverse(LINE).slice(0, 2), [0, 90]);
  assert.equal(join([LINE, straight(0, 90, 30, 90)]).length, 14);
  assert.equal(join([LINE, straight(30, 90, 60, 90)]).length, 20);
});

test("a curve is cut, begun and ended elsewhere", () => {
  assert.deepEqual(below(LINE, 45).slice(-2), [0, 90]);
  assert.ok(Math.abs(below(LINE, 45)[1] - 45) < 0.1);
  assert.deepEqual(restart(LINE, 20, 0, 10).slice(0, 2), [20, 0]);
  assert.deepEqual(finish(LINE, 20, 90, 10).slice(-2), [20, 90]);
  assert.ok(Math.abs(xAt(straight(0, 0, 90, 90), 45) - 45) < 0.1);
  assert.deepEqual(sample(LINE, 30).at(-1), [0, 90]);
});

test("a ruler is longer where that is asked, and what lies beyond keeps its distance", () => {
  const ruler = stretchOf(0, 100, [[0, 50, 2]]);
  assert.deepEqual([carry(ruler, 25), carry(ruler, 50), carry(ruler, 100), carry(ruler, 110)], [50, 100, 150, 160]);
});

test("rectangles that overlap in height share a row", () => {
  const bands = bandsOf([{ y: 0, h: 10 }, { y: 50, h: 10 }, { y: 5, h: 10 }]);
  assert.deepEqual(bands.map(({ members }) => members), [[0, 2], [1]]);
});

test("spots in a row keep their order when one grows", () => {
  const spot = (x, half, newHalf) => ({ x, left: half, right: half, newLeft: newHalf, newRight: newHalf, shift: 0, steps: [] });
  const spots = [spot(0, 10, 100), spot(60, 10, 10)];
  settleRows([{ spots }]);
  assert.ok(spots[1].x + spots[1].shift - 10 >= spots[0].x + spots[0].shift + 100 + 26 - 1e-6);
});

test("a way turns where an opening makes it", () => {
  assert.deepEqual(pullTight([0, 0], [{ y: 50, left: -10, right: 10 }], [0, 100]), [[0, 0], [0, 100]]);
  assert.deepEqual(pullTight([0, 0], [{ y: 50, left: 30, right: 60 }], [0, 100]), [[0, 0], [30, 50], [0, 100]]);
  assert.deepEqual(rounded([[0, 0], [30, 50], [0, 100]], { start: true, end: true }).slice(-2), [0, 100]);
});

test("of two lines with the same label and owner one shows it", () => {
  const lines = [LINE, move(LINE, 200, 0)].map((curve) => ({ curve, label: "float32", owner: 1 }));
  const spots = placeLabels([{ x: 0, y: -30, w: 20, h: 30 }], lines);
  assert.deepEqual(spots.map(Boolean), [true, false]);
});

test("lines that lie upon each other are bent apart", () => {
  const lines = [0, 1].map(() => ({ tail: 0, head: 1, inside: false }));
  const [first, second] = partLines(lines, [LINE, [...LINE]]);
  assert.equal(Math.abs(first[2] - second[2]), 8);
});
