/** The steps of an evaluation as the player goes through them. Pure functions. */

/**
 * The shown ops in the order in which they ran, see graphlab/app/server/values/steps.py.
 * @typedef {object} Steps
 * @property {string[]} ops
 * @property {string[]} titles
 * @property {string[][]} paths the groups around each op, outermost first
 * @property {number[][]} order op, position, until which position, iterations
 * @property {number[]} backward the steps that have gradients, the last one first
 */

/**
 * One step of the player. `now` is the position of its op, `time` until when ops have run, `back` from where on there
 * are gradients.
 * @typedef {object} PlayerRow
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
    return { op, now, time, back, isBack: false, iterations, words: "" };
  });
  const backward = steps.backward.map((number, i) => {
    const { op, now, iterations } = forward[number];
    const back = i === steps.backward.length - 1 ? 0 : now; // then the gradients of the inputs are known, too
    return { op, now, time: null, back, isBack: true, iterations, words: "" };
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
  const boxOf = (row) => steps.paths[row.op].find((id) => !opened.has(id)) ?? steps.ops[row.op];
  const chosenRows = unit === "op" ? rows : rows.filter((row, i) => isLastOf(rows, i, boxOf));
  const counts = { forward: chosenRows.filter((row) => !row.isBack).length, backward: chosenRows.filter((row) => row.isBack).length };
  let numbers = { forward: 0, backward: 0 };
  return chosenRows.map((row) => {
    const side = row.isBack ? "backward" : "forward";
    numbers = { ...numbers, [side]: numbers[side] + 1 };
    const name = unit === "op" ? steps.titles[row.op] : titleOf(boxOf(row), steps, row);
    const loops = row.iterations.length ? ` · iteration ${row.iterations.join(", ")}` : "";
    const prefix = row.isBack ? "back: " : "";
    return { ...row, words: `${prefix}${unit} ${numbers[side]} of ${counts[side]} · ${name}${loops}` };
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
