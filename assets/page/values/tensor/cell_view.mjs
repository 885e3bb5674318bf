/** The arithmetic of the selected cell: its terms, the small pictures of what was combined, and the ops beside it. */

import { make, makeButton } from "../../../graph_view/dom.mjs";
import { colourAt, css, heatTheme, placeOnScale } from "./colours.mjs";
import { sized } from "./histogram.mjs";
import { amountOf, isBad, numberText, placeText, regionSize, regionText } from "./numbers.mjs";

/** @typedef {"from" | "to"} Way */

/**
 * @import { HeatTheme } from "./colours.mjs"
 * @import { CellNumber, CellReport, Curve, NumberGrid, Region } from "../drawer_types.mjs"
 */

const MOST_REGIONS = 3; // written out
/** @type {Way[]} */
const WAYS = ["from", "to"];
/** @type {Record<Way, [string, string]>} the words of a button and its title */
const FIELD_WORDS = {
  from: ["Computed from", "Show on the graph all that this number was computed from"],
  to: ["Reaches", "Show on the graph all that this number reaches"],
};
const GRID_PX = { width: 120, height: 112, cell: 24 };
const CURVE_PX = { width: 220, height: 140, margin: 12 };

/**
 * @param {HTMLElement} host
 * @param {object} act
 * @param {(op: string, output: number, regions: Region[]) => void} act.onOpen shows another tensor with highlighted regions
 * @param {(way: Way | null) => void} act.onField shows on the graph what the cell was computed from, or what it reaches
 */
export function createCellView(host, { onOpen, onField }) {
  /** @type {CellReport | null} */
  let report = null;
  /** @type {Way | null} */
  let shownWay = null;
  let hasField = true; // that of a single number; inside of a loop it would be the last iteration's

  /** @param {CellReport} next @param {boolean} [canShow] whether its field can be shown on the graph */
  function show(next, canShow = hasField) {
    report = next;
    hasField = canShow;
    const { cell } = next;
    const value = make("p", { class: "drawer-total" }, `= ${numberText(cell.value, 6)}`);
    host.replaceChildren(
      make("div", { class: "drawer-place" }, make("h3", {}, placeText(cell.position)), ...waysOf(next)),
      make("p", { class: "drawer-rule" }, cell.title),
      ...(cell.rule === "none" ? [] : [value]),
      ...gridsOf(cell.grids),
      ...(cell.curve ? [curveOf(cell.curve)] : []),
      ...termsOf(next),
      ...(cell.note ? [make("p", { class: "drawer-note" }, cell.note)] : []),
      ...sourcesOf(next),
      ...reachedOf(next),
    );
  }

  /** @param {CellReport} next */
  function sourcesOf({ cell, inputs }) {
    const ports = [...new Set(cell.sources.map(({ port }) => port))].filter((port) => inputs[port]);
    if (!ports.length) return [];
    const items = ports.map((port) => {
      const regions = cell.sources.filter((region) => region.port === port);
      return linkTo(inputs[port].op, inputs[port].output, regions, 0);
    });
    return [make("h4", {}, "Computed from"), make("ul", {}, ...items)];
  }

  /** @param {CellReport} next */
  function reachedOf({ reached }) {
    if (!reached.length) return [];
    const items = reached.map(({ op, regions, more }) => linkTo(op, 0, regions, more));
    return [make("h4", {}, "Reaches"), make("ul", {}, ...items)];
  }

  /** The buttons that show the cell's field on the graph. @param {CellReport} next */
  function waysOf({ cell, reached }) {
    const offered = { from: hasField && cell.sources.length > 0, to: hasField && reached.length > 0 };
    const ways = WAYS.filter((way) => offered[way] || way === shownWay);
    const buttons = ways.map((way) => {
      const isShown = shownWay === way;
      const [words, title] = FIELD_WORDS[way];
      const button = makeButton(title, "drawer-button", () => chooseWay(isShown ? null : way), words);
      button.setAttribute("aria-pressed", String(isShown));
      button.dataset.way = way;
      return button;
    });
    return ways.length ? [make("div", { class: "drawer-ways" }, "On the graph", ...buttons)] : [];
  }

  /** @param {Way | null} way */
  function chooseWay(way) {
    shownWay = way;
    repaint();
    onField(way);
  }

  /** The focus stays on the button that has it. */
  function repaint() {
    if (!report) return;
    const focused = document.activeElement;
    const way = focused instanceof HTMLElement && host.contains(focused) ? focused.dataset.way : undefined;
    show(report);
    const again = way && host.querySelector(`[data-way=${way}]`);
    if (again instanceof HTMLElement) again.focus();
  }

  /** @param {string} op @param {number} output @param {Region[]} regions @param {number} more */
  function linkTo(op, output, regions, more) {
    const count = regions.reduce((sum, { axes }) => sum + regionSize(axes), more);
    const isShort = regions.length <= MOST_REGIONS && !more;
    const texts = regions.map(({ axes }) => regionText(axes));
    const words = isShort ? texts.join(", ") : `${count.toLocaleString("en-US")} numbers`;
    const short = op.split("/").slice(-2).join("/");
    const button = makeButton(`Show ${op} with these numbers highlighted`, "drawer-link", () => onOpen(op, output, regions), short);
    return make("li", {}, button, ` ${words}`);
  }

  return {
    show,
    /** Colours changed with the theme. */
    repaint,
    /** In which way the graph shows the cell's field. */
    way: () => shownWay,
    /** @param {string} words */
    clear: (words) => {
      report = shownWay = null;
      host.replaceChildren(make("p", { class: "drawer-note" }, words));
    },
  };
}

