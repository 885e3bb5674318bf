/** The tensor drawer: any two axes of a tensor as a heat map, and the arithmetic of one cell. */

import { make } from "../../graph_view/dom.mjs";
import { createCellView } from "./tensor/cell_view.mjs";
import { createAxes, createScale, createSearch } from "./tensor/controls.mjs";
import { createHeatMap } from "./tensor/heat_map.mjs";
import { createHeight } from "./tensor/height.mjs";
import { createHistogram, createScaleBar } from "./tensor/histogram.mjs";
import { newestOnly } from "./tensor/newest.mjs";
import { axisText, cellText, numberText, placeText, sizeText, tensorText } from "./tensor/numbers.mjs";
import { drawerParts } from "./tensor/parts.mjs";
import { copyText, saveFile } from "./tensor/save.mjs";
import { isSigned, limitsOf, statisticsParts } from "./tensor/scale.mjs";
import { cellOf, numberAt, positionOf, sliceOf, wrapped } from "./tensor/window.mjs";

/**
 * @import { Way } from "./tensor/cell_view.mjs"
 * @import { Ask, CellReport, LaidPage, Region, TensorPage, TensorStatistics } from "./drawer_types.mjs"
 * @import { FieldStart } from "../../types.mjs"
 * @import { Cell, Sight } from "./tensor/window.mjs"
 */

/**
 * Which tensor is shown.
 * @typedef {object} ShownTensor
 * @property {string} evaluation
 * @property {string} op
 * @property {string} title
 * @property {number} output
 * @property {number[] | null} iterations of the loops around it; null for the last ones
 * @property {"value" | "gradient"} of
 * @property {Region[]} regions highlighted
 */

const SELECT = "Click a cell, or move with the arrow keys, to see how its number was computed.";

/**
 * @param {HTMLElement} host a positioned element; the drawer is at its bottom
 * @param {{ask: Ask, onField: (start: FieldStart | null) => void}} page `onField` shows the field of a cell on the graph
 */
