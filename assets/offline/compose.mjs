/** The scene for any set of open groups, put together from the sheets of an atlas, from the inside out. */

import { lastOf, listOf, valueOf } from "../graph_view/lookup.mjs";
import { spelledOut } from "../graph_view/groups/opened.mjs";
import { arrange } from "./arrange.mjs";
import { ROOT, childOf, pathTo, portKey } from "./atlas.mjs";
import { placeLinks } from "./place_links.mjs";
import constants from "../shared_constants.json" with { type: "json" };

/**
 * @import { Scene } from "../types.mjs"
 * @import { Arrangement, Atlas, Framed, Inside, Places, Sheet } from "./types.mjs"
 */

const { FRAME_PADDING_PX, PAGE_PADDING_PX, PORT_TOP_PX, TITLE_BAR_PX, TITLE_GAP_PX } = constants;
const MOST_KEPT = 4000; // arrangements

/** @typedef {Omit<Scene, "key">} Composed */

/** @param {Atlas} atlas */
export function createComposer(atlas) {
  /** @type {Map<string, Framed>} */
  const frames = new Map(); // what is open in a group → its arrangement and frame
  let count = 0;

  /**
   * The frame of an open group, or of the page, with all that is open inside it.
   * @param {number} group
   * @param {Inside[]} inside
   */
  function framed(group, inside) {
    const key = `${group}:${inside.map(({ frame }) => frame.number).join(" ")}`;
    const cached = frames.get(key);
    if (cached) return cached;
    if (frames.size > MOST_KEPT) frames.clear();
    const sheet = atlas.sheetOf(group, new Set(inside.map((one) => childOf(one.group))));
    const open = new Map(inside.map((one) => [sheet.children.indexOf(childOf(one.group)), one.frame]));
    const frame = frameAround(sheet, arrange(sheet, open), atlas.groups[group]?.titleWidth ?? 0);
    count += 1;
    const numbered = { ...frame, number: count };
    frames.set(key, numbered);
    return numbered;
  }

  const depths = boxesAtDepths(atlas);
  const within = boxesWithin(atlas);

  /** @param {string[]} ids what is open, see opened.mjs @returns {Composed} the scene as GraphView takes it */
  function compose(ids) {
    const open = openGroups(atlas, ids);
    /** @type {Map<number, Inside[]>} */
    const inside = new Map([ROOT, ...open].map((group) => [group, []]));
    for (const group of innermostFirst(atlas, open)) {
      listOf(inside, atlas.groups[group].parent).push({ group, frame: framed(group, listOf(inside, group)) });
    }
    const page = framed(ROOT, listOf(inside, ROOT));
    const spots = placeAll(atlas, page, inside);
    const links = placeLinks(atlas, open, spots);
    return {
      width: page.arrangement.left + page.arrangement.w + page.arrangement.right + 2 * PAGE_PADDING_PX,
      height: page.arrangement.h + 2 * PAGE_PADDING_PX,
      boxes: spots.boxes,
      frames: spots.frames,
      links,
      tensors: atlas.labels.map(([words]) => words),
      open: [...open].map((group) => atlas.groups[group].box.id).sort(),
      depths,
      inside: insideOf(atlas, within, new Set(inside.keys())),
    };
  }

  return compose;
}

/**
 * How many boxes there are with everything open down to each depth, from 0, where all is closed.
 * @param {Atlas} atlas
 */
function boxesAtDepths(atlas) {
  /** @type {number[]} */
  const closed = [];
  /** @type {number[]} */
  const loose = [];
  /** @param {number[]} list @param {number} depth */
  const count = (list, depth) => (list[depth] = (list[depth] ?? 0) + 1);
  atlas.groups.forEach((group) => count(closed, pathTo(atlas.groups, group.parent).length));
  atlas.pathOf.forEach((path) => count(loose, path.length));
  let above = 0;
  return Array.from({ length: closed.length + 1 }, (_, depth) => {
    above += loose[depth] ?? 0;
    return above + (closed[depth] ?? 0);
  });
}

/**
 * How many boxes there are in each group with one level of it open, with two, and so on until all is open.
 * @param {Atlas} atlas
 */
function boxesWithin(atlas) {
  const ops = atlas.groups.map(() => 0);
  /** @type {number[][]} */
  const children = atlas.groups.map(() => []);
  for (const path of atlas.pathOf) if (path.length) ops[lastOf(path)] += 1;
  atlas.groups.forEach(({ parent }, group) => parent !== ROOT && children[parent].push(group));
  /** @type {number[][]} */
  const within = [];
  for (let group = atlas.groups.length - 1; group >= 0; group--) {
    const inner = children[group].map((child) => within[child]);
    const levels = Math.max(0, ...inner.map((counts) => counts.length));
    /** @param {number} level */
    const sum = (level) => inner.reduce((total, counts) => total + counts[Math.min(level, counts.length - 1)], ops[group]);
    within[group] = [ops[group] + inner.length, ...Array.from({ length: levels }, (_, level) => sum(level))];
  }
  return within;
}

