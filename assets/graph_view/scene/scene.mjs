/** A scene made ready for drawing, picking and walking: lookups, the reading order and grids for culling. */

import { listOf } from "../lookup.mjs";
import constants from "../../shared_constants.json" with { type: "json" };

/**
 * @import { Box, Frame, Link, Scene } from "../../types.mjs"
 * @import { Entry, Item, ReadyScene, Rect, SceneBox, SceneLink } from "../types.mjs"
 */

const { TITLE_BAR_PX, TOGGLE_PX } = constants;
const CELL = 512;

/** Rectangles by place, so that what is in sight is found without looking at the rest. */
export class Grid {
  /** @param {Rect[]} rects */
  constructor(rects) {
    this.rects = rects;
    /** @type {Map<number, number[]>} */
    this.cells = new Map();
    rects.forEach((rect, i) => {
      for (const key of cellsOf(rect)) listOf(this.cells, key).push(i);
    });
  }

  /** The indices of the rectangles that touch a rectangle, in order. @param {Rect} rect @returns {number[]} */
  touching(rect) {
    const { rects } = this;
    /** @param {number} i */
    const touches = (i) => overlap(rects[i], rect);
    if (rect.w * rect.h > CELL * CELL * 256) return [...rects.keys()].filter(touches);
    /** @type {Set<number>} */
    const hits = new Set();
    for (const key of cellsOf(rect)) this.cells.get(key)?.forEach((i) => hits.add(i));
    return [...hits].filter(touches).sort((a, b) => a - b);
  }
}

/** @param {Rect} rect */
function* cellsOf(rect) {
  for (let cx = Math.floor(rect.x / CELL); cx <= Math.floor((rect.x + rect.w) / CELL); cx++) {
    for (let cy = Math.floor(rect.y / CELL); cy <= Math.floor((rect.y + rect.h) / CELL); cy++) {
      yield cx * 100003 + cy;
    }
  }
}

/** @param {Rect} a @param {Rect} b */
export function overlap(a, b) {
  return a.x <= b.x + b.w && b.x <= a.x + a.w && a.y <= b.y + b.h && b.y <= a.y + a.h;
}

/** @param {Rect} rect @param {number} x @param {number} y */
export function contains(rect, x, y) {
  return x >= rect.x && x <= rect.x + rect.w && y >= rect.y && y <= rect.y + rect.h;
}

/** @param {Scene} scene the `scene` prop of GraphView @returns {ReadyScene} */
export function prepareScene(scene) {
  const frames = [...scene.frames].sort((a, b) => a.depth - b.depth);
  const frameOf = new Map(frames.map((frame) => [frame.id, frame]));
  const boxes = scene.boxes.map((box) => ({ ...box, depthBehind: frameOf.get(box.parent)?.depth ?? -1 }));
  const boxOf = new Map(boxes.map((box) => [box.id, box]));
  const frameGrid = new Grid(frames);
  const links = scene.links.map((link) => ({
    ...link,
    rect: boundsOf(link),
    depth: Math.max(-1, ...frameGrid.touching({ x: link.lx, y: link.ly, w: 0, h: 0 }).map((i) => frames[i].depth)),
  }));
  /** @type {Map<string, number[]>} */
  const linksOf = new Map();
  links.forEach((link, i) => {
    for (const id of new Set([link.src, link.dst])) listOf(linksOf, id).push(i);
  });
  return {
    key: scene.key,
    traced: scene.traced ?? "",
    width: scene.width,
    height: scene.height,
    open: scene.open,
    depths: scene.depths ?? [],
    most: scene.most ?? Infinity,
    inside: scene.inside ?? {},
    tensors: scene.tensors ?? [],
    trail: scene.crumbs ?? [], // from the whole graph into what is shown of it
    focus: scene.focus, // the group that is the whole picture; undefined where no group can be
    hidden: scene.hidden ?? [],
    lost: scene.lost ?? "",
    boxes,
    frames,
    links,
    boxOf,
    frameOf,
    linksOf,
    boxGrid: new Grid(boxes),
    frameGrid,
    linkGrid: new Grid(links.map((link) => link.rect)),
    order: readingOrder(boxes, frames),
    families: [...new Set(scene.boxes.filter(hasFamily).map((box) => box.family || "other"))],
    styles: [...new Set(scene.links.map((link) => link.style))],
  };
}

/** Whether the legend tells a box's family. @param {Box} box */
function hasFamily(box) {
  return box.kind !== "stub" && (box.kind !== "group" || box.family);
}

/**
 * Boxes and frames as a tree is read: a frame, then what is in it, from the top left to the bottom right.
 * @param {SceneBox[]} boxes
 * @param {Frame[]} frames
 */
function readingOrder(boxes, frames) {
  /** @type {Map<string, Item[]>} */
  const childrenOf = new Map();
  for (const item of [...frames, ...boxes]) listOf(childrenOf, item.parent).push(item);
  for (const list of childrenOf.values()) list.sort((a, b) => a.y - b.y || a.x - b.x);
  /** @type {Entry[]} */
  const order = [];
  const entered = new Set();
  const stack = [{ list: childrenOf.get("") ?? [], next: 0, level: 1 }];
  while (stack.length) {
    const top = stack[stack.length - 1];
    if (top.next >= top.list.length) {
      stack.pop();
      continue;
    }
    const item = top.list[top.next++];
    order.push({ item, level: top.level, position: top.next, siblings: top.list.length });
    const inside = isFrame(item) && !entered.has(item.id) ? childrenOf.get(item.id) : undefined;
    entered.add(item.id);
    if (inside) stack.push({ list: inside, next: 0, level: top.level + 1 });
  }
  return order;
}

