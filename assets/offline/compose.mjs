/** The scene for any set of open groups, put together from the sheets of an atlas, from the inside out. */

import { spelledOut } from "../graph_view/groups/opened.mjs";
import { arrange } from "./arrange.mjs";
import { ROOT, childOf, lineKey, pathTo, portKey } from "./atlas.mjs";
import { below, join, move, reverse, straight } from "./curves.mjs";
import { visibleLinks, visiblePlaces } from "./links.mjs";

const PAGE_PADDING = 24;
const FRAME_PADDING = 20;
const TITLE_BAR = 34;
const TITLE_GAP = 12;
const CORNER = 6; // of a line that comes in from a frame's side
const MOST_KEPT = 4000; // arrangements

/** @param {ReturnType<import("./atlas.mjs").readAtlas>} atlas */
export function createComposer(atlas) {
  const kept = new Map(); // what is open in a group → its arrangement and frame
  let made = 0;

  /** The frame of an open group, or of the page, with all that is open inside it. */
  function framed(group, inside) {
    const key = `${group}:${inside.map(({ frame }) => frame.number).join(" ")}`;
    const known = kept.get(key);
    if (known) return known;
    if (kept.size > MOST_KEPT) kept.clear();
    const sheet = atlas.sheetOf(group, new Set(inside.map((one) => childOf(one.group))));
    const open = new Map(inside.map((one) => [sheet.children.indexOf(childOf(one.group)), one.frame]));
    const frame = frameAround(sheet, arrange(sheet, open), atlas.groups[group]?.titleWidth ?? 0);
    made += 1;
    kept.set(key, { ...frame, number: made });
    return kept.get(key);
  }

  const depths = boxesAtDepths(atlas);

  /** @param {string[]} ids what is open, see opened.mjs @returns {object} the scene as GraphView takes it */
  function compose(ids) {
    const open = openGroups(atlas, ids);
    const inside = new Map([ROOT, ...open].map((group) => [group, []]));
    for (const group of innermostFirst(atlas, open)) {
      inside.get(atlas.groups[group].parent).push({ group, frame: framed(group, inside.get(group)) });
    }
    const page = framed(ROOT, inside.get(ROOT));
    const spots = placeAll(atlas, page, inside);
    const links = placeLinks(atlas, open, spots);
    return {
      width: page.arrangement.left + page.arrangement.w + page.arrangement.right + 2 * PAGE_PADDING,
      height: page.arrangement.h + 2 * PAGE_PADDING,
      boxes: spots.boxes,
      frames: spots.frames,
      links,
      tensors: atlas.labels.map(([words]) => words),
      open: [...open].map((group) => atlas.groups[group].box.id).sort(),
      depths,
      inside: insideOf(inside.keys()),
    };
  }

  const within = boxesWithin(atlas);

  /** How many boxes each group in open scopes has inside it, where it has groups inside. */
  function insideOf(scopes) {
    const open = new Set(scopes);
    const told = [...atlas.groups.keys()].filter((group) => open.has(atlas.groups[group].parent) && within[group].length > 1);
    return Object.fromEntries(told.map((group) => [atlas.groups[group].box.id, within[group]]));
  }
  return compose;
}

/** How many boxes there are with everything open down to each depth, from 0, where all is closed. */
function boxesAtDepths(atlas) {
  const closed = [];
  const loose = [];
  const count = (list, depth) => (list[depth] = (list[depth] ?? 0) + 1);
  atlas.groups.forEach((group) => count(closed, pathTo(atlas.groups, group.parent).length));
  atlas.pathOf.forEach((path) => count(loose, path.length));
  let above = 0;
  return Array.from({ length: closed.length + 1 }, (_, depth) => {
    above += loose[depth] ?? 0;
    return above + (closed[depth] ?? 0);
  });
}

