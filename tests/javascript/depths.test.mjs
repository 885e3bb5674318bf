import assert from "node:assert/strict";
import { test } from "node:test";
import { nearestDepth, offeredDepths } from "../../assets/graph_view/groups/depths.mjs";
import { changesToGoBack, changesToEnter, changesToFollow, changesToLeave, withHidden, withRestored } from "../../assets/graph_view/groups/extent.mjs";
import { turned } from "../../assets/graph_view/groups/opening.mjs";
import { countWith, createWhole, deepestThatFits, isInside } from "../../assets/graph_view/groups/whole.mjs";
import { prepareScene } from "../../assets/graph_view/scene/scene.mjs";
import { box, frame, scene } from "./scenes.mjs";

// g/ is open and has a closed group and an op inside; h/ is closed and has two levels of groups inside.
const READY = prepareScene(
  scene({
    open: ["g/"],
    frames: [frame("g/")],
    boxes: [box("g/a/", { kind: "group", parent: "g/" }), box("g/b", { parent: "g/" }), box("h/", { kind: "group" }), box("out →", { kind: "stub", leadsTo: "x" })],
    inside: { "g/": [2, 7], "h/": [4, 9, 30] },
    most: 20,
    focus: "",
    crumbs: [{ id: "" }, { id: "m/" }, { id: "m/g/" }],
  }),
);
const STATE = { scene: READY, view: { source: "s", open: ["g/", "-m/"], hide: ["x", "y"] }, selected: "h/", center: { box: "a", n: 4 } };

test("the menu offers every depth that a digit key has, and everything", () => {
  assert.deepEqual(offeredDepths([5]), []);
  assert.deepEqual(offeredDepths([5, 9, 12]), [0, 1, 2]);
  assert.deepEqual(offeredDepths(Array(14).fill(1)), [0, 1, 2, 3, 4, 5, 6, 7, 8, 13]);
});

test("a digit means the deepest depth that can be drawn", () => {
  assert.equal(nearestDepth({ depths: [], most: 0 }, 3), 3);
  assert.equal(nearestDepth({ depths: [5, 9, 12], most: 100 }, 9), 2);
  assert.equal(nearestDepth({ depths: [5, 9, 200], most: 100 }, 2), 1);
  assert.equal(nearestDepth({ depths: [500], most: 100 }, 0), 0);
});

test("a group that is asked to open counts as open before a scene answers", () => {
  assert.deepEqual(turned({ words: null, open: ["g/"] }, box("h/", { kind: "group" })), { words: ["g/", "h/"], open: ["g/", "h/"] });
  assert.deepEqual(turned({ words: ["*2"], open: ["g/", "h/"] }, frame("g/")), { words: ["*2", "-g/"], open: ["h/"] });
});

test("a group opened whole draws all that is inside it in its place", () => {
  const [, , closed] = READY.boxes;
  assert.equal(isInside(READY, "g/a/", "g/"), true);
  assert.equal(isInside(READY, "g/not/drawn/", "g/"), true);
  assert.equal(countWith(READY, closed, 1), 4 - 1 + 4);
  assert.equal(countWith(READY, READY.frames[0], 2), 4 - 2 + 7);
  assert.equal(deepestThatFits(READY, closed), 2);
});

test("a group that is too large as a whole is offered as deep as it fits", () => {
  const asked = [];
  const opening = { openWhole: (_scene, id, _inside, levels) => asked.push([id, levels]), closeWhole: (_scene, id) => asked.push([id]) };
  const whole = createWhole(() => READY, opening);
  const offers = whole.offers("h/");
  assert.deepEqual(offers.map(({ boxes, fits }) => [boxes, fits]), [[33, false], [12, true]]);
  offers[1].act();
  assert.equal(whole.toggle(READY, READY.boxes[2]), false);
  assert.equal(whole.toggle(READY, READY.frames[0]), true);
  whole.offers("g/")[1].act();
  assert.deepEqual(asked, [["h/", 2], ["g/", null], ["g/"]]);
  assert.deepEqual(whole.offers("g/b"), []);
});

test("a group becomes the whole picture, and what was come out of is selected", () => {
  assert.deepEqual(changesToEnter(STATE), { view: { ...STATE.view, focus: "h/" }, selected: "h/" });
  assert.equal(changesToEnter(STATE, "g/b"), null);
  assert.equal(changesToEnter({ ...STATE, scene: { ...READY, focus: undefined } }), null);
  assert.deepEqual(changesToLeave(STATE), { view: { ...STATE.view, focus: "m/" }, selected: "m/g/" });
  assert.deepEqual(changesToGoBack(STATE, ""), { view: { ...STATE.view, focus: null }, selected: "m/" });
  assert.equal(changesToLeave({ ...STATE, scene: { ...READY, trail: [{ id: "" }] } }), null);
});

test("a stub leads out of the focus, with what was around it open", () => {
  const { view, selected, center } = changesToFollow(STATE, "x");
  assert.deepEqual(view, { source: "s", focus: null, open: ["g/", "m/", "m/g/"], hide: ["y"] });
  assert.deepEqual([selected, center], ["x", { box: "x", n: 5 }]);
});

test("a box is hidden and shown again, a stub is not", () => {
  assert.deepEqual(withHidden(STATE), { view: { ...STATE.view, hide: ["x", "y", "h/"] }, selected: null });
  assert.equal(withHidden(STATE, "out →"), null);
  assert.deepEqual(withRestored(STATE, "x"), { view: { ...STATE.view, hide: ["y"] }, selected: "x" });
  assert.deepEqual(withRestored(STATE), { view: { ...STATE.view, hide: [] } });
});
