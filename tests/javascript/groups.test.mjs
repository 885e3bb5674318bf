import assert from "node:assert/strict";
import { test } from "node:test";
import { closedWhole, depthOf, downTo, openedWhole, spelledOut, toggled } from "../../assets/graph_view/groups/opened.mjs";
import { rowsOf, typedTo, walk } from "../../assets/graph_view/around/outline_tree.mjs";

const GROUPS = [
  { id: "a/", parent: -1 },
  { id: "a/b/", parent: 0 },
  { id: "a/b/c/", parent: 1 },
  { id: "d/", parent: -1 },
];
const opened = (...words) => [...spelledOut(words, GROUPS)].map((place) => GROUPS[place].id);

test("words spell out which groups are open", () => {
  assert.deepEqual(opened("a/"), ["a/"]);
  assert.deepEqual(opened("*1"), ["a/", "d/"]);
  assert.deepEqual(opened("*2", "-d/"), ["a/", "a/b/"]);
  assert.deepEqual(opened("a/*"), ["a/", "a/b/", "a/b/c/"]);
  assert.deepEqual(opened("a/*2"), ["a/", "a/b/"]);
  assert.deepEqual(opened("*9", "-a/*"), ["d/"]);
});

test("a depth is told where exactly it is open", () => {
  assert.deepEqual(downTo(0), []);
  assert.deepEqual(downTo(3), ["*3"]);
  assert.equal(depthOf([]), 0);
  assert.equal(depthOf(["*3"]), 3);
  assert.equal(depthOf(["*3", "a/"]), null);
});

test("opening and closing a group changes as few words as can be", () => {
  assert.deepEqual(toggled(["a/"], ["a/"], "d/", false), ["a/", "d/"]);
  assert.deepEqual(toggled(["a/"], ["a/"], "a/", true), []);
  assert.deepEqual(toggled(["*2"], ["a/", "a/b/", "d/"], "d/", true), ["*2", "-d/"]);
  assert.deepEqual(toggled(["*2", "-d/"], ["a/", "a/b/"], "d/", false), ["*2"]);
});

test("a group is opened and closed with all inside it", () => {
  const isInside = (id) => id.startsWith("a/");
  assert.deepEqual(openedWhole(["a/b/", "d/"], [], "a/", isInside), ["d/", "a/*"]);
  assert.deepEqual(openedWhole(null, ["d/"], "a/", isInside, 2), ["d/", "a/*2"]);
  assert.deepEqual(closedWhole(["a/", "a/b/", "d/"], [], "a/", isInside), ["d/"]);
  assert.deepEqual(closedWhole(["*3"], [], "a/", isInside), ["*3", "-a/*"]);
});

const child = (id, kind = "op") => ({ id, kind, title: id, subtitle: "", family: "" });
const KNOWN = new Map([
  ["", [child("a/", "group"), child("x")]],
  ["a/", [child("a/y")]],
]);
const ROWS = rowsOf(KNOWN, new Set(["a/"]));

test("the outline has a row for each child of an open scope", () => {
  assert.deepEqual(
    ROWS.map(({ child: { id }, level, position, siblings }) => [id, level, position, siblings]),
    [["a/", 1, 1, 2], ["a/y", 2, 1, 1], ["x", 1, 2, 2]],
  );
});

test("keys walk the outline", () => {
  assert.deepEqual(walk(ROWS, 0, "ArrowDown"), { to: 1 });
  assert.deepEqual(walk(ROWS, 1, "ArrowLeft"), { to: 0 });
  assert.deepEqual(walk(ROWS, 0, "ArrowLeft"), { turn: true });
  assert.deepEqual(walk(ROWS, 0, "End"), { to: 2 });
  assert.equal(walk(ROWS, 1, "ArrowRight"), null);
});

test("letters lead to the row that begins with them", () => {
  assert.equal(typedTo(ROWS, 0, "x"), 2);
  assert.equal(typedTo(ROWS, 0, "a/y"), 1);
  assert.equal(typedTo(ROWS, 0, "z"), 0);
});
