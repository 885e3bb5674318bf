import assert from "node:assert/strict";
import { test } from "node:test";
import { place } from "./page.mjs";
import { readAddress, sameEmphasis, sameView, writeAddress } from "../../assets/graph_view/url.mjs";

test("the address says what is shown", () => {
  place.search = "?source=a.py:f&graph=train_step&all=1&open=b/&open=a/&focus=a/&hide=c&values=1&select=d&pin=e&colour=layer";
  assert.deepEqual(readAddress(), {
    view: { source: "a.py:f", graph: "train_step", open: ["b/", "a/"], all: true, focus: "a/", hide: ["c"], values: true },
    selected: "d",
    pins: ["e"],
    form: null,
    emphasis: { colour: "layer" },
  });
});

test("no open at all leaves the choice to the server, an empty one closes everything", () => {
  place.search = "?source=a.py:f";
  assert.equal(readAddress().view.open, null);
  place.search = "?source=a.py:f&open=";
  assert.deepEqual(readAddress().view.open, []);
});

test("another view is a step, another selection is none, and what is not ours stays", () => {
  place.search = "?source=a.py:f&token=1";
  const view = { source: "a.py:f", graph: null, open: null, all: false, focus: null, hide: [] };
  const state = { view, selected: null, emphasis: {}, pins: [], form: null };
  assert.equal(writeAddress({ ...state, view: { ...view, open: ["a/"] } }, true), true);
  assert.equal(place.search, "?token=1&source=a.py:f&open=a/");
  assert.equal(writeAddress({ ...state, view: { ...view, open: ["a/"] }, selected: "x" }, true), false);
  assert.equal(place.search, "?token=1&source=a.py:f&open=a/&select=x");
});

test("the order of open groups does not make another view", () => {
  const view = { source: "s", open: ["a/", "b/"] };
  assert.equal(sameView(view, { source: "s", open: ["b/", "a/"], all: false, hide: [] }), true);
  assert.equal(sameView(view, { ...view, all: true }), false);
  assert.equal(sameView(view, { ...view, values: true }), false);
  assert.equal(sameView(view, { ...view, graph: "" }), true);
  assert.equal(sameEmphasis({ colour: "layer" }, { colour: "layer", lineage: "" }), true);
});
