import assert from "node:assert/strict";
import { test } from "node:test";
import { covers, pictureRect } from "../../assets/graph_view/draw/painter.mjs";
import { wantedEntries } from "../../assets/graph_view/input/mirror.mjs";
import { prepareScene } from "../../assets/graph_view/scene/scene.mjs";
import { box, frame, scene } from "./scenes.mjs";

const CAMERA = { x: 0, y: 0, k: 1 };
const WINDOW = { w: 100, h: 200 };

test("a picture of a moving view is larger than the window and moves with the camera", () => {
  assert.deepEqual(pictureRect(CAMERA, CAMERA, WINDOW), { x: -35, y: -70, w: 170, h: 340 });
  const { x, w } = pictureRect({ x: 30, y: 0, k: 1 }, CAMERA, WINDOW);
  assert.deepEqual([x, w], [-5, 170]);
});

test("a picture serves until the window leaves it or it would be blurred", () => {
  assert.equal(covers({ x: 34, y: -69, k: 1 }, CAMERA, WINDOW), true);
  assert.equal(covers({ x: 36, y: 0, k: 1 }, CAMERA, WINDOW), false);
  assert.equal(covers({ x: 0, y: 0, k: 1.7 }, CAMERA, WINDOW), false);
  assert.equal(covers({ x: 0, y: 0, k: 0.65 }, CAMERA, WINDOW), false);
});

test("what is in sight has an element, and what has the focus; of a small scene everything", () => {
  const far = Array.from({ length: 400 }, (_, i) => box(`b${i}`, { y: 1000 * i }));
  const ids = (ready, state) => wantedEntries(ready, state).map(({ item }) => item.id);
  const area = { x: 0, y: 0, w: 100, h: 500 };
  assert.equal(ids(prepareScene(scene({ boxes: far.slice(0, 9) })), { focused: null, area }).length, 9);
  assert.deepEqual(ids(prepareScene(scene({ boxes: far })), { focused: "b7", area }), ["b0", "b7"]);
});

test("with too much in sight only groups have elements", () => {
  const boxes = Array.from({ length: 3000 }, (_, i) => box(`b${i}`));
  const ready = prepareScene(scene({ boxes: [...boxes, box("h/", { kind: "group" })], frames: [frame("g/")] }));
  const wanted = wantedEntries(ready, { focused: "b5", area: { x: 0, y: 0, w: 100, h: 100 } });
  assert.deepEqual(wanted.map(({ item }) => item.id).sort(), ["b5", "g/", "h/"]);
});
