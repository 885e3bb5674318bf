/** The steps of an evaluation as the player goes through them. Pure functions. */

/**
 * The shown ops in the order in which they ran, see graphlab/app/server/values/steps.py.
 * @typedef {object} Steps
 * @property {string[]} ops
 * @property {string[]} titles
 * @property {string[][]} paths the groups around each op, outermost first
 * @property {number[][]} order op, position, until which position, iterations
 * @property {number[]} backward the steps that have gradients, the last one first
 * @property {string} [way_back] what they compute, where that is not clear
 */

/**
 * One step of the player. `now` is the position of its op, `time` until when ops have run, `back` from where on there
 * are gradients. `box` is the op or the closed group that the step is of.
 * @typedef {object} PlayerRow
 * @property {string} box
 * @property {number} op
 * @property {number} now
 * @property {number | null} time null: all
 * @property {number} back
 * @property {boolean} isBack
 * @property {number[]} iterations
 * @property {string} words
 */

const NO_GRADIENTS = Number.MAX_SAFE_INTEGER;

/** Every op forward, then every op that has a gradient back. @param {Steps} steps @returns {PlayerRow[]} */
export function rowsOf(steps) {
  const forward = steps.order.map(([op, now, time, ...iterations]) => {
    const back = steps.backward.length ? NO_GRADIENTS : 0;
    return { box: steps.ops[op], op, now, time, back, isBack: false, iterations, words: "" };
  });
  const backward = steps.backward.map((number, i) => {
    const row = forward[number];
    const back = i === steps.backward.length - 1 ? 0 : row.now; // then the gradients of the inputs are known, too
    return { ...row, time: null, back, isBack: true };
  });
  return [...forward, ...backward];
}

/**
 * The rows with their words; by box, what runs within one closed group is one step.
 * @param {PlayerRow[]} rows
 * @param {Steps} steps
 * @param {string} unit "op" or "box"
 * @param {string[]} open the ids of the open groups
 */
export function groupedSteps(rows, steps, unit, open) {
  const opened = new Set(open);
  /** @param {PlayerRow} row */
  const boxOf = (row) => steps.paths[row.op].find((id) => !opened.has(id)) ?? row.box;
  const chosenRows = unit === "op" ? rows : rows.filter((row, i) => isLastOf(rows, i, boxOf));
  const counts = { forward: chosenRows.filter((row) => !row.isBack).length, backward: chosenRows.filter((row) => row.isBack).length };
  let numbers = { forward: 0, backward: 0 };
  return chosenRows.map((row) => {
    const side = row.isBack ? "backward" : "forward";
    numbers = { ...numbers, [side]: numbers[side] + 1 };
    const box = unit === "op" ? row.box : boxOf(row);
    const loops = row.iterations.length ? ` · iteration ${row.iterations.join(", ")}` : "";
    const prefix = row.isBack ? "back: " : "";
    const explained = row.isBack && steps.way_back ? ` · ${steps.way_back}` : "";
    const words = `${prefix}${unit} ${numbers[side]} of ${counts[side]} · ${titleOf(box, steps, row)}${loops}${explained}`;
    return { ...row, box, words };
  });
}

/** @param {PlayerRow[]} rows @param {number} i @param {(row: PlayerRow) => string} boxOf */
function isLastOf(rows, i, boxOf) {
  const next = rows[i + 1];
  if (!next || next.isBack !== rows[i].isBack) return true;
  return boxOf(next) !== boxOf(rows[i]) || next.iterations.join() !== rows[i].iterations.join();
}

/** @param {string} box @param {Steps} steps @param {PlayerRow} row */
function titleOf(box, steps, row) {
  return box.endsWith("/") ? (box.split("/").at(-2) ?? box) : steps.titles[row.op];
}

/**
 * Which of other rows is the same step: the end of the same way if it was at an end, the same box in the same iteration,
 * or else the next one. -1: the rows have no such way.
 * @param {PlayerRow[]} rows the other rows
 * @param {PlayerRow[]} before
 * @param {number} at the step of those before
 */
export function sameStep(rows, before, at) {
  const row = before[at];
  if (!row) return -1;
  const last = rows.findLastIndex(({ isBack }) => isBack === row.isBack);
  if (before[at + 1]?.isBack !== row.isBack) return last;
  const same = rows.findIndex((one) => one.isBack === row.isBack && one.box === row.box && one.iterations.join() === row.iterations.join());
  if (same >= 0) return same;
  const next = rows.findIndex((one) => one.isBack === row.isBack && (row.isBack ? one.now <= row.now : one.now >= row.now));
  return next >= 0 ? next : last;
}
