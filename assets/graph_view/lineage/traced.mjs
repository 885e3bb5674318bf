/** What a trace found, ready for marking boxes and links, and in words. Pure functions. */

/**
 * @typedef {{side: string, count: number, total: number}} Mark the side of a box (start, up, down, both, on, chosen),
 *   and how many of its ops are traced, of how many
 * @typedef {{boxes: Map<string, Mark>, links: Map<number, string>}} Traced links by their number in the scene
 */

const SIGNS = { up: "↑", down: "↓", both: "↕" };
const SIDES = {
  start: "start or end",
  up: "upstream",
  down: "downstream",
  both: "upstream and downstream",
  on: "on a path",
  chosen: "on the path",
};

/**
 * The marks of a trace in a scene; null where it marks nothing.
 * @param {import("../scene/scene.mjs").Scene | null} scene @param {object | null} told the `traced` prop
 * @returns {Traced | null}
 */
export function tracedIn(scene, told) {
  if (!scene || !told?.boxes) return null;
  const known = new Map(told.boxes.map(([id, side, count, total]) => [id, { side, count, total }]));
  const boxes = new Map([...known].filter(([id]) => scene.boxOf.has(id)));
  const name = (number) => told.boxes[number][0];
  const sides = new Map(told.links.map(([src, dst, style, side]) => [keyOf(name(src), name(dst), style), side]));
  const links = new Map();
  scene.links.forEach((link, i) => {
    const side = sides.get(keyOf(link.src, link.dst, link.style));
    if (side) links.set(i, side);
  });
  return { boxes, links };
}

const keyOf = (src, dst, style) => `${src}\n${dst}\n${style}`;

/** What stands on a box's badge: the direction, and on a closed group how many of its ops; "" for no badge. */
export function badgeOf(box, mark) {
  const sign = SIGNS[mark.side] ?? "";
  if (box.kind !== "group" || !mark.count) return mark.side === "start" && box.kind !== "group" ? "●" : sign;
  const share = isWhole(mark) ? `all ${number(mark.total)}` : `${number(mark.count)} of ${number(mark.total)}`;
  return `${sign} ${share}`.trim();
}

/** Whether a box is an end of what is traced, or on the path that was chosen. */
export function isRinged(mark) {
  return mark.side === "start" || mark.side === "chosen";
}

/** Whether all of a box is traced. */
export function isWhole(mark) {
  return mark.count === mark.total;
}

/** What a screen reader says of a box; "" for one that is not traced. @param {import("../draw/draw.mjs").Marks} marks */
export function tracedWords({ traced, begin }, item) {
  if (begin === item.id) return "paths begin here";
  const mark = traced?.boxes.get(item.id);
  if (!mark) return "";
  const share = item.kind === "group" && mark.count ? `${number(mark.count)} of ${number(mark.total)} ` : "";
  return `${share}${SIDES[mark.side]}`;
}

const number = (value) => value.toLocaleString("en-US");

const QUESTION = /^(up|down|both|from|paths)(\d*):(.*)$/s;

/** A question in its parts; null for none. */
function parse(text) {
  const match = QUESTION.exec(text ?? "");
  return match ? { way: match[1], number: Number(match[2]), target: match[3] } : null;
}

/**
 * What a key asks: the whole way up or down from a box, once more nothing; with Shift one step, then one more each time.
 * @param {string} text what is asked now @param {"up" | "down"} way @param {string} id @param {boolean} byStep
 */
export function nextTrace(text, way, id, byStep) {
  const now = parse(text);
  const same = now?.way === way && now.target === id;
  if (byStep) return `${way}${same && now.number ? now.number + 1 : 1}:${id}`;
  return same && !now.number ? "" : `${way}:${id}`;
}

/** The box where paths are to begin; "" for none. */
export function pathsBegin(text) {
  const now = parse(text);
  return now?.way === "from" ? now.target : "";
}

/** What the paths' key asks: paths from a box, once more nothing; from another box the paths to it. */
export function nextPaths(text, id) {
  const first = pathsBegin(text);
  if (!first) return `from:${id}`;
  return first === id ? "" : pathsBetween(first, id);
}

/** The paths from one box to another. */
export function pathsBetween(first, last) {
  return `paths:${first}..${last}`;
}
