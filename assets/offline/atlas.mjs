/** The graph that the file holds: what an atlas says of each op, group and scope, made ready for looking things up. */

import { valueOf } from "../graph_view/lookup.mjs";
import constants from "../shared_constants.json" with { type: "json" };

/**
 * @import { Rect } from "../graph_view/types.mjs"
 * @import { Atlas, AtlasLevel, Cell, Line, LineData, Pair, Sheet, SheetData } from "./types.mjs"
 */

export const ROOT = -1; // the group number that stands for the page
export const STYLES = Object.keys(constants.LINK_DASHES);
const FAINT = 0.2; // the pull of a line that the layout gave no weight
const TENTH = 0.1;
const CELLS = ["pills", "grid"];

/** The child number of a group. @param {number} group */
export function childOf(group) {
  return -1 - group;
}

/** @param {AtlasLevel} level one level of detail as the file holds it @returns {Atlas} */
export function readAtlas(level) {
  const ops = level.boxes;
  const placeOf = new Map(level.groups.map((group, i) => [group.box.id, i]));
  const groups = level.groups.map((group) => ({ ...group, parent: placeOf.get(group.box.parent) ?? ROOT }));
  const pathOf = ops.map((op) => pathTo(groups, placeOf.get(op.parent) ?? ROOT));
  const numberOf = new Map(ops.map((op, i) => [op.id, i]));
  groups.forEach((group, i) => numberOf.set(group.box.id, childOf(i)));
  const asSeen = new Map(level.asSeen.map((sheet) => [sheet.group, sheet]));
  /** @type {Map<SheetData, Sheet>} */
  const sheets = new Map();

  /** A sheet, read when it is first needed. @param {SheetData} data @returns {Sheet} */
  function read(data) {
    const sheet = sheets.get(data) ?? readSheet(data);
    sheets.set(data, sheet);
    return sheet;
  }

  /**
   * The sheet of a group for a set of open children: the one as seen at first, where all open on it are among them.
   * @param {number} group
   * @param {Set<number>} open
   */
  function sheetOf(group, open) {
    const firstSheet = asSeen.get(group);
    const fits = firstSheet && firstSheet.open.every((place) => open.has(firstSheet.children[place]));
    return read(fits ? firstSheet : level.sheets[group + 1]);
  }

  /** The ids of the groups around an op or a group, outermost first. @param {string} id */
  function around(id) {
    const number = valueOf(numberOf, id);
    const path = number < 0 ? pathTo(groups, groups[-1 - number].parent) : pathOf[number];
    return path.map((group) => groups[group].box.id);
  }
  return { ops, groups, pathOf, numberOf, sheetOf, around, wires: level.wires, labels: level.labels, outputs: level.outputs, level };
}

/**
 * The groups around what lies in a group, outermost first.
 * @param {{parent: number}[]} groups
 * @param {number} group
 * @returns {number[]}
 */
export function pathTo(groups, group) {
  /** @type {number[]} */
  const path = [];
  for (let at = group; at !== ROOT && !path.includes(at); at = groups[at].parent) path.unshift(at);
  return path;
}

/** @param {number[]} numbers */
const pixels = (numbers) => numbers.map((number) => number * TENTH);
/** @param {number[]} numbers @param {number} size */
const cut = (numbers, size) =>
  Array.from({ length: numbers.length / size }, (_, i) => pixels(numbers.slice(size * i, size * (i + 1))));

/** @param {number[]} numbers @returns {Pair[]} */
const pairs = (numbers) => cut(numbers, 2).map(([x, y]) => [x, y]);

