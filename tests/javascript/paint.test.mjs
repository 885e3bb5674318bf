import assert from "node:assert/strict";
import { test } from "node:test";
import { isAlike, mainSlotOf, overlaysIn, sharesOf, wordsOn } from "../../assets/graph_view/draw/overlays.mjs";
import { isStrongLink, strengthOfBox, strengthOfLink } from "../../assets/graph_view/draw/strength.mjs";
import { nextPathsQuery, nextQuery, pathsBegin } from "../../assets/graph_view/lineage/query.mjs";
import { prepareScene } from "../../assets/graph_view/scene/scene.mjs";
import { groundAt, variableOf } from "../../assets/graph_view/theme.mjs";
import { box, link, scene } from "./scenes.mjs";

const MARKS = { overlays: [], selected: null, lit: null, near: null, strong: null, hoverLink: null, begin: "" };

function overlay(marks, more = {}) {
  const style = { places: ["fill"], rings: [], dims: false, vivid: false, ...more };
  return { name: "colour", key: "layer", style, legend: { title: "", entries: [] }, marks, links: [] };
}

const shown = (...overlays) => ({ ...MARKS, overlays: overlaysIn(null, overlays) });

test("a box has its family's colour, unless an overlay fills it", () => {
  assert.deepEqual(sharesOf(MARKS, box("a")), [["math", 1]]);
  assert.deepEqual(sharesOf(MARKS, box("g/", { kind: "group" })), []);
  const marks = shown(overlay([{ box: "a", level: 0.5 }, { box: "b", slots: [["1", 2], ["2", 5]] }]));
  assert.deepEqual(sharesOf(marks, box("a")), [["r2", 1]]);
  assert.equal(mainSlotOf(marks, box("b")), "2");
});

test("boxes with the same mark are alike", () => {
  const fill = overlay([{ box: "a", alike: "x" }, { box: "b", alike: "x" }, { box: "c", alike: "y" }]);
  const marks = { ...shown(fill), selected: "a" };
  assert.deepEqual(["a", "b", "c"].map((id) => isAlike(marks, id)), [false, true, false]);
});

test("the legend decides before a lineage, and that before the selection", () => {
  const marks = { ...MARKS, near: new Set(["a"]), strong: new Set([0]) };
  assert.deepEqual([strengthOfBox(marks, box("a")), strengthOfBox(marks, box("b"))], [1, 0.35]);
  assert.deepEqual([strengthOfLink(marks, link("a", "b"), 0), strengthOfLink(marks, link("a", "b"), 1)], [1, 0.35]);
  const dimmed = { ...marks, overlays: overlaysIn(null, [overlay([{ box: "b" }], { places: ["ring"], dims: true })]) };
  assert.deepEqual([strengthOfBox(dimmed, box("a")), strengthOfBox(dimmed, box("b"))], [0.35, 1]);
  assert.equal(strengthOfBox({ ...dimmed, lit: "math" }, box("a")), 1);
});

test("a lineage marks the boxes and links of a scene", () => {
  const ready = prepareScene(scene({ boxes: [box("a"), box("g/", { kind: "group" })], links: [link("a", "g/")] }));
  const lineage = overlay([{ box: "a", words: "start" }, { box: "g/", words: "2 of 3 downstream" }], { places: ["ring"], dims: true });
  const overlays = overlaysIn(ready, [{ ...lineage, links: [[0, 1, "data", "down"]] }]);
  assert.deepEqual([...overlays[0].links], [[0, "down"]]);
  assert.deepEqual(wordsOn({ ...MARKS, overlays }, "g/"), ["2 of 3 downstream"]);
  assert.equal(isStrongLink({ ...MARKS, overlays }, ready.links[0], 0), true);
});

test("keys ask for the way up and down, for one step more, and for paths", () => {
  assert.equal(nextQuery("", "up", "a", false), "up:a");
  assert.equal(nextQuery("up:a", "up", "a", false), "");
  assert.equal(nextQuery("up1:a", "up", "a", true), "up2:a");
  assert.equal(nextPathsQuery("", "a"), "from:a");
  assert.equal(pathsBegin("from:a"), "a");
  assert.equal(nextPathsQuery("from:a", "b"), "paths:a..b");
});

test("any frame differs from the one around it", () => {
  const theme = { ground: "page", frames: ["0", "1", "2", "3"] };
  const grounds = [-1, 0, 1, 2, 3, 4, 5].map((depth) => groundAt(theme, depth));
  assert.deepEqual(grounds, ["page", "0", "1", "2", "3", "2", "3"]);
  assert.equal(variableOf("math"), "--family-math");
  assert.equal(variableOf("r1"), "--slot-r1");
});
