import assert from "node:assert/strict";
import { test } from "node:test";
import {
  between,
  bringIntoSight,
  centerOn,
  firstSight,
  fitRect,
  lookingAt,
  panned,
  resized,
  toScreen,
  toWorld,
  visibleWorld,
  zoomAt,
} from "../../assets/graph_view/camera/camera.mjs";
import { Sight } from "../../assets/graph_view/camera/sight.mjs";

const CAMERA = { x: 10, y: 20, k: 2 };
const WINDOW = { w: 400, h: 300 };

test("a point of the screen and of the world belong together", () => {
  assert.deepEqual(toWorld(CAMERA, 110, 220), { x: 50, y: 100 });
  assert.deepEqual(toScreen(CAMERA, { x: 50, y: 100, w: 5, h: 6 }), { x: 110, y: 220, w: 10, h: 12 });
  assert.deepEqual(visibleWorld(CAMERA, WINDOW), { x: -5, y: -10, w: 200, h: 150 });
});

test("zooming keeps the world under the pointer and stops at both ends", () => {
  const near = zoomAt(CAMERA, 1.2, 110, 220);
  assert.deepEqual(toWorld(near, 110, 220), { x: 50, y: 100 });
  assert.equal(zoomAt(CAMERA, 100, 0, 0).k, 3);
  assert.equal(zoomAt(CAMERA, 1e-9, 0, 0).k, 0.02);
});

test("fitting a small rectangle shows it in the middle at 1:1", () => {
  assert.deepEqual(fitRect({ x: 0, y: 0, w: 100, h: 100 }, WINDOW), { x: 150, y: 110, k: 1 });
});

test("fitting a large rectangle shows all of it", () => {
  const camera = fitRect({ x: 0, y: 0, w: 4000, h: 1000 }, WINDOW);
  const seen = toScreen(camera, { x: 0, y: 0, w: 4000, h: 1000 });
  assert.ok(seen.x >= 0 && seen.x + seen.w <= WINDOW.w && seen.y >= 0 && seen.y + seen.h <= WINDOW.h);
});

test("the first sight of a long graph is its top at a readable size", () => {
  const camera = firstSight({ x: 0, y: 0, w: 300, h: 9000 }, { x: 100, y: 0, w: 80, h: 30 }, WINDOW);
  assert.ok(camera.k >= 0.6);
  assert.equal(camera.y, 48);
});

test("in a window of another size the middle stays", () => {
  const kept = resized(CAMERA, { x: -900, y: 0, w: 5000, h: 5000 }, WINDOW, { w: 500, h: 320 });
  assert.deepEqual(kept, { x: 60, y: 30, k: 2 });
});

test("bringing into sight moves no more than it must", () => {
  assert.deepEqual(bringIntoSight(CAMERA, { x: 50, y: 50, w: 10, h: 10 }, WINDOW), CAMERA);
  assert.deepEqual(bringIntoSight(CAMERA, { x: -50, y: 50, w: 10, h: 10 }, WINDOW), { x: 116, y: 20, k: 2 });
});

test("a centred rectangle is in the middle", () => {
  const camera = centerOn({ x: 0, y: 0, k: 0.1 }, { x: 0, y: 0, w: 40, h: 20 }, WINDOW);
  assert.deepEqual(camera, { x: 185, y: 142.5, k: 0.75 });
});

test("halfway between two cameras", () => {
  assert.deepEqual(between({ x: 0, y: 0, k: 1 }, { x: 10, y: 20, k: 2 }, 0.5), { x: 5, y: 10, k: 1.5 });
});

test("panning moves the world, and a point is brought to the middle", () => {
  assert.deepEqual(panned(CAMERA, 5, -20), { x: 15, y: 0, k: 2 });
  assert.deepEqual(toWorld(lookingAt(CAMERA, 50, 100, WINDOW), 200, 150), { x: 50, y: 100 });
});

/** A sight over the window, and what it was told to do. */
function sightOver(size) {
  const calls = [];
  const sight = new Sight({ motionMs: () => 100, onMove: () => calls.push("move"), onRest: () => calls.push("rest") });
  sight.size = size;
  return { sight, calls };
}

test("a glide ends where it leads to, and a jump ends a glide", () => {
  globalThis.window = { matchMedia: () => ({ matches: false }) };
  const { sight, calls } = sightOver(WINDOW);
  const to = { x: 100, y: 0, k: 1 };
  sight.glideTo(to);
  assert.deepEqual([sight.isGliding, sight.isMoving, sight.camera], [true, true, { x: 0, y: 0, k: 1 }]);
  sight.step(performance.now() + 200);
  assert.deepEqual([sight.isGliding, sight.camera, calls], [false, to, ["move", "move"]]);
  sight.glideTo(CAMERA);
  sight.jump(to);
  assert.deepEqual([sight.isGliding, sight.camera], [false, to]);
});

test("who wants stillness is there at once, and what is in sight is not moved to", () => {
  globalThis.window = { matchMedia: () => ({ matches: true }) };
  const { sight, calls } = sightOver(WINDOW);
  sight.reveal({ x: 100, y: 100, w: 10, h: 10 });
  assert.deepEqual(calls, []);
  sight.fit({ x: 0, y: 0, w: 100, h: 100 });
  assert.deepEqual([sight.isGliding, sight.camera], [false, { x: 150, y: 110, k: 1 }]);
});