/** @param {SheetData} data @returns {Sheet} */
function readSheet(data) {
  const rects = cut(data.rects, 4).map(([x, y, w, h]) => ({ x, y, w, h }));
  const tops = pairs(data.tops);
  const bottoms = pairs(data.bottoms);
  /** @param {[neighbour: number, style: number, flipped: number]} port */
  const portOf = ([neighbour, style, flipped]) => ({ neighbour, style: STYLES[style], flipped: flipped === 1 });
  const ports = data.ports.map(portOf);
  const lines = data.lines.map(readLine);
  const cells = readCells(data, rects);
  /** @type {number[]} */
  const cellOf = [];
  cells.forEach((cell, i) => cell.children.forEach((child) => (cellOf[child] = i)));
  lines.forEach((line, i) => line.inside && cells[cellOf[line.tail]].insides.push(i));
  /** @param {number[][]} list */
  const curves = (list) => new Map(list.map(([child, ...numbers]) => [child, pixels(numbers)]));
  const geometry = { children: data.children, open: data.open, reach: pixels(data.reach), shape: pixels(data.shape) };
  const stubs = { ins: curves(data.ins), outs: curves(data.outs) };
  /** @type {Sheet} */
  const sheet = { ...geometry, lineOf: new Map(), rects, cells, cellOf, ...stubs, tops, bottoms, ports, lines };
  for (const child of data.open) {
    const cell = cells[cellOf[child]];
    cell.anchor = anchorOf(sheet, child, (line) => endAt(line, child)) ?? 0;
  }
  return { ...sheet, lineOf: new Map(lines.map((line, i) => [keyOf(sheet, line), i])) };
}

/** The x at which a line meets a child that is open on its sheet. @param {Line} line @param {number} child */
export function endAt(line, child) {
  return line.tail === child ? line.curve[0] : line.curve[line.curve.length - 2];
}

/**
 * The mean x of the lines at an open child, the main ones first. @param {(line: Line) => number} xOf
 * @param {Sheet} sheet
 * @param {number} child
 */
export function anchorOf(sheet, child, xOf) {
  let sum = 0;
  let pulls = 0;
  for (const line of sheet.lines) {
    if (line.tail !== child && line.head !== child) continue;
    sum += xOf(line) * line.pull;
    pulls += line.pull;
  }
  return pulls ? sum / pulls : null;
}

/** @param {LineData} data */
function readLine([tail, head, style, flipped, inside, label, spot, weight, ...numbers]) {
  const how = { style: STYLES[style], flipped: flipped === 1, inside: inside === 1 };
  return { tail, head, ...how, label, spot: spot && pairs(spot)[0], pull: weight || FAINT, curve: pixels(numbers) };
}

/** @param {SheetData} data @param {Rect[]} rects */
function readCells(data, rects) {
  /** @type {Cell[]} */
  const cells = data.cells.map(([kind, anchor, x, y, w, h, ...children]) => {
    const [anchorX, left, top, width, height] = pixels([anchor, x, y, w, h]);
    return { kind: CELLS[kind], children, x: left, y: top, w: width, h: height, anchor: anchorX, insides: [] };
  });
  const inCells = new Set(cells.flatMap((cell) => cell.children));
  rects.forEach((rect, child) => {
    const anchor = rect.x + rect.w / 2;
    if (!inCells.has(child)) cells.push({ kind: "box", children: [child], ...rect, anchor, insides: [] });
  });
  return cells;
}

/**
 * What lies at a node of a sheet: a child's number, or that of the neighbour behind a port. @param {Sheet} sheet
 * @param {number} node
 */
export function beyond(sheet, node) {
  const count = sheet.children.length;
  return node < count ? sheet.children[node] : sheet.ports[node - count].neighbour;
}

/**
 * The name of the line that links from one thing to another run along.
 * @param {number} src
 * @param {number} dst
 * @param {string} style
 */
export function lineKey(src, dst, style) {
  return `${src} ${dst} ${style}`;
}

/** @param {Sheet} sheet @param {Line} line */
function keyOf(sheet, line) {
  const [src, dst] = line.flipped ? [line.head, line.tail] : [line.tail, line.head];
  return lineKey(beyond(sheet, src), beyond(sheet, dst), line.style);
}

/**
 * The name of a frame's port for the links of one style to or from a neighbour.
 * @param {number} neighbour
 * @param {string} style
 * @param {boolean} flipped
 */
export function portKey(neighbour, style, flipped) {
  return `${neighbour} ${style} ${flipped}`;
}