export function createDrawer(host, { ask, onField }) {
  /** @type {ShownTensor | null} */
  let tensor = null;
  /** @type {LaidPage | null} */
  let page = null;
  /** @type {TensorStatistics | null} */
  let statistics = null;
  /** @type {ShownTensor[]} */
  let earlier = [];
  /** @type {Element | null} */
  let opener = null;
  /** @type {Cell | null} */
  let selected = null;
  let isCentred = false;
  let isRenewed = false; // the same tensor of another evaluation is to come

  const { section, parts, heading, kind, outputs, back } = drawerParts({
    goBack,
    leave,
    zoomOut: () => heat.zoomOut(),
    zoomIn: () => heat.zoomIn(),
    fit: () => heat.fit(),
    copy: () => void copy(),
    save: () => void save(),
  });
  createHeight(section);
  host.append(section);

  const heat = createHeatMap(parts.picture, { onSelect: selectCell, onHover: hover, onSight: (sight) => load(sight) });
  const histogram = createHistogram(parts.histogram);
  const bar = createScaleBar(parts.bar);
  const cellView = createCellView(parts.cell, { onOpen: follow, onField: showField });
  const axes = createAxes(parts.axes, (change) => load({ ...change }));
  const scale = createScale(parts.scale, (_, centred) => {
    isCentred = centred;
    draw();
  });
  const search = createSearch(parts.search, {
    find: (text) => reply("find", { text }),
    onMatch: (position) => void goTo(position),
  });
  const pages = newestOnly((body) => reply("tensor", body), showPage, fail);
  const cells = newestOnly((body) => reply("cell", body), (/** @type {CellReport} */ report) => cellView.show(report, !tensor?.iterations?.length), fail);
  new MutationObserver(repaint).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  outputs.addEventListener("change", () => tensor && change({ ...tensor, output: Number(outputs.value), regions: [] }));
  section.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    leave();
  });

  /** What the server answers about the shown tensor. @param {string} act @param {Record<string, unknown>} body */
  async function reply(act, body) {
    if (!tensor) throw new Error("no tensor is shown");
    const { evaluation, op, output, iterations, of } = tensor;
    const answer = await ask(act, { evaluation, op, output, iterations, of, ...body });
    if (answer?.error) throw new Error(answer.error);
    return answer;
  }

  /** @param {unknown} error */
  function fail(error) {
    if (isRenewed && tensor) return change(tensor);
    parts.message.textContent = error instanceof Error ? error.message : String(error);
  }

  /** Ask for a part of the slice or for another one. @param {Partial<Sight> & Record<string, unknown>} body */
  function load(body) {
    const slice = page ? { row_axis: page.row_axis, column_axis: page.column_axis, at: page.at } : {};
    pages.ask({ ...slice, ...body, statistics: !statistics });
  }

  /** @param {ShownTensor} next */
  function change(next) {
    tensor = next;
    page = null;
    statistics = null;
    selected = null;
    isRenewed = false;
    hideField();
    heat.reset();
    search.reset();
    heading.textContent = next.of === "gradient" ? `∂ ${next.title}` : next.title;
    heading.title = next.op;
    kind.textContent = "";
    cellView.clear(next.of === "gradient" ? "A gradient has no arithmetic of its own: select the op to see its rule." : SELECT);
    parts.message.textContent = "";
    back.hidden = !earlier.length;
    const at = next.regions[0]?.axes.map(([start]) => start);
    load(at ? { at } : {});
  }

  /** @param {TensorPage} next */
  function showPage(next) {
    if (isRenewed && tensor && String(page?.shape) !== String(next.shape)) return change(tensor);
    const isFirst = !page;
    const isOtherSlice = !page || isRenewed || sliceOf(page) !== sliceOf(next);
    isRenewed = false;
    page = wrapped(next);
    if (next.statistics) statistics = next.statistics;
    if (isFirst) {
      isCentred = isSigned(statistics);
      scale.show(isCentred);
      showKind(next);
    }
    parts.message.textContent = "";
    axes.show(page);
    draw();
    if (isFirst || !isOtherSlice || !selected) return;
    selectCell(selected);
  }

  /** @param {TensorPage} next */
  function showKind(next) {
    kind.textContent = tensorText(next.dtype, next.shape);
    outputs.hidden = next.outputs < 2;
    outputs.replaceChildren(
      ...Array.from({ length: next.outputs }, (_, port) => make("option", { value: String(port) }, `output ${port}`)),
    );
    outputs.value = String(tensor?.output ?? 0);
    parts.scale.hidden = !statistics;
    parts.bar.hidden = !statistics;
    parts.numbers.replaceChildren(
      ...(statistics ? statisticsParts(statistics, (value) => numberText(value)) : []).map(([name, value]) =>
        make("span", { class: /^(NaN|infinite)$/.test(name) && value !== "0" ? "drawer-warning" : "" }, `${name} `, make("b", {}, value)),
      ),
    );
  }

  function draw() {
    if (!page) return;
    const options = { limits: limitsOf(scale.value, page, statistics), isCentred, regions: tensor?.regions ?? [] };
    const sides = page.wrap ? sizeText(page) : [page.row_axis, page.column_axis].map((axis) => axisText(page?.axes ?? [], axis)).join(" by ");
    heat.show(page, options, `${tensor?.title}, ${sides}. Arrow keys move the cell, plus and minus zoom.`);
    heat.select(selected);
    histogram.show(statistics, options);
    bar.show(statistics, options);
    say(selected);
  }

  function repaint() {
    draw();
    cellView.repaint();
  }

  /** @param {Cell} cell */
  function selectCell(cell) {
    selected = cell;
    say(cell);
    if (!page || tensor?.of === "gradient") return;
    cells.ask({ position: positionOf(page, cell) });
    if (cellView.way()) showField(cellView.way());
  }

  /** Show on the graph what the selected cell was computed from, or what it reaches. @param {Way | null} way */
  function showField(way) {
    if (!way || !tensor || !page || !selected) return onField(null);
    onField({ op: tensor.op, output: tensor.output, position: positionOf(page, selected), way });
  }

  const hideField = () => cellView.way() && onField(null);

  /** @param {Cell | null} cell */
  function hover(cell) {
    say(cell ?? selected);
  }

  /** The position and the number of a cell. @param {Cell | null} cell */
  function say(cell) {
    if (!page) return;
    if (!cell) {
      parts.status.textContent = page.rows * page.columns ? sizeText(page) : "This tensor has no numbers.";
      return;
    }
    const isMean = page.row_step * page.column_step > 1;
    const mean = isMean ? ` (mean of ${page.row_step} × ${page.column_step}; zoom in for each number)` : "";
    parts.status.textContent = `${placeText(positionOf(page, cell))} = ${cellText(numberAt(page, cell), page.dtype, 7)}${mean}`;
  }

  /** Select the element at a position of the tensor, in another slice if it is there. @param {number[]} position */
  async function goTo(position) {
    if (!page) return;
    selected = cellOf(page, position);
    const isHere = position.every((index, axis) => [page?.row_axis, page?.column_axis].includes(axis) || index === page?.at[axis]);
    if (!isHere) return load({ at: position });
    heat.select(selected);
    selectCell(selected);
  }

  /** Show a tensor that the selected cell reads or reaches. @param {string} op @param {number} output @param {Region[]} regions */
  function follow(op, output, regions) {
    if (!tensor) return;
    earlier = [...earlier, tensor];
    change({ ...tensor, op, output, regions, title: op.split("/").slice(-2).join("/"), iterations: null });
    heat.canvas.focus();
  }

  function goBack() {
    const last = earlier.at(-1);
    earlier = earlier.slice(0, -1);
    if (last) change(last);
  }

  async function copy() {
    try {
      await copyText((await reply("npy", { form: "text" })).text);
      parts.status.textContent = "Copied as NumPy code.";
    } catch (error) {
      fail(error);
    }
  }

  async function save() {
    try {
      const { data, name } = await reply("npy", { form: "npy" });
      saveFile(name, data);
    } catch (error) {
      fail(error);
    }
  }

  function leave() {
    if (section.hidden) return;
    section.hidden = true;
    hideField();
    cellView.clear(SELECT);
    tensor = null;
    earlier = [];
    pages.forget();
    cells.forget();
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  }

  return {
    /**
     * Show the value, or with `of` the gradient, of an op's output.
     * @param {string} evaluation @param {string} op @param {string} title
     * @param {Partial<ShownTensor>} [details]
     */
    open(evaluation, op, title, details = {}) {
      if (section.hidden) opener = document.activeElement;
      section.hidden = false;
      earlier = [];
      change({ output: 0, iterations: null, of: "value", regions: [], ...details, evaluation, op, title });
    },
    /** Show the same tensor of another evaluation. @param {string} evaluation */
    renew(evaluation) {
      if (!tensor || section.hidden) return;
      tensor = { ...tensor, evaluation };
      statistics = null;
      isRenewed = page !== null;
      const { top, left, height, width } = page && !page.wrap ? page : {};
      load({ top, left, height, width });
    },
    close: leave,
    isOpen: () => !section.hidden,
  };
}