/** @param {CellReport} report */
function termsOf({ cell }) {
  if (!cell.terms.length || (cell.terms.length === 1 && !cell.terms[0].words)) return [];
  const items = cell.terms.map(({ words, position }) =>
    make("li", {}, make("code", {}, words), ...(position.length ? [make("span", {}, ` at ${placeText(position)}`)] : [])),
  );
  const more = cell.more ? [make("p", { class: "drawer-note" }, `and ${cell.more.toLocaleString("en-US")} more`)] : [];
  const title = cell.terms.length + cell.more > 1 && cell.rule !== "none" ? [make("h4", {}, "Largest first")] : [];
  return [...title, make("ol", { class: "drawer-terms" }, ...items), ...more];
}

/** @param {NumberGrid[]} grids */
function gridsOf(grids) {
  if (!grids.length) return [];
  const parts = grids.flatMap((grid) => [
    ...(grid.sign ? [make("span", { class: "drawer-sign" }, grid.sign)] : []),
    make("figure", {}, make("figcaption", {}, grid.title), gridCanvas(grid)),
  ]);
  return [make("div", { class: "drawer-grids" }, ...parts)];
}

/** @param {NumberGrid} grid */
function gridCanvas({ title, numbers, marks }) {
  const columns = numbers[0]?.length ?? 0;
  const side = Math.min(GRID_PX.width / Math.max(1, columns), GRID_PX.height / Math.max(1, numbers.length), GRID_PX.cell);
  const canvas = make("canvas", { role: "img", "aria-label": title });
  const context = sized(canvas, { width: Math.max(1, columns * side), height: Math.max(1, numbers.length * side) });
  const theme = heatTheme(document.documentElement);
  const amounts = numbers.flat().map(amountOf).filter((value) => value !== null);
  const most = Math.max(0, ...amounts.map(Math.abs));
  const gap = side >= 9 ? 1 : 0;
  numbers.forEach((row, down) => {
    row.forEach((value, right) => {
      context.fillStyle = isBad(value) ? theme.bad : css(colourAt(placeOnScale(amountOf(value) ?? 0, [-most, most], true), theme));
      if (value === null) context.globalAlpha = 0.25; // padding
      context.fillRect(right * side, down * side, side - gap, side - gap);
      context.globalAlpha = 1;
    });
  });
  context.strokeStyle = theme.accent;
  context.lineWidth = 2;
  for (const [row, column] of marks) context.strokeRect(column * side + 1, row * side + 1, Math.max(2, side - 2), Math.max(2, side - 2));
  canvas.addEventListener("pointermove", (event) => {
    const value = numbers[Math.floor(event.offsetY / side)]?.[Math.floor(event.offsetX / side)];
    canvas.title = value === null ? "padding" : numberText(value, 6);
  });
  return canvas;
}

