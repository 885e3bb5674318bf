import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.mjs";
import { createAhead } from "../../assets/page/ahead.mjs";
import { changesBetween, newReport, sceneRequestOf, wantedAfter, withAnswer } from "../../assets/page/early_state.mjs";

const VIEW = { source: "a.py:f", open: ["a/"] };
const PROPS = { scene: null, view: VIEW, emphasis: { colour: "layer" }, search: "relu", overlays: [], message: null };

test("another view is asked for as a scene, another colour or search as marks", () => {
  assert.equal(wantedAfter(PROPS, { view: { ...VIEW, open: ["b/"] } }), "scene");
  assert.equal(wantedAfter(PROPS, { renewals: 1 }), "scene");
  assert.equal(wantedAfter(PROPS, { emphasis: { colour: "dtype" } }), "marks");
  assert.equal(wantedAfter(PROPS, { search: "add" }), "marks");
  assert.equal(wantedAfter(PROPS, { evaluation: { id: "v1", show: "value" } }), "marks");
});

test("values that come with their overlays ask for nothing more", () => {
  assert.equal(wantedAfter(PROPS, { evaluation: { id: "v1", show: "value" }, overlays: [] }), null);
});

test("what changes nothing that is seen asks for nothing", () => {
  assert.equal(wantedAfter(PROPS, { view: { ...VIEW } }), null);
  assert.equal(wantedAfter(PROPS, { selected: "a", emphasis: { colour: "layer" }, search: "relu" }), null);
  assert.equal(wantedAfter({ ...PROPS, view: null }, { search: "add" }), null);
});

test("a request says what is to be seen", () => {
  const request = { view: VIEW, emphasis: {}, search: "", folder: "", page: "p", evaluation: null };
  assert.deepEqual(sceneRequestOf({ view: VIEW, page: "p" }), request);
  const moment = { id: "v1", show: "both" };
  assert.deepEqual(sceneRequestOf({ view: VIEW, page: "p", evaluation: moment }), request);
  const view = { ...VIEW, values: true };
  assert.deepEqual(sceneRequestOf({ view, page: "p", evaluation: moment }), { ...request, view, evaluation: moment });
});

test("an answer leaves as it is what it does not speak of", () => {
  const props = withAnswer({ ...PROPS, scene: "before", message: "old" }, { message: null });
  assert.deepEqual([props.scene, props.message, props.search], ["before", null, "relu"]);
});

test("Dash hears only of what is new", () => {
  const report = { ready: "1", graphs: ["forward"], message: null };
  assert.equal(newReport(report, {}), null);
  assert.equal(newReport(report, { ready: "1", graphs: ["forward"], message: null }), null);
  assert.deepEqual(newReport(report, { ready: "2" }), { ...report, ready: "2" });
  const message = { kind: "error", title: "No graph" };
  assert.deepEqual(newReport(report, { message }), { ...report, message });
  assert.equal(newReport({ ...report, message }, { message: { ...message, title: "again" } }), null);
});

test("a message is the view's own", () => {
  assert.deepEqual(changesBetween({ view: VIEW, message: 1 }, { view: VIEW, selected: "a", message: 2 }), { selected: "a" });
});

test("what is asked for ahead is answered once", async () => {
  const posted = [];
  const ahead = createAhead(async (sceneRequest) => posted.push(sceneRequest) && { scene: "drawn" });
  ahead.ask({ view: "a" });
  assert.equal(ahead.has({ view: "a" }), true);
  assert.equal(ahead.take({ view: "b" }), null);
  assert.deepEqual(await ahead.take({ view: "a" }), { scene: "drawn" });
  assert.equal(ahead.take({ view: "a" }), null);
  assert.deepEqual(posted, [{ view: "a", ahead: true }]);
});

test("another request ahead ends the one before, and a failure is no answer", async () => {
  const signals = [];
  const ahead = createAhead((_sceneRequest, signal) => signals.push(signal) && Promise.reject(new Error("no server")));
  ahead.ask({ view: "a" });
  ahead.ask({ view: "b" });
  assert.deepEqual(signals.map(({ aborted }) => aborted), [true, false]);
  assert.equal(ahead.has({ view: "a" }), false);
  assert.equal(await ahead.take({ view: "b" }), null);
});
