import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.mjs";
import { base64Of, bytesOf, sizeWords } from "../../assets/page/values/inputs/bytes.mjs";
import { centreOfMass, drawnDigit } from "../../assets/page/values/inputs/digits.mjs";
import { parseGrid, pasteInto, resized } from "../../assets/page/values/inputs/grid_text.mjs";
import { snapped, typedNumber, widened } from "../../assets/page/values/inputs/ranges.mjs";
import { seedProblem } from "../../assets/page/values/inputs/seeds.mjs";
import { typedSizes } from "../../assets/page/values/inputs/sizes.mjs";
import { createLatest } from "../../assets/page/values/latest.mjs";
import { barSpans, differenceText, highest, rowsOf, shortNumber } from "../../assets/page/values/outputs.mjs";
import { positionOf } from "../../assets/page/values/shown_part.mjs";

const RANGE = { minimum: -10, maximum: 10, step: 0.1, isWhole: false };

test("a slider's range grows until the typed number is in it", () => {
  assert.deepEqual(widened(RANGE, 3), RANGE);
  assert.deepEqual(widened(RANGE, 250), { ...RANGE, maximum: 1000, step: 10 });
  assert.deepEqual(widened({ ...RANGE, step: 1, isWhole: true }, -11), { minimum: -100, maximum: 10, step: 1, isWhole: true });
  assert.deepEqual(widened({ ...RANGE, minimum: 0 }, -3), RANGE);
  assert.equal(widened(RANGE, 1e30).maximum, 1e30);
  assert.deepEqual(widened(RANGE, Infinity), RANGE);
  assert.deepEqual(widened(RANGE, NaN), RANGE);
});

test("a slider writes its numbers without the digits of binary fractions", () => {
  assert.deepEqual([0.30000000000000004, 2.26, 10.04, -0.04].map((value) => snapped(value, RANGE)), ["0.3", "2.3", "10", "0"]);
  assert.equal(snapped(3.4, { minimum: 0, maximum: 255, step: 1, isWhole: true }), "3");
  assert.equal(snapped(163, { minimum: -1000, maximum: 1000, step: 10, isWhole: false }), "160");
});

test("a minus may be typographic, and an empty field is not a 0", () => {
  assert.deepEqual([" −2 ", "1e3", "", "3x"].map(typedNumber), [-2, 1000, NaN, NaN]);
});

test("a grid is pasted from a spreadsheet, from NumPy, from JSON or from a list", () => {
  const table = [["1", "2"], ["3", "-4.5"]];
  for (const text of ["1\t2\n3\t-4.5\n", "[[1,2],[3,-4.5]]", "array([[ 1. , 2],\n [3, -4.5]], dtype=float32)".replace("1. ", "1"), "[[1 2]\n [3 -4.5]]", "1;2\r\n3;-4.5"]) {
    assert.deepEqual(parseGrid(text), table, text);
  }
  assert.deepEqual(parseGrid("1, 2, 3"), [["1", "2", "3"]]);
  assert.deepEqual(parseGrid("7"), [["7"]]);
  assert.deepEqual([parseGrid(""), parseGrid("[]")], [[], []]);
});

test("what is pasted fills the cells from one on, and grows the grid where its sizes are free", () => {
  const cells = [["0", "0"], ["0", "0"]];
  const pasted = [["1", "2"], ["3", "4"]];
  assert.deepEqual(pasteInto(cells, pasted, 1, 1, { rows: false, columns: false }), [["0", "0"], ["0", "1"]]);
  assert.deepEqual(pasteInto(cells, pasted, 1, 0, { rows: true, columns: false }), [["0", "0"], ["1", "2"], ["3", "4"]]);
  assert.deepEqual(resized(cells, 1, 3), [["0", "0", "0"]]);
  const wide = [Array.from({ length: 70 }, () => "1")];
  assert.equal(pasteInto([["0"]], wide, 0, 0, { rows: true, columns: true })[0].length, 1);
});

test("a seed is a whole number that fits into 32 bits", () => {
  assert.deepEqual(["0", " 4294967295 "].map(seedProblem), ["", ""]);
  assert.equal(seedProblem("99999999999999"), "99999999999999 is not a seed: write a whole number from 0 to 4,294,967,295");
  assert.equal(seedProblem(""), "an empty field is not a seed: write a whole number from 0 to 4,294,967,295");
});

test("sizes are whole numbers, and known ones stay", () => {
  assert.deepEqual(typedSizes([null, 8, null], ["2", "5"]), { sizes: [2, 8, 5], problem: "", wrong: -1 });
  assert.deepEqual(typedSizes(null, ["2, 3 x 4"]), { sizes: [2, 3, 4], problem: "", wrong: -1 });
  const empty = typedSizes([null, null], ["1", ""]);
  assert.deepEqual([empty.problem, empty.wrong], ["an empty field is not a size: write a whole number from 1", 1]);
  assert.equal(typedSizes([null], ["0"]).problem, "0 is not a size: write a whole number from 1");
  assert.equal(typedSizes([null], ["two"]).problem, "two is not a size: write a whole number from 1");
});