/**
 * How many boxes each group in open scopes has inside it, where it has groups inside.
 * @param {Atlas} atlas
 * @param {number[][]} within
 * @param {Set<number>} open
 */
function insideOf(atlas, within, open) {
  const counts = atlas.groups.flatMap(({ box, parent }, group) => (open.has(parent) && within[group].length > 1 ? [[box.id, within[group]]] : []));
  return Object.fromEntries(counts);
}

/**
 * The numbers of the open groups that are seen: those without a closed one around them.
 * @param {Atlas} atlas
 * @param {string[]} words
 */
function openGroups(atlas, words) {
  /** @param {number} group */
  const around = (group) => pathTo(atlas.groups, atlas.groups[group].parent);
  const open = spelledOut(words, atlas.groups.map(({ box, parent }) => ({ id: box.id, parent })));
  return new Set([...open].filter((group) => around(group).every((outer) => open.has(outer))));
}

/** @param {Atlas} atlas @param {Set<number>} open */
function innermostFirst(atlas, open) {
  /** @param {number} group */
  const depth = (group) => pathTo(atlas.groups, group).length;
  return [...open].sort((a, b) => depth(b) - depth(a) || a - b);
}

/**
 * The frame around an arrangement, and where its ports are.
 * @param {Sheet} sheet
 * @param {Arrangement} arrangement
 * @param {number} titleWidth
 */
function frameAround(sheet, arrangement, titleWidth) {
  const [w, h, x, y] = arrangement.shape ?? shapeAround(arrangement, titleWidth);
  const points = [...arrangement.tops, ...arrangement.bottoms];
  const ports = new Map(
    sheet.ports.map(({ neighbour, style, flipped }, i) => [portKey(neighbour, style, flipped), x + points[i][0]]),
  );
  return { sheet, arrangement, w, h, x, y, ports };
}

/**
 * The title bar on top, padding around, the boxes in the middle where there is room.
 * @param {Arrangement} arrangement
 * @param {number} titleWidth
 */
function shapeAround({ w, h, left, right, tops, bottoms }, titleWidth) {
  const width = Math.round(Math.max(titleWidth, left + w + right + 2 * FRAME_PADDING_PX));
  const x = Math.min(Math.max((width - w) / 2, FRAME_PADDING_PX + left), width - FRAME_PADDING_PX - w - right);
  const y = Math.max(TITLE_BAR_PX + TITLE_GAP_PX, ...tops.map((port) => PORT_TOP_PX - port[1]));
  const under = Math.max(h + FRAME_PADDING_PX, ...bottoms.map((port) => port[1]));
  return [width, Math.round(y + under), x, y];
}

/**
 * Boxes and frames from the page inwards, and where each open sheet begins.
 * @param {Atlas} atlas
 * @param {Framed} page
 * @param {Map<number, Inside[]>} inside
 */
function placeAll(atlas, page, inside) {
  const start = { x: PAGE_PADDING_PX + page.arrangement.left, y: PAGE_PADDING_PX };
  const border = { ...start, w: page.w, h: page.h };
  /** @type {Places} */
  const places = { boxes: [], frames: [], origins: new Map([[ROOT, { ...start, frame: page, depth: -1, border }]]) };
  const { boxes, frames, origins } = places;
  const waiting = [ROOT];
  for (let scope = waiting.shift(); scope !== undefined; scope = waiting.shift()) {
    const { x, y, frame, depth } = valueOf(origins, scope);
    const inner = new Map(listOf(inside, scope).map((one) => [childOf(one.group), one]));
    frame.sheet.children.forEach((child, i) => {
      const rect = frame.arrangement.rects[i];
      const at = { x: x + rect.x, y: y + rect.y, w: rect.w, h: rect.h };
      const one = inner.get(child);
      if (!one) {
        boxes.push({ ...(child < 0 ? atlas.groups[-1 - child].box : atlas.ops[child]), ...at });
        return;
      }
      frames.push({ ...atlas.groups[one.group].frame, ...at, depth: depth + 1 });
      const begins = { x: at.x + one.frame.x, y: at.y + one.frame.y };
      origins.set(one.group, { ...begins, frame: one.frame, depth: depth + 1, border: at });
      waiting.push(one.group);
    });
  }
  return places;
}