/** @param {Link} link */
function boundsOf({ points, label, lx, ly }) {
  let [left, top, right, bottom] = label ? [lx - 70, ly - 8, lx + 70, ly + 8] : [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i + 1 < points.length; i += 2) {
    left = Math.min(left, points[i]);
    right = Math.max(right, points[i]);
    top = Math.min(top, points[i + 1]);
    bottom = Math.max(bottom, points[i + 1]);
  }
  return { x: left - 6, y: top - 6, w: right - left + 12, h: bottom - top + 12 };
}

/** A box or a frame by its id. @param {ReadyScene} scene @param {string | null | undefined} id @returns {Item | undefined} */
export function itemOf(scene, id) {
  return id ? (scene.boxOf.get(id) ?? scene.frameOf.get(id)) : undefined;
}

/** Whether an item is a frame, that is, an open group. @param {Item} item @returns {item is Frame} */
export function isFrame(item) {
  return item.depth !== undefined;
}

/** Whether an item can be opened or closed. @param {Item} item */
export function isGroup(item) {
  return isFrame(item) || item.kind === "group";
}

/**
 * Where an item is pointed at, focused and named: a box as a whole, a frame by its title bar.
 * @param {Item} item
 * @returns {Rect}
 */
export function handleOf(item) {
  return isFrame(item) ? { x: item.x, y: item.y, w: item.w, h: Math.min(TITLE_BAR_PX, item.h) } : item;
}

/** The + or − of a group. @param {Item} item @returns {Rect} */
export function toggleOf(item) {
  const handle = handleOf(item);
  return { x: handle.x + handle.w - TOGGLE_PX, y: handle.y, w: TOGGLE_PX, h: handle.h };
}

/**
 * The ids of the frames around an item, innermost first. @param {ReadyScene} scene
 * @param {Item} item
 * @returns {string[]}
 */
export function ancestorsOf(scene, item) {
  /** @type {string[]} */
  const hits = [];
  let frame = scene.frameOf.get(item.parent);
  while (frame && !hits.includes(frame.id)) {
    hits.push(frame.id);
    frame = scene.frameOf.get(frame.parent);
  }
  return hits;
}

/**
 * What lies at a point of the world: a box, a frame's title bar or nothing. @param {ReadyScene} scene
 * @param {number} x
 * @param {number} y
 */
export function itemAt(scene, x, y) {
  const spot = { x, y, w: 0, h: 0 };
  const box = scene.boxGrid.touching(spot).at(-1);
  if (box !== undefined) return scene.boxes[box];
  const frames = scene.frameGrid.touching(spot).map((i) => scene.frames[i]);
  return frames.reverse().find((frame) => contains(handleOf(frame), x, y)) ?? null;
}

/**
 * The link within `reach` of a point of the world, or null. @param {ReadyScene} scene
 * @param {number} x
 * @param {number} y
 * @param {number} reach
 * @returns {SceneLink | null}
 */
export function linkAt(scene, x, y, reach) {
  const spot = { x: x - reach, y: y - reach, w: 2 * reach, h: 2 * reach };
  let best = null;
  let least = reach;
  for (const i of scene.linkGrid.touching(spot)) {
    const distance = distanceTo(scene.links[i].points, x, y);
    if (distance < least) {
      least = distance;
      best = scene.links[i];
    }
  }
  return best;
}

/** @param {number[]} points @param {number} x @param {number} y */
function distanceTo(points, x, y) {
  let least = Infinity;
  for (let i = 0; i + 7 < points.length; i += 6) {
    const [x0, y0, x1, y1, x2, y2, x3, y3] = points.slice(i, i + 8);
    let px = x0;
    let py = y0;
    for (let step = 1; step <= 12; step++) {
      const t = step / 12;
      const u = 1 - t;
      const qx = u * u * u * x0 + 3 * u * u * t * x1 + 3 * u * t * t * x2 + t * t * t * x3;
      const qy = u * u * u * y0 + 3 * u * u * t * y1 + 3 * u * t * t * y2 + t * t * t * y3;
      least = Math.min(least, distanceToSegment(x, y, px, py, qx, qy));
      px = qx;
      py = qy;
    }
  }
  return least;
}

/** @param {number} x @param {number} y @param {number} ax @param {number} ay @param {number} bx @param {number} by */
function distanceToSegment(x, y, ax, ay, bx, by) {
  const length = (bx - ax) ** 2 + (by - ay) ** 2 || 1;
  const t = Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length));
  return Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay));
}

/** @type {Record<string, number[]>} */
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/**
 * The item nearest to another in the direction of an arrow key, or null. @param {ReadyScene} scene
 * @param {Item} item
 * @param {string} key
 */
export function neighbour(scene, item, key) {
  const [dx, dy] = ARROWS[key];
  const from = centerOf(handleOf(item));
  let best = null;
  let least = Infinity;
  for (const { item: other } of scene.order) {
    if (other === item) continue;
    const to = centerOf(handleOf(other));
    const ahead = (to.x - from.x) * dx + (to.y - from.y) * dy;
    const aside = Math.abs((to.x - from.x) * dy) + Math.abs((to.y - from.y) * dx);
    if (ahead <= 1 || aside > 3 * ahead + 40) continue;
    const cost = ahead + 2 * aside;
    if (cost < least) {
      least = cost;
      best = other;
    }
  }
  return best;
}

/** @param {Rect} rect */
function centerOf(rect) {
  return { x: rect.x + rect.w / 2, y: rect.y + rect.h / 2 };
}
