import assert from "node:assert/strict";
import { test } from "node:test";
import { anchorBetween, anchorOf, holdStill } from "../../assets/graph_view/camera/anchor.mjs";
import { marksOf, wordsOf } from "../../assets/graph_view/scene/marks.mjs";
import { wordsOfLink } from "../../assets/graph_view/scene/link_words.mjs";
import { ancestorsOf, handleOf, itemAt, itemOf, linkAt, neighbour, prepareScene } from "../../assets/graph_view/scene/scene.mjs";
import { box, frame, link, scene } from "./scenes.mjs";

const READY = prepareScene(
  scene({
    open: ["g/"],
    frames: [frame("g/", { x: 0, y: 100, w: 300, h: 200 })],
    boxes: [
      box("a"),
      box("g/b", { parent: "g/", x: 20, y: 150 }),
      box("g/c", { parent: "g/", x: 160, y: 150 }),
      box("d/", { kind: "group", y: 330 }),
    ],
    links: [link("a", "g/b", { points: [50, 30, 50, 70, 70, 110, 70, 150] }), link("g/b", "d/"), link("g/c", "g/b")],
  }),
);

test("a tree is read from the top, a frame before what is in it", () => {
  assert.deepEqual(
    READY.order.map(({ item, level }) => [item.id, level]),
    [["a", 1], ["g/", 1], ["g/b", 2], ["g/c", 2], ["d/", 1]],
  );
});

test("things are found by place", () => {
  assert.equal(itemAt(READY, 10, 10)?.id, "a");
  assert.equal(itemAt(READY, 250, 110)?.id, "g/");
  assert.equal(itemAt(READY, 290, 290), null);
  assert.equal(linkAt(READY, 52, 60, 6)?.dst, "g/b");
  assert.equal(linkAt(READY, 200, 60, 6), null);
});

test("a frame is pointed at by its title bar", () => {
  assert.deepEqual(handleOf(READY.frames[0]), { x: 0, y: 100, w: 300, h: 34 });
  assert.deepEqual(ancestorsOf(READY, READY.boxes[1]), ["g/"]);
});

test("arrow keys lead to what is nearest in their direction", () => {
  assert.equal(neighbour(READY, READY.boxes[1], "ArrowRight")?.id, "g/c");
  assert.equal(neighbour(READY, READY.boxes[0], "ArrowDown")?.id, "g/b");
  assert.equal(neighbour(READY, READY.boxes[0], "ArrowUp"), null);
});

test("a selected box leaves its neighbours at full strength", () => {
  const marks = marksOf(READY, "g/b");
  assert.deepEqual([...(marks.near ?? [])].sort(), ["a", "d/", "g/b", "g/c"]);
  assert.equal(marks.around, "g/");
});

test("a selected frame marks the links across its border and dims nothing", () => {
  const marks = marksOf(READY, "g/");
  assert.deepEqual([...(marks.strong ?? [])], [0, 1]);
  assert.equal(marks.near, null);
});

test("words stand beside the pointer only where they cannot be read", () => {
  assert.deepEqual(wordsOf(READY.boxes[0], 1, () => false), []);
  assert.deepEqual(wordsOf(READY.boxes[0], 0.3, () => false), ["a"]);
});

test("a link says its ends and its tensors", () => {
  const ready = prepareScene(scene({ boxes: [box("a"), box("b")], links: [link("a", "b", { tensors: [[0, 1]] })], tensors: ["float32[2]"] }));
  assert.deepEqual(wordsOfLink(ready, ready.links[0]), ["a → b", "a:1  float32[2]", "\u2003→ b"]);
});

test("what was pressed stays under the pointer when the scene changes", () => {
  const camera = { x: 0, y: 0, k: 1 };
  const closed = READY.boxes[3];
  const anchor = anchorOf(closed, camera, { x: 20, y: 340 });
  const moved = { ...closed, x: 100, y: 500 };
  assert.deepEqual(holdStill(moved, anchor, camera), { x: -100, y: -170, k: 1 });
});

test("the one group that was opened is the anchor between two scenes", () => {
  const before = prepareScene(scene({ boxes: [box("a"), box("g/", { kind: "group", y: 100 })] }));
  assert.equal(anchorBetween(before, READY, { x: 0, y: 0, k: 1 }, { w: 400, h: 400 })?.id, "g/");
  assert.equal(itemOf(before, "nowhere"), undefined);
});
