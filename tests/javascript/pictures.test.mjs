/** That the pictures of overlays are loaded before they are shown. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { imageOf, loadPictures } from "../../assets/graph_view/draw/draw_picture.mjs";

/** @import { LiftedOverlay, Mark } from "../../assets/graph_view/draw/overlay_types.mjs" */

/** An image that is decoded when the test says so, or found to be damaged. */
class Picture extends EventTarget {
  src = "";
  /** @type {() => void} */
  come = () => {};
  /** @type {() => void} */
  fail = () => {};
  decoding = new Promise((resolve, reject) => Object.assign(this, { come: resolve, fail: reject }));
  decode = () => this.decoding;
}

Object.assign(globalThis, { Image: Picture });

/** @param {string} url */
const pictureOf = (url) => /** @type {Picture} */ (/** @type {unknown} */ (imageOf(url)));

/** @param {Mark[]} marks @returns {LiftedOverlay} */
const overlayOf = (marks) => ({ name: "values", key: "v1", marks, links: [], style: { places: ["readout"] }, legend: { title: "", entries: [] } });

/** @param {string} box @param {string} picture @returns {Mark} */
const readoutMark = (box, picture) => ({ box, readouts: [{ of: "value", form: "picture", picture }] });

test("overlays without pictures can be shown at once", () => {
  assert.equal(loadPictures([]), null);
  assert.equal(loadPictures([overlayOf([{ box: "a", slots: [["r1", 1]] }])]), null);
});

test("overlays wait for all their pictures, and a damaged one counts as come", async () => {
  const overlays = [overlayOf([readoutMark("a", "data:one"), { box: "b", picture: "data:two" }])];
  let isShown = false;
  const loading = loadPictures(overlays)?.then(() => (isShown = true));
  pictureOf("data:one").come();
  await pictureOf("data:one").decoding;
  assert.equal(isShown, false);
  pictureOf("data:two").fail();
  await loading;
  assert.equal(isShown, true);
  assert.equal(loadPictures(overlays), null);
});
