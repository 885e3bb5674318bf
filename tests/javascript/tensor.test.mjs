import assert from "node:assert/strict";
import { test } from "node:test";
import { colourAt, inkOn, placeOnScale, rgbOf } from "../../assets/page/values/tensor/colours.mjs";
import { endsOf } from "../../assets/page/values/tensor/histogram.mjs";
import { newestOnly } from "../../assets/page/values/tensor/newest.mjs";
import {
  axisText,
  cellText,
  isBad,
  numberText,
  placeText,
  regionSize,
  regionText,
  tensorText,
} from "../../assets/page/values/tensor/numbers.mjs";
import { shortText } from "../../assets/page/values/tensor/paint.mjs";
import { isSigned, limitsOf, statisticsParts } from "../../assets/page/values/tensor/scale.mjs";
import {
  cellOf,
  cellSize,
  firstSight,
  hasNumbers,
  including,
  isEnough,
  lineSize,
  numberAt,
  positionOf,
  wholeSight,
  within,
  wrapped,
  zoomed,
} from "../../assets/page/values/tensor/window.mjs";

const THEME = { positive: [0, 0, 255], zero: [100, 100, 100], negative: [255, 128, 0] };
const STATISTICS = {
  size: 8,
  mean: 0.5,
  std: 1,
  minimum: -2,
  maximum: 3,
  zeros: 2,
  nan: 1,
  infinite: 0,
  counts: [1],
  counted: 1,
  trimmed: [-1, 2],
};

/** A page of a slice, of which every cell stands for `step` by `step` numbers. */
function pageOf(rows, columns, step = 1, window = wholeSight({ rows, columns })) {
  const [down, right] = [Math.ceil(window.height / step), Math.ceil(window.width / step)];
  const cells = Array.from({ length: down }, (_, row) => Array.from({ length: right }, (_, column) => row * 100 + column));
  const axes = { row_axis: 1, column_axis: 2, at: [5, 0, 0], shape: [9, rows, columns] };
  return { rows, columns, ...window, row_step: step, column_step: step, cells, ...axes, own: [0, 9], dtype: "float32" };
}

test("zero is in the middle of a signed scale, whatever its ends", () => {
  assert.deepEqual([-4, 0, 2, 9].map((value) => placeOnScale(value, [-1, 4], true)), [-1, 0, 0.5, 1]);
  assert.deepEqual([1, 2, 3, 9].map((value) => placeOnScale(value, [1, 3], false)), [0, 0.5, 1, 1]);
});

test("a scale without extent has a colour", () => {
  assert.deepEqual([0, 5].map((value) => placeOnScale(value, [5, 5], false)), [0, 1]);
  assert.equal(placeOnScale(0, [0, 0], true), 0);
});

test("the largest float64 numbers have a place", () => {
  assert.equal(placeOnScale(1.7e308, [0, 1.7e308], false), 1);
  assert.equal(placeOnScale(-1.7e308, [-1.7e308, 1.7e308], true), -1);
});

test("each sign has a colour of its own", () => {
  assert.deepEqual(colourAt(1, THEME), [0, 0, 255]);
  assert.deepEqual(colourAt(-1, THEME), [255, 128, 0]);
  assert.deepEqual(colourAt(0, THEME), [100, 100, 100]);
  assert.deepEqual(rgbOf("#1d5fd6"), [29, 95, 214]);
});

test("numbers can be read on their colour", () => {
  assert.deepEqual([inkOn([255, 255, 255]), inkOn([10, 20, 90])], ["#10151d", "#ffffff"]);
});

test("the ends of the scale are those of its colours", () => {
  assert.deepEqual(endsOf({ limits: [-1, 4], isCentred: true }), [-4, 4]);
  assert.deepEqual(endsOf({ limits: [1, 4], isCentred: false }), [1, 4]);
});

test("numbers are short, and keep their size", () => {
  const numbers = [0.41271, -3, 0, 1234567, 1.5e-7, true, "nan", "-inf", "inf", null, 12345678];
  assert.deepEqual(numbers.map((number) => numberText(number)), [
    ...["0.4127", "−3", "0", "1234567", "1.50e−7", "true", "NaN", "−∞", "∞", "", "12345678"],
  ]);
});