/** How many boxes there are in each group with one level of it open, with two, and so on until all is open. */
function boxesWithin(atlas) {
  const ops = atlas.groups.map(() => 0);
  const children = atlas.groups.map(() => []);
  for (const path of atlas.pathOf) if (path.length) ops[path.at(-1)] += 1;
  atlas.groups.forEach(({ parent }, group) => parent !== ROOT && children[parent].push(group));
  const within = [];
  for (let group = atlas.groups.length - 1; group >= 0; group--) {
    const inner = children[group].map((child) => within[child]);
    const levels = Math.max(0, ...inner.map((counts) => counts.length));
    const sum = (level) => inner.reduce((total, counts) => total + counts[Math.min(level, counts.length - 1)], ops[group]);
    within[group] = [ops[group] + inner.length, ...Array.from({ length: levels }, (_, level) => sum(level))];
  }
  return within;
}

/** The numbers of the open groups that are seen: those without a closed one around them. */
function openGroups(atlas, words) {
  const around = (group) => pathTo(atlas.groups, atlas.groups[group].parent);
  const asked = spelledOut(words, atlas.groups.map(({ box, parent }) => ({ id: box.id, parent })));
  return new Set([...asked].filter((group) => around(group).every((outer) => asked.has(outer))));
}

function innermostFirst(atlas, open) {
  const depth = (group) => pathTo(atlas.groups, group).length;
  return [...open].sort((a, b) => depth(b) - depth(a) || a - b);
}

/** The frame around an arrangement, and where its ports are. */
function frameAround(sheet, arrangement, titleWidth) {
  const [w, h, x, y] = arrangement.shape ?? shapeAround(arrangement, titleWidth);
  const points = [...arrangement.tops, ...arrangement.bottoms];
  const ports = new Map(
    sheet.ports.map(({ neighbour, style, flipped }, i) => [portKey(neighbour, style, flipped), x + points[i][0]]),
  );
  return { sheet, arrangement, w, h, x, y, ports };
}

/** The title bar on top, padding around, the boxes in the middle where there is room. */
function shapeAround({ w, h, left, right, tops, bottoms }, titleWidth) {
  const width = Math.round(Math.max(titleWidth, left + w + right + 2 * FRAME_PADDING));
  const x = Math.min(Math.max((width - w) / 2, FRAME_PADDING + left), width - FRAME_PADDING - w - right);
  const y = Math.max(TITLE_BAR + TITLE_GAP, ...tops.map((port) => 4 - port[1]));
  const under = Math.max(h + FRAME_PADDING, ...bottoms.map((port) => port[1]));
  return [width, Math.round(y + under), x, y];
}

