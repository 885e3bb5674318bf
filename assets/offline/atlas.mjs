/** The graph that the file holds: what an atlas says of each op, group and scope, made ready for looking things up. */

/**
 * Children are numbers: an op's place in `ops`, or −1 − a group's place in `groups`.
 * @typedef {{children: number[], kind: string, x: number, y: number, w: number, h: number, anchor: number,
 *   insides: number[]}} Cell its children and the lines inside it by their numbers in the sheet
 * @typedef {{tail: number, head: number, style: string, flipped: boolean, label: string, weight: number,
 *   curve: number[], inside: boolean}} Line from node to node, downwards; `flipped` where the data runs up
 * @typedef {{children: number[], rects: import("./cells.mjs").Rect[], cells: Cell[], cellOf: number[],
 *   ins: Map<number, number[]>, outs: Map<number, number[]>, tops: number[][], bottoms: number[][],
 *   ports: {neighbour: number, style: string, flipped: boolean}[], lines: Line[],
 *   lineOf: Map<string, number>}} Sheet nodes are its children by place, then its top ports, then its bottom ports
 */

export const ROOT = -1; // the group number that stands for the page
const STYLES = ["data", "control", "update"];
const TENTH = 0.1;
const CELLS = ["pills", "grid"];

/** The child number of a group. */
export function childOf(group) {
  return -1 - group;
}

/** @param {object} level one level of detail as the file holds it */
export function readAtlas(level) {
  const ops = level.boxes;
  const placeOf = new Map(level.groups.map((group, i) => [group.box.id, i]));
  const groups = level.groups.map((group) => ({ ...group, parent: placeOf.get(group.box.parent) ?? ROOT }));
  const pathOf = ops.map((op) => pathTo(groups, placeOf.get(op.parent) ?? ROOT));
  const numberOf = new Map([...ops.map((op, i) => [op.id, i]), ...groups.map((group, i) => [group.box.id, childOf(i)])]);
  const sheets = new Map();

  /** The sheet of a group, read when it is first needed. @returns {Sheet} */
  function sheetOf(group) {
    if (!sheets.has(group)) sheets.set(group, readSheet(level.sheets[group + 1]));
    return sheets.get(group);
  }

  /** The ids of the groups around an op or a group, outermost first. */
  function around(id) {
    const number = numberOf.get(id);
    const path = number < 0 ? pathTo(groups, groups[-1 - number].parent) : pathOf[number];
    return path.map((group) => groups[group].box.id);
  }
  return { ops, groups, pathOf, numberOf, sheetOf, around, wires: level.wires, labels: level.labels, level };
}

/** The groups around what lies in a group, outermost first. @returns {number[]} */
export function pathTo(groups, group) {
  const path = [];
  for (let at = group; at !== ROOT; at = groups[at].parent) path.unshift(at);
  return path;
}

const pixels = (numbers) => numbers.map((number) => number * TENTH);
const pairs = (numbers) => Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[2 * i] * TENTH, numbers[2 * i + 1] * TENTH]);

/** @returns {Sheet} */
function readSheet(told) {
  const rects = Array.from({ length: told.children.length }, (_, i) => {
    const [x, y, w, h] = pixels(told.rects.slice(4 * i, 4 * i + 4));
    return { x, y, w, h };
  });
  const tops = pairs(told.tops);
  const bottoms = pairs(told.bottoms);
  const ports = told.ports.map(([neighbour, style, flipped]) => ({ neighbour, style: STYLES[style], flipped: flipped === 1 }));
  const lines = told.lines.map(readLine);
  const cells = readCells(told, rects);
  const cellOf = [];
  cells.forEach((cell, i) => cell.children.forEach((child) => (cellOf[child] = i)));
  lines.forEach((line, i) => line.inside && cells[cellOf[line.tail]].insides.push(i));
  const curves = (list) => new Map(list.map(([child, ...numbers]) => [child, pixels(numbers)]));
  const sheet = { children: told.children, rects, cells, cellOf, ins: curves(told.ins), outs: curves(told.outs), tops, bottoms, ports, lines };
  return { ...sheet, lineOf: new Map(lines.map((line, i) => [keyOf(sheet, line), i])) };
}

function readLine([tail, head, style, flipped, inside, label, weight, ...numbers]) {
  return { tail, head, style: STYLES[style], flipped: flipped === 1, inside: inside === 1, label, weight, curve: pixels(numbers) };
}

function readCells(told, rects) {
  const cells = told.cells.map(([kind, anchor, x, y, w, h, ...children]) => {
    const [anchorX, left, top, width, height] = pixels([anchor, x, y, w, h]);
    return { kind: CELLS[kind], children, x: left, y: top, w: width, h: height, anchor: anchorX, insides: [] };
  });
  const taken = new Set(cells.flatMap((cell) => cell.children));
  rects.forEach((rect, child) => {
    if (!taken.has(child)) cells.push({ kind: "box", children: [child], ...rect, anchor: rect.x + rect.w / 2, insides: [] });
  });
  return cells;
}

/** What lies at a node of a sheet: a child's number, or that of the neighbour behind a port. @param {Sheet} sheet */
export function beyond(sheet, node) {
  const count = sheet.children.length;
  return node < count ? sheet.children[node] : sheet.ports[node - count].neighbour;
}

/** The name of the line that links from one thing to another run along. */
export function lineKey(src, dst, style) {
  return `${src} ${dst} ${style}`;
}

function keyOf(sheet, line) {
  const [src, dst] = line.flipped ? [line.head, line.tail] : [line.tail, line.head];
  return lineKey(beyond(sheet, src), beyond(sheet, dst), line.style);
}

/** The name of a frame's port for the links of one style to or from a neighbour. */
export function portKey(neighbour, style, flipped) {
  return `${neighbour} ${style} ${flipped}`;
}
