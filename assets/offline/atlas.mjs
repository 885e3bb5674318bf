/** The graph that the file holds: what an atlas says of each op, group and scope, made ready for looking things up. */

/**
 * Children are numbers: an op's place in `ops`, or −1 − a group's place in `groups`.
 * @typedef {{children: number[], kind: string, x: number, y: number, w: number, h: number, anchor: number,
 *   insides: number[]}} Cell its children and the lines inside it by their numbers in the sheet
 * @typedef {{tail: number, head: number, style: string, flipped: boolean, label: string, spot: number[] | null,
 *   pull: number, curve: number[], inside: boolean}} Line from node to node, downwards; `flipped` where
 *   the data runs up
 * @typedef {{children: number[], open: number[], reach: number[], shape: number[],
 *   rects: import("./cells.mjs").Rect[], cells: Cell[], cellOf: number[],
 *   ins: Map<number, number[]>, outs: Map<number, number[]>, tops: number[][], bottoms: number[][],
 *   ports: {neighbour: number, style: string, flipped: boolean}[], lines: Line[],
 *   lineOf: Map<string, number>}} Sheet nodes are its children by place, then its top ports, then its bottom ports
 */

export const ROOT = -1; // the group number that stands for the page
export const STYLES = ["data", "control", "update", "shared"];
const FAINT = 0.2; // the pull of a line that the layout gave no weight
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
  const numberOf = new Map(ops.map((op, i) => [op.id, i]));
  groups.forEach((group, i) => numberOf.set(group.box.id, childOf(i)));
  const asSeen = new Map(level.asSeen.map((told) => [told.group, told]));
  const sheets = new Map();

  /** A sheet, read when it is first needed. @returns {Sheet} */
  function read(told) {
    if (!sheets.has(told)) sheets.set(told, readSheet(told));
    return sheets.get(told);
  }

  /** The sheet of a group for a set of open children: the one as seen at first, where all open on it are among them. */
  function sheetOf(group, open) {
    const seen = asSeen.get(group);
    const fits = seen && seen.open.every((place) => open.has(seen.children[place]));
    return read(fits ? seen : level.sheets[group + 1]);
  }

  /** The ids of the groups around an op or a group, outermost first. */
  function around(id) {
    const number = numberOf.get(id);
    const path = number < 0 ? pathTo(groups, groups[-1 - number].parent) : pathOf[number];
    return path.map((group) => groups[group].box.id);
  }
  return { ops, groups, pathOf, numberOf, sheetOf, around, wires: level.wires, labels: level.labels, outputs: level.outputs, level };
}

/** The groups around what lies in a group, outermost first. @returns {number[]} */
export function pathTo(groups, group) {
  const path = [];
  for (let at = group; at !== ROOT && !path.includes(at); at = groups[at].parent) path.unshift(at);
  return path;
}

const pixels = (numbers) => numbers.map((number) => number * TENTH);
const cut = (numbers, size) =>
  Array.from({ length: numbers.length / size }, (_, i) => pixels(numbers.slice(size * i, size * (i + 1))));

/** @returns {Sheet} */
function readSheet(told) {
  const rects = cut(told.rects, 4).map(([x, y, w, h]) => ({ x, y, w, h }));
  const tops = cut(told.tops, 2);
  const bottoms = cut(told.bottoms, 2);
  const portOf = ([neighbour, style, flipped]) => ({ neighbour, style: STYLES[style], flipped: flipped === 1 });
  const ports = told.ports.map(portOf);
  const lines = told.lines.map(readLine);
  const cells = readCells(told, rects);
  const cellOf = [];
  cells.forEach((cell, i) => cell.children.forEach((child) => (cellOf[child] = i)));
  lines.forEach((line, i) => line.inside && cells[cellOf[line.tail]].insides.push(i));
  const curves = (list) => new Map(list.map(([child, ...numbers]) => [child, pixels(numbers)]));
  const given = { children: told.children, open: told.open, reach: pixels(told.reach), shape: pixels(told.shape) };
  const stubs = { ins: curves(told.ins), outs: curves(told.outs) };
  const sheet = { ...given, rects, cells, cellOf, ...stubs, tops, bottoms, ports, lines };
  for (const child of told.open) cells[cellOf[child]].anchor = anchorOf(sheet, child, (line) => endAt(line, child));
  return { ...sheet, lineOf: new Map(lines.map((line, i) => [keyOf(sheet, line), i])) };
}

/** The x at which a line meets a child that is open on its sheet. */
export function endAt(line, child) {
  return line.tail === child ? line.curve[0] : line.curve.at(-2);
}

/** The mean x of the lines at an open child, the main ones first. @param {function(Line): number} xOf */
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

function readLine([tail, head, style, flipped, inside, label, spot, weight, ...numbers]) {
  const how = { style: STYLES[style], flipped: flipped === 1, inside: inside === 1 };
  return { tail, head, ...how, label, spot: spot && pixels(spot), pull: weight || FAINT, curve: pixels(numbers) };
}

function readCells(told, rects) {
  const cells = told.cells.map(([kind, anchor, x, y, w, h, ...children]) => {
    const [anchorX, left, top, width, height] = pixels([anchor, x, y, w, h]);
    return { kind: CELLS[kind], children, x: left, y: top, w: width, h: height, anchor: anchorX, insides: [] };
  });
  const taken = new Set(cells.flatMap((cell) => cell.children));
  rects.forEach((rect, child) => {
    const anchor = rect.x + rect.w / 2;
    if (!taken.has(child)) cells.push({ kind: "box", children: [child], ...rect, anchor, insides: [] });
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