test("a text in a tensor is not a number", () => {
  assert.equal(cellText("inf", "string"), '"inf"');
  assert.deepEqual([isBad("inf"), isBad("inf", "string"), isBad(1)], [true, false, false]);
});

test("a number in a cell has as many digits as fit", () => {
  assert.deepEqual([80, 48, 40, 14].map((widthPx) => shortText(-0.12345, "float32", widthPx)), ["−0.1235", "−0.123", "−0.12", "·"]);
  assert.equal(shortText(0.000012345, "float32", 40), "1e−5");
  assert.equal(shortText("a long text", "string", 60), '"a long…');
});

test("positions and ranges are written with their last index", () => {
  assert.equal(placeText([0, 17]), "[0, 17]");
  assert.equal(placeText([]), "the number");
  assert.equal(regionText([[0, 1, 1], [0, 784, 1], [1, 6, 2], [3, 3, 1]]), "[0, 0–783, 1–5 by 2, none]");
  assert.equal(regionSize([[0, 1, 1], [1, 6, 2]]), 3);
  assert.equal(tensorText("float32", [32, 256]), "float32[32,256]");
  assert.deepEqual([0, 1, -1].map((axis) => axisText(["batch", ""], axis)), ["batch", "axis 1", "none"]);
});

test("limits are those of the slice, of the tensor, or without outliers", () => {
  const page = pageOf(2, 2);
  assert.deepEqual(["own", "shared", "trimmed"].map((scale) => limitsOf(scale, page, STATISTICS)), [[0, 9], [-2, 3], [-1, 2]]);
  assert.deepEqual(limitsOf("shared", page, null), [0, 9]);
  assert.deepEqual(limitsOf("own", { ...page, own: null }, null), [0, 1]);
  assert.deepEqual([isSigned(STATISTICS), isSigned({ ...STATISTICS, minimum: 0 })], [true, false]);
});

test("statistics leave out what there is not", () => {
  const parts = statisticsParts({ ...STATISTICS, mean: null, std: null }, String);
  assert.deepEqual(parts, [
    ["numbers", "8"],
    ["min", "-2"],
    ["max", "3"],
    ["zeros", "2 (25%)"],
    ["NaN", "1"],
    ["infinite", "0"],
  ]);
});

test("zooming keeps the cell under the pointer, and ends at the slice", () => {
  const slice = { rows: 100, columns: 100 };
  const near = zoomed(wholeSight(slice), 2, { row: 50, column: 0 }, slice);
  assert.deepEqual(near, { top: 25, left: 0, height: 50, width: 50 });
  assert.deepEqual(zoomed(near, 1 / 4, { row: 50, column: 50 }, slice), wholeSight(slice));
  assert.equal(zoomed({ ...near, height: 4, width: 4 }, 2, { row: 50, column: 50 }, slice).height, 4);
});

test("a slice smaller than the least in sight is never left", () => {
  const slice = { rows: 1, columns: 3 };
  assert.deepEqual(zoomed(wholeSight(slice), 2, { row: 0, column: 1 }, slice), wholeSight(slice));
});

test("a sight stays in the slice and follows the selected cell", () => {
  const sight = { top: 95, left: -3, height: 10, width: 10 };
  assert.deepEqual(within(sight, { rows: 100, columns: 20 }), { top: 90, left: 0, height: 10, width: 10 });
  assert.deepEqual(including({ top: 0, left: 0, height: 10, width: 10 }, { row: 12, column: 4 }), { top: 3, left: 0, height: 10, width: 10 });
});

test("cells of a picture are square, and others not too narrow", () => {
  const sight = { top: 0, left: 0, height: 10, width: 100 };
  assert.deepEqual(cellSize(sight, { width: 500, height: 300 }, true), { width: 5, height: 5 });
  assert.deepEqual(cellSize(sight, { width: 500, height: 300 }, false), { width: 5, height: 20 });
  assert.deepEqual(cellSize({ ...sight, height: 1, width: 1 }, { width: 500, height: 300 }, false), { width: 72, height: 36 });
});

