/** The heat map of a slice: a canvas that zooms, moves, and has a selected cell for pointer and keyboard. */

import { contextOf, make, watchLook } from "../../../graph_view/dom.mjs";
import { heatTheme } from "./colours.mjs";
import { paintCells, paintOutlines } from "./paint.mjs";
import { ZOOM_STEP, cellSize, firstSight, including, isEnough, wholeSight, within, zoomed } from "./window.mjs";

/**
 * @import { TensorPage } from "../drawer_types.mjs"
 * @import { HeatOptions } from "./paint.mjs"
 * @import { Cell, Sight } from "./window.mjs"
 */

const DRAG_PX = 4;
const ROWS_A_PAGE = 10;
const EDGE_PX = 2; // room for the outline of a cell at the border

/**
 * @param {HTMLElement} host
 * @param {{onSelect: (cell: Cell) => void, onHover: (cell: Cell | null) => void, onSight: (sight: Sight) => void}} watch
 */
export function createHeatMap(host, { onSelect, onHover, onSight }) {
  const canvas = make("canvas", { class: "drawer-heat", tabindex: "0", role: "application" });
  host.append(canvas);
  /** @type {TensorPage | null} */
  let page = null;
  /** @type {Sight} */
  let sight = { top: 0, left: 0, height: 1, width: 1 };
  /** @type {Cell | null} */
  let selected = null;
  /** @type {HeatOptions} */
  let options = { limits: [0, 1], isCentred: false, regions: [] };
  let isPicture = false;
  let frame = 0;
  /** @type {{x: number, y: number, sight: Sight, hasMoved: boolean} | null} */
  let drag = null;

  const unwatch = watchLook(host, redraw, redraw);
  canvas.addEventListener("wheel", onWheel, { passive: false });
  canvas.addEventListener("pointerdown", onDown);
  canvas.addEventListener("pointermove", onMove);
  canvas.addEventListener("pointerup", onUp);
  canvas.addEventListener("pointerleave", () => onHover(null));
  canvas.addEventListener("dblclick", (event) => zoomBy(ZOOM_STEP ** 2, cellAt(event)));
  canvas.addEventListener("keydown", onKey);

  function redraw() {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(paint);
  }

  function place() {
    return { width: Math.max(40, host.clientWidth - 2 * EDGE_PX), height: Math.max(20, host.clientHeight - 2 * EDGE_PX) };
  }

  const size = () => cellSize(sight, place(), isPicture);

  function paint() {
    if (!page || !host.clientWidth) return;
    const cell = size();
    const width = sight.width * cell.width + 2 * EDGE_PX;
    const height = sight.height * cell.height + 2 * EDGE_PX;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.ceil(width * ratio);
    canvas.height = Math.ceil(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    const context = contextOf(canvas);
    const theme = heatTheme(canvas);
    context.setTransform(ratio, 0, 0, ratio, EDGE_PX * ratio, EDGE_PX * ratio);
    paintCells(context, page, sight, cell, options, theme);
    paintOutlines(context, page, sight, cell, selected, options, theme);
  }

  /** The cell under the pointer, inside of the sight. @param {MouseEvent} event @returns {Cell} */
  function cellAt(event) {
    const bounds = canvas.getBoundingClientRect();
    const cell = size();
    const row = Math.floor((event.clientY - bounds.top - EDGE_PX) / cell.height);
    const column = Math.floor((event.clientX - bounds.left - EDGE_PX) / cell.width);
    return {
      row: sight.top + Math.min(Math.max(row, 0), sight.height - 1),
      column: sight.left + Math.min(Math.max(column, 0), sight.width - 1),
    };
  }

  /** @param {Sight} next */
  function showPart(next) {
    if (!page) return;
    sight = within(next, page);
    redraw();
    if (!isEnough(page, sight)) onSight(sight);
  }

  /** @param {number} factor @param {Cell} [around] */
  function zoomBy(factor, around) {
    if (!page) return;
    const middle = { row: sight.top + sight.height / 2, column: sight.left + sight.width / 2 };
    showPart(zoomed(sight, factor, around ?? selected ?? middle, page));
  }

  /** @param {WheelEvent} event */
  function onWheel(event) {
    event.preventDefault();
    zoomBy(event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP, cellAt(event));
  }

  /** @param {PointerEvent} event */
  function onDown(event) {
    if (event.button) return;
    drag = { x: event.clientX, y: event.clientY, sight, hasMoved: false };
    canvas.setPointerCapture(event.pointerId);
  }

  /** @param {PointerEvent} event */
  function onMove(event) {
    onHover(cellAt(event));
    if (!drag || !page) return;
    const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
    if (Math.hypot(x, y) > DRAG_PX) drag.hasMoved = true;
    if (!drag.hasMoved) return;
    const cell = size();
    showPart({ ...sight, top: drag.sight.top - Math.round(y / cell.height), left: drag.sight.left - Math.round(x / cell.width) });
  }

  /** @param {PointerEvent} event */
  function onUp(event) {
    const isClick = drag && !drag.hasMoved;
    drag = null;
    if (isClick && page) select(cellAt(event), true);
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (!page || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[event.key];
    if (step) select(stepped(selected ?? { row: sight.top, column: sight.left }, step), true);
    else if (event.key === "Home") select({ row: selected?.row ?? 0, column: 0 }, true);
    else if (event.key === "End") select({ row: selected?.row ?? 0, column: page.columns - 1 }, true);
    else if (event.key === "+" || event.key === "=") zoomBy(ZOOM_STEP);
    else if (event.key === "-") zoomBy(1 / ZOOM_STEP);
    else if (event.key === "0") showPart(wholeSight(page));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {Cell} cell @param {[number, number]} step @returns {Cell} */
  function stepped({ row, column }, [down, right]) {
    const { rows, columns } = page ?? { rows: 1, columns: 1 };
    return {
      row: Math.min(Math.max(row + down, 0), rows - 1),
      column: Math.min(Math.max(column + right, 0), columns - 1),
    };
  }

  /** @param {Cell | null} cell @param {boolean} isChosen whether a person selected it */
  function select(cell, isChosen) {
    selected = cell;
    if (cell) showPart(including(sight, cell));
    else redraw();
    if (cell && isChosen) onSelect(cell);
  }

  /**
   * Show a page. Of another slice all is in sight.
   * @param {TensorPage} next @param {HeatOptions} nextOptions @param {string} label
   */
  function show(next, nextOptions, label) {
    const isOther = !page || page.rows !== next.rows || page.columns !== next.columns;
    page = next;
    options = nextOptions;
    isPicture = /height|query/.test(next.axes[next.row_axis] ?? "");
    if (isOther) {
      sight = firstSight(next);
      selected = null;
    }
    canvas.setAttribute("aria-label", label);
    redraw();
  }

  return {
    canvas,
    show,
    select: (/** @type {Cell | null} */ cell) => select(cell, false),
    zoomIn: () => zoomBy(ZOOM_STEP),
    zoomOut: () => zoomBy(1 / ZOOM_STEP),
    fit: () => page && showPart(wholeSight(page)),
    reset: () => {
      page = null;
      selected = null;
      sight = { top: 0, left: 0, height: 1, width: 1 };
    },
    remove: () => unwatch(),
  };
}

/** @type {Record<string, [number, number]>} */
const STEPS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  PageUp: [-ROWS_A_PAGE, 0],
  PageDown: [ROWS_A_PAGE, 0],
};