/** The function, the tensor's numbers on it, and the cell's own point. @param {Curve} curve */
function curveOf({ name, xs, ys, points, here }) {
  const canvas = make("canvas", { class: "drawer-curve", role: "img", "aria-label": `Curve of ${name}, with this tensor's numbers` });
  const context = sized(canvas, CURVE_PX);
  const theme = heatTheme(document.documentElement);
  const pairs = xs.map((x, index) => finitePair([x, ys[index]])).filter((pair) => pair !== null);
  const [left, right] = [Number(xs[0]), Number(xs.at(-1))];
  const heights = pairs.map(([, y]) => y);
  const [low, high] = [Math.min(0, ...heights), Math.max(0, ...heights)];
  const { width, height, margin } = CURVE_PX;
  /** @param {number} x */
  const across = (x) => margin + ((x - left) / (right - left || 1)) * (width - 2 * margin);
  /** @param {number} y */
  const down = (y) => height - margin - ((y - low) / (high - low || 1)) * (height - 2 * margin);
  context.strokeStyle = theme.line;
  line(context, [[margin, down(0)], [width - margin, down(0)]]);
  if (left < 0 && right > 0) line(context, [[across(0), margin], [across(0), height - margin]]);
  context.strokeStyle = theme.soft;
  context.lineWidth = 1.5;
  line(context, pairs.map(([x, y]) => [across(x), down(y)]));
  labelEnds(context, [left, right], [low, high], theme);
  context.fillStyle = css(theme.positive);
  context.globalAlpha = 0.45;
  for (const point of points) dot(context, finitePair(point), across, down, 2.5);
  context.globalAlpha = 1;
  context.fillStyle = theme.accent;
  dot(context, finitePair(here), across, down, 5);
  return canvas;
}

/**
 * The numbers at the ends of both axes.
 * @param {CanvasRenderingContext2D} context
 * @param {[number, number]} across @param {[number, number]} down @param {HeatTheme} theme
 */
function labelEnds(context, [left, right], [low, high], theme) {
  const { width, height, margin } = CURVE_PX;
  context.fillStyle = theme.soft;
  context.font = `10px ${theme.font}`;
  context.fillText(numberText(left, 2), margin, height - 1);
  context.fillText(numberText(high, 2), margin, margin + 6);
  context.textAlign = "right";
  context.fillText(numberText(right, 2), width - margin, height - 1);
  if (low < 0) context.fillText(numberText(low, 2), width - margin, height - 12);
}

/** @param {[CellNumber, CellNumber]} pair @returns {[number, number] | null} */
function finitePair([x, y]) {
  const [left, right] = [amountOf(x), amountOf(y)];
  return left === null || right === null ? null : [left, right];
}

/** @param {CanvasRenderingContext2D} context @param {[number, number][]} points */
function line(context, points) {
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.stroke();
}

/**
 * @param {CanvasRenderingContext2D} context @param {[number, number] | null} point
 * @param {(x: number) => number} across @param {(y: number) => number} down @param {number} radius
 */
function dot(context, point, across, down, radius) {
  if (!point) return;
  context.beginPath();
  context.arc(across(point[0]), down(point[1]), radius, 0, 2 * Math.PI);
  context.fill();
}