test("numbers are written only where a cell is one number and has room", () => {
  assert.equal(hasNumbers({ width: 50, height: 20 }, pageOf(4, 4)), true);
  assert.equal(hasNumbers({ width: 50, height: 20 }, pageOf(4, 4, 2)), false);
  assert.equal(hasNumbers({ width: 20, height: 20 }, pageOf(4, 4)), false);
});

test("of a tensor of texts as many are in sight as can be read", () => {
  assert.deepEqual(firstSight({ ...pageOf(30, 30), dtype: "string" }), { top: 0, left: 0, height: 10, width: 6 });
  assert.deepEqual(firstSight(pageOf(30, 30)), { top: 0, left: 0, height: 30, width: 30 });
});

test("another page is asked for only where it would show more", () => {
  const part = { top: 10, left: 10, height: 20, width: 20 };
  assert.equal(isEnough(pageOf(100, 100), part), true);
  assert.equal(isEnough(pageOf(100, 100, 4), part), false);
  assert.equal(isEnough(pageOf(100, 100, 4), wholeSight({ rows: 100, columns: 100 })), true);
  assert.equal(isEnough(pageOf(100, 100, 1, part), { ...part, top: 11 }), false);
});

test("a cell has the number of its block and its place in the tensor", () => {
  const page = pageOf(100, 100, 4, { top: 8, left: 8, height: 40, width: 40 });
  assert.equal(numberAt(page, { row: 13, column: 9 }), 100);
  assert.equal(numberAt(page, { row: 90, column: 9 }), undefined);
  assert.deepEqual(positionOf(page, { row: 13, column: 9 }), [5, 13, 9]);
  assert.deepEqual(cellOf(page, [5, 13, 9]), { row: 13, column: 9 });
  assert.deepEqual(cellOf({ ...page, row_axis: -1, column_axis: 0 }, [3]), { row: 0, column: 3 });
});

test("of several requests only the first and the newest are sent", async () => {
  const sent = [];
  const answers = [];
  const waiting = [];
  const request = (body) => new Promise((resolve) => (sent.push(body), waiting.push(() => resolve(body))));
  const queue = newestOnly(request, (answer) => answers.push(answer), assert.fail);
  const settle = async () => {
    waiting.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };

  for (const body of [1, 2, 3]) void queue.ask(body);
  await settle();
  await settle();

  assert.deepEqual([sent, answers], [[1, 3], [3]]);
});

test("an answer to what was closed meanwhile is dropped, and an error does not block the next", async () => {
  const answers = [];
  const errors = [];
  let isBroken = false;
  const request = async (body) => {
    if (isBroken) throw new Error("broken");
    return body;
  };
  const queue = newestOnly(request, (answer) => answers.push(answer), (error) => errors.push(error.message));

  const first = queue.ask(1);
  queue.forget();
  await first;
  isBroken = true;
  await queue.ask(2);
  isBroken = false;
  await queue.ask(3);

  assert.deepEqual([answers, errors], [[3], ["broken"]]);
});

test("a long vector is shown in rows", () => {
  assert.deepEqual([392, 784, 256, 127, 100].map(lineSize), [28, 28, 16, 16, 10]);
  const page = wrapped(pageOf(1, 392));

  assert.deepEqual([page.rows, page.columns, page.cells[1][0], page.wrap], [14, 28, 28, { axis: 2, count: 392 }]);
  assert.deepEqual(positionOf(page, { row: 13, column: 27 }), [5, 0, 391]);
  assert.deepEqual(cellOf(page, [5, 0, 30]), { row: 1, column: 2 });
  assert.equal(numberAt(page, { row: 1, column: 2 }), 30);
  assert.deepEqual(positionOf(wrapped(pageOf(127, 1)), { row: 7, column: 15 }), [5, 126, 0]);
});

test("a short vector, texts and parts of a slice are shown as they are", () => {
  const others = [pageOf(1, 64), pageOf(2, 100), { ...pageOf(1, 100), dtype: "string" }, pageOf(1, 2000, 2)];
  assert.ok(others.every((page) => wrapped(page) === page));
});
