/** The links of a scene: the lines of the open sheets that each runs along, and where its label lies. */

import { valueOf } from "../graph_view/lookup.mjs";
import { ROOT, childOf, lineKey, pathTo } from "./atlas.mjs";
import { below, join, move, reverse, straight } from "./curves.mjs";
import { visibleLinks, visiblePlaces } from "./links.mjs";

/** @import { Atlas, Curve, Places, RouteStep, ScopeLink } from "./types.mjs" */

const CORNER = 6; // of a line that comes in from a frame's side

/** @param {Atlas} atlas @param {Set<number>} open @param {Places} spots */
export function placeLinks(atlas, open, spots) {
  const places = visiblePlaces(atlas, open);
  /** @type {Map<string, Curve>} */
  const pieces = new Map();
  const labelled = new Set();
  const usedSpots = new Set(); // spots, by the label of another link along the same line
  return visibleLinks(atlas, places).map((link) => {
    const route = routeOf(atlas, link);
    const curves = route.map((step) => {
      const key = `${step.scope} ${step.key}`;
      const piece = pieces.get(key) ?? pieceOf(spots, step);
      pieces.set(key, piece);
      return piece;
    });
    const spot = labelled.has(`${link.src} ${link.label}`) ? null : labelSpot(spots, route, link.label, usedSpots);
    if (spot) {
      labelled.add(`${link.src} ${link.label}`);
      usedSpots.add(String(spot));
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

/** @param {Atlas} atlas @param {number} child */
function idOf(atlas, child) {
  return child < 0 ? atlas.groups[-1 - child].box.id : atlas.ops[child].id;
}

/**
 * The lines that a link runs along, from its source to its target: out of frames, across, into frames.
 * @param {Atlas} atlas
 * @param {ScopeLink} link
 */
function routeOf(atlas, link) {
  const source = chainTo(atlas, link.src);
  const target = chainTo(atlas, link.dst);
  let common = 0;
  while (source[common].child === target[common].child) common += 1;
  const [from, to] = [source[common].child, target[common].child];
  /** @param {number} scope @param {number} src @param {number} dst */
  const step = (scope, src, dst) => ({ scope, key: lineKey(src, dst, link.style) });
  const leaving = source.slice(common + 1).map(({ scope, child }) => step(scope, child, to));
  const entering = target.slice(common + 1).map(({ scope, child }) => step(scope, from, child));
  return [...leaving.reverse(), { ...step(source[common].scope, from, to), meeting: true }, ...entering];
}

/**
 * The scopes around a child, outermost first, each with the child in it that leads there.
 * @param {Atlas} atlas
 * @param {number} child
 */
function chainTo(atlas, child) {
  const path = child < 0 ? pathTo(atlas.groups, atlas.groups[-1 - child].parent) : atlas.pathOf[child];
  const scopes = [ROOT, ...path];
  return scopes.map((scope, i) => ({ scope, child: i + 1 < scopes.length ? childOf(scopes[i + 1]) : child }));
}

/**
 * A line's curve on the page, in the direction of the data, from border to border.
 * @param {Places} spots
 * @param {RouteStep} step
 */
function pieceOf(spots, { scope, key }) {
  const { x, y, frame, border } = valueOf(spots.origins, scope);
  const number = valueOf(frame.sheet.lineOf, key);
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

/**
 * The pieces of a link that comes into a frame from a box at its side, led on below the frame's title bar.
 * @param {Places} spots
 * @param {RouteStep[]} route
 * @param {Curve[]} curves
 */
function enterBySide(spots, route, curves) {
  const at = route.findIndex((step) => step.meeting);
  const { frame } = valueOf(spots.origins, route[at].scope);
  const line = frame.sheet.lines[valueOf(frame.sheet.lineOf, route[at].key)];
  const [inner, turned] = line.flipped ? [at - 1, true] : [at + 1, false];
  if (!line.inside || !route[inner]) return curves;
  const moved = [...curves];
  const outside = turned ? reverse(curves[at]) : curves[at];
  const [x, y] = outside.slice(-2);
  const inside = turned ? reverse(curves[inner]) : curves[inner];
  const rest = below(inside, y + CORNER);
  const lane = straight(x, y, rest[0] - CORNER, y);
  const corner = [rest[0] - CORNER, y, rest[0], y, rest[0], y, rest[0], rest[1]];
  const joined = join([lane, corner, ...(rest.length > 2 ? [rest] : [])]);
  moved[inner] = turned ? reverse(joined) : joined;
  return moved;
}

/**
 * Where a link's label lies: on the first of its lines, from where its ends meet, that has this label and is free.
 * @param {Places} spots
 * @param {RouteStep[]} route
 * @param {string} label
 * @param {Set<string>} usedSpots
 */
function labelSpot(spots, route, label, usedSpots) {
  if (!label) return null;
  const at = route.findIndex((step) => step.meeting);
  for (const { scope, key } of [...route.slice(at), ...route.slice(0, at).reverse()]) {
    const { x, y, frame } = valueOf(spots.origins, scope);
    const number = valueOf(frame.sheet.lineOf, key);
    const [dx, dy] = frame.arrangement.labels[number] ?? [NaN, NaN];
    const spot = [x + dx, y + dy];
    const free = !Number.isNaN(dx) && !usedSpots.has(String(spot));
    if (free && frame.sheet.lines[number].label === label) return spot;
  }
  return null;
}