/** Boxes and frames from the page inwards, and where each open sheet begins. */
function placeAll(atlas, page, inside) {
  const origins = new Map([[ROOT, { x: PAGE_PADDING + page.arrangement.left, y: PAGE_PADDING, frame: page }]]);
  const boxes = [];
  const frames = [];
  const waiting = [ROOT];
  while (waiting.length) {
    const scope = waiting.shift();
    const { x, y, frame, depth = -1 } = origins.get(scope);
    const inner = new Map(inside.get(scope).map((one) => [childOf(one.group), one]));
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
  return { boxes, frames, origins };
}

// Links

function placeLinks(atlas, open, spots) {
  const places = visiblePlaces(atlas, open);
  const pieces = new Map();
  const shown = new Set();
  const taken = new Set(); // spots, by the label of another link along the same line
  return visibleLinks(atlas, places).map((link) => {
    const route = routeOf(atlas, link);
    const curves = route.map((step) => {
      const key = `${step.scope} ${step.key}`;
      if (!pieces.has(key)) pieces.set(key, pieceOf(spots, step));
      return pieces.get(key);
    });
    const spot = shown.has(`${link.src} ${link.label}`) ? null : labelSpot(spots, route, link.label, taken);
    if (spot) {
      shown.add(`${link.src} ${link.label}`);
      taken.add(String(spot));
    }
    return {
      src: idOf(atlas, link.src),
      dst: idOf(atlas, link.dst),
      points: join(enterBySide(spots, route, curves)),
      label: spot ? link.label : "",
      lx: spot?.[0] ?? 0,
      ly: spot?.[1] ?? 0,
      style: link.style,
      weight: link.weight,
      n: link.n,
      tensors: link.tensors,
      ...(link.more ? { more: link.more } : {}),
    };
  });
}

function idOf(atlas, child) {
  return child < 0 ? atlas.groups[-1 - child].box.id : atlas.ops[child].id;
}

/** The lines that a link runs along, from its source to its target: out of frames, across, into frames. */
function routeOf(atlas, link) {
  const source = chainTo(atlas, link.src);
  const target = chainTo(atlas, link.dst);
  let common = 0;
  while (source[common].child === target[common].child) common += 1;
  const [from, to] = [source[common].child, target[common].child];
  const step = (scope, src, dst) => ({ scope, key: lineKey(src, dst, link.style) });
  const leaving = source.slice(common + 1).map(({ scope, child }) => step(scope, child, to));
  const entering = target.slice(common + 1).map(({ scope, child }) => step(scope, from, child));
  return [...leaving.reverse(), { ...step(source[common].scope, from, to), meeting: true }, ...entering];
}

/** The scopes around a child, outermost first, each with the child in it that leads there. */
function chainTo(atlas, child) {
  const path = child < 0 ? pathTo(atlas.groups, atlas.groups[-1 - child].parent) : atlas.pathOf[child];
  const scopes = [ROOT, ...path];
  return scopes.map((scope, i) => ({ scope, child: i + 1 < scopes.length ? childOf(scopes[i + 1]) : child }));
}

/** A line's curve on the page, in the direction of the data, from border to border. */
function pieceOf(spots, { scope, key }) {
  const { x, y, frame, border } = spots.origins.get(scope);
  const number = frame.sheet.lineOf.get(key);
  const line = frame.sheet.lines[number];
  const count = frame.sheet.children.length;
  let curve = move(frame.arrangement.curves[number], x, y);
  if (line.tail >= count) curve = join([straight(curve[0], border.y, curve[0], curve[1]), curve]);
  if (line.head >= count) {
    const [endX, endY] = curve.slice(-2);
    curve = join([curve, straight(endX, endY, endX, border.y + border.h)]);
  }
  return line.flipped ? reverse(curve) : curve;
}

/** The pieces of a link that comes into a frame from a box at its side, led on below the frame's title bar. */
function enterBySide(spots, route, curves) {
  const at = route.findIndex((step) => step.meeting);
  const { frame } = spots.origins.get(route[at].scope);
  const line = frame.sheet.lines[frame.sheet.lineOf.get(route[at].key)];
  const [inner, turned] = line.flipped ? [at - 1, true] : [at + 1, false];
  if (!line.inside || !route[inner]) return curves;
  const led = [...curves];
  const outside = turned ? reverse(curves[at]) : curves[at];
  const [x, y] = outside.slice(-2);
  const inside = turned ? reverse(curves[inner]) : curves[inner];
  const rest = below(inside, y + CORNER);
  const lane = straight(x, y, rest[0] - CORNER, y);
  const corner = [rest[0] - CORNER, y, rest[0], y, rest[0], y, rest[0], rest[1]];
  const joined = join([lane, corner, ...(rest.length > 2 ? [rest] : [])]);
  led[inner] = turned ? reverse(joined) : joined;
  return led;
}

/** Where a link's label lies: on the first of its lines, from where its ends meet, that has this label and is free. */
function labelSpot(spots, route, label, taken) {
  if (!label) return null;
  const at = route.findIndex((step) => step.meeting);
  for (const { scope, key } of [...route.slice(at), ...route.slice(0, at).reverse()]) {
    const { x, y, frame } = spots.origins.get(scope);
    const number = frame.sheet.lineOf.get(key);
    const [dx, dy] = frame.arrangement.labels[number] ?? [NaN, NaN];
    const spot = [x + dx, y + dy];
    const free = !Number.isNaN(dx) && !taken.has(String(spot));
    if (free && frame.sheet.lines[number].label === label) return spot;
  }
  return null;
}