/** The pixels that are not black: first and last column and row. */
function extent(greys, width) {
  const places = [...greys].flatMap((grey, i) => (grey ? [[i % width, Math.floor(i / width)]] : []));
  const [xs, ys] = [places.map(([x]) => x), places.map(([, y]) => y)];
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

test("a drawing fills a box of 20 pixels of 28, wherever and however large it is drawn", () => {
  const small = [[[10, 10], [40, 10], [10, 60], [40, 60]]];
  const large = small.map((stroke) => stroke.map(([x, y]) => [x * 4 + 30, y * 4 + 20]));
  const image = drawnDigit(small, 280, 28, 28);
  assert.deepEqual(drawnDigit(large, 280, 28, 28), image);
  const { top, bottom } = extent(image, 28);
  assert.ok(bottom - top + 1 >= 20 && bottom - top + 1 <= 22, `${top} to ${bottom}`);
  assert.equal(Math.max(...image), 255);
});

test("a drawing has its centre of mass in the middle", () => {
  const seven = [[[50, 50], [200, 50], [90, 250]]];
  const [x, y] = centreOfMass(drawnDigit(seven, 280, 28, 28), 28);
  assert.ok(Math.abs(x - 14) < 0.2 && Math.abs(y - 14) < 0.2, `${x}, ${y}`);
  const { top } = extent(drawnDigit(seven, 280, 28, 28), 28);
  assert.ok(top > 4, "a 7 is heavier at its top and moves down");
});

test("no part of a drawing is cut off, however far its mass is from its middle", () => {
  const scribble = Array.from({ length: 40 }, (_none, i) => [10 * (i % 2), i * 2]);
  const image = drawnDigit([[...scribble, [10, 80], [279, 279]]], 280, 28, 28);
  const { left, right, top, bottom } = extent(image, 28);
  assert.ok(right - left + 1 >= 20 && bottom - top + 1 >= 20, `${left} ${right} ${top} ${bottom}`);
});

test("the edges of a drawing are smooth, and a dot stays small", () => {
  const slanted = drawnDigit([[[50, 50], [200, 250]]], 280, 28, 28);
  assert.ok([...slanted].filter((grey) => grey > 0 && grey < 255).length > 20);
  const { left, right } = extent(drawnDigit([[[140, 140]]], 280, 28, 28), 28);
  assert.ok(right - left < 6);
  assert.deepEqual([...new Set(drawnDigit([], 280, 28, 28))], [0]);
});

test("a drawing takes the size of the input", () => {
  assert.equal(drawnDigit([[[0, 0], [280, 280]]], 280, 16, 8).length, 128);
});

test("bytes are the same after base64", () => {
  const bytes = Uint8Array.from({ length: 70000 }, (_none, i) => i % 256);
  assert.deepEqual(bytesOf(base64Of(bytes)), bytes);
  assert.deepEqual([sizeWords(1500), sizeWords(5_230_000)], ["2 kB", "5.2 MB"]);
});

test("one request is under way, and then only the latest setting is sent", async () => {
  const [sent, answers, latest] = [[], [], []];
  const queue = createLatest(async (setting, isLatest) => {
    sent.push(setting);
    await new Promise((resolve) => answers.push(resolve));
    latest.push(isLatest());
  });
  for (const setting of [1, 2, 3]) queue.push(setting);
  assert.deepEqual(sent, [1]);
  answers.shift()();
  await tick();
  assert.deepEqual(sent, [1, 3]);
  answers.shift()();
  await tick();
  assert.deepEqual([latest, queue.busy], [[false, true], false]);
  queue.push(4);
  assert.deepEqual(sent, [1, 3, 4]);
});

test("after a stop nothing waits, and the next setting is sent as usual", async () => {
  const [sent, answers, latest] = [[], [], []];
  const queue = createLatest(async (setting, isLatest) => {
    sent.push(setting);
    await new Promise((resolve) => answers.push(resolve));
    latest.push(isLatest());
  });
  queue.push(1);
  queue.push(2);
  queue.stop();
  answers.shift()();
  await tick();
  queue.push(3);
  assert.deepEqual([sent, latest], [[1, 3], [false]]);
});

const tick = () => new Promise((resolve) => setTimeout(resolve));

test("the highest bar is found among numbers that may be none", () => {
  assert.deepEqual([highest([0.1, 0.9, 0.2]), highest(["nan", -2, -1]), highest(["nan"]), highest([])], [1, 2, -1, -1]);
});

test("bars begin at zero", () => {
  assert.deepEqual(barSpans([1, 0.5]), [{ start: 0, length: 1 }, { start: 0, length: 0.5 }]);
  assert.deepEqual(barSpans([-1, 1]), [{ start: 0, length: 0.5 }, { start: 0.5, length: 0.5 }]);
  assert.deepEqual(barSpans([0, "inf"]), [{ start: 0, length: 0 }, { start: 0, length: 0 }]);
});

test("numbers are short", () => {
  assert.deepEqual([42, 0.99312, 1.2e-7, 1234567.8, 3.5e12, 0, "nan"].map(shortNumber), ["42", "0.9931", "1.2e-7", "1234568", "3.5e12", "0", "NaN"]);
});

test("a number's position counts the last axis first", () => {
  assert.deepEqual([positionOf(7, [1, 10]), positionOf(13, [2, 10]), positionOf(0, [])], [[0, 7], [1, 3], []]);
});

test("a difference has a sign", () => {
  assert.deepEqual([10, -0.25, 0, "nan"].map(differenceText), ["Δ +10", "Δ −0.25", "Δ 0", "Δ NaN"]);
});

test("a small batch is a result for each row", () => {
  const output = { op_id: "a", name: "output", kind: "rows", text: "2 rows of 2 numbers", shape: [2, 2] };
  const rows = rowsOf({ ...output, numbers: [1, 2, 3, 4], labels: ["bad", "good"], differences: [0, 1, 2, 3] });

  assert.deepEqual(rows.map(({ name, numbers, differences }) => [name, numbers, differences]), [
    ["output, row 0", [1, 2], [0, 1]],
    ["output, row 1", [3, 4], [2, 3]],
  ]);
});
