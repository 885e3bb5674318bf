import assert from "node:assert/strict";
import { test } from "node:test";
import { formText, readFormText } from "../../assets/page/values/shared_form.mjs";

const STATE = {
  settings: { x: { kind: "number", value: "3" }, image: { kind: "npy", data: "AAAA" } },
  ...{ show: "both", gradient: "output[0,3]", weights: "", training: false, seed: 7 },
};

const SHORT = { ...STATE, settings: { x: { kind: "number", value: "3" } } };

test("an address carries what is set, without files, and says so", () => {
  const { text, left } = formText(STATE, null);
  assert.deepEqual(left, ["the file"]);
  assert.deepEqual(readFormText(text), {
    settings: { x: { kind: "number", value: "3" } },
    show: "both",
    gradient: "output[0,3]",
  });
});

test("what is too long stays out of the address", () => {
  const long = { ...STATE, weights: "run/3", settings: { x: { kind: "text", value: "a".repeat(2000) } } };
  const { text, left } = formText(long, null);
  assert.deepEqual(left, ["the inputs"]);
  assert.deepEqual(readFormText(text), { settings: {}, show: "both", gradient: "output[0,3]", weights: "run/3" });
  assert.deepEqual(formText(SHORT, { evaluation: "e1", state: long, words: "x" }).left, ["the base"]);
});

test("an address carries weights, mode, seed and the base", () => {
  const state = { ...SHORT, show: "value", gradient: "", weights: "run/3", training: true, seed: 9 };
  const base = { evaluation: "e1", state: { ...SHORT, show: "value", gradient: "" }, words: "x = 3" };
  const { text, left } = formText(state, base);
  assert.deepEqual(left, []);
  const read = readFormText(text);
  assert.deepEqual([read.weights, read.training, read.seed], ["run/3", true, 9]);
  assert.deepEqual(read.base, { ...base, evaluation: "shared" });
});

test("a base with a drawing stays out of the address", () => {
  const drawn = { ...SHORT, settings: { image: { kind: "drawing", data: "AAAA" } } };
  assert.deepEqual(formText(drawn, { evaluation: "e1", state: drawn, words: "" }).left, ["the drawing", "the base"]);
});

test("a text that is none of ours sets nothing", () => {
  for (const text of ["", null, "{", "[]", "3", '{"settings": 4, "show": "all"}', '{"settings": {"x": {"kind": "npy"}}}']) {
    assert.deepEqual(readFormText(text).settings ?? {}, {});
    assert.equal(readFormText(text).show, undefined);
    assert.equal(readFormText(text).base, undefined);
  }
});
