import assert from "node:assert/strict";
import { test } from "node:test";
import { formText, readFormText } from "../../assets/page/values/shared_form.mjs";

const STATE = {
  settings: { x: { kind: "number", value: "3" }, image: { kind: "npy", data: "AAAA" } },
  ...{ show: "both", gradient: "output[0,3]", weights: "", training: false, seed: 7 },
};

test("an address carries what is set, without files", () => {
  assert.deepEqual(readFormText(formText(STATE)), {
    settings: { x: { kind: "number", value: "3" } },
    show: "both",
    gradient: "output[0,3]",
  });
});

test("what is too long stays out of the address", () => {
  assert.equal(formText({ ...STATE, settings: { x: { kind: "text", value: "a".repeat(2000) } } }), null);
});

test("a text that is none of ours sets nothing", () => {
  for (const text of ["", null, "{", "[]", "3", '{"settings": 4, "show": "all"}', '{"settings": {"x": {"kind": "npy"}}}']) {
    assert.deepEqual(readFormText(text).settings ?? {}, {});
    assert.equal(readFormText(text).show, undefined);
  }
});
