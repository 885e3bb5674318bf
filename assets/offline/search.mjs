/** Finding ops, groups and layers by words, all of them, shown or not. */

import { lastOf } from "../graph_view/lookup.mjs";
import constants from "../shared_constants.json" with { type: "json" };

/**
 * @import { LiftedOverlay, Mark } from "../graph_view/draw/overlay_types.mjs"
 * @import { NamedGroup, NamedOp, Names } from "./types.mjs"
 */

const { MOST_MATCHES } = constants;

/**
 * @typedef {{target: string, title: string, subtitle: string, rank: number}} Match a better match has a lower rank
 */

/**
 * Ops and groups whose name, type, layer or variable holds every word, best first; [] for no words.
 * @param {Names} names
 * @param {string} text
 * @returns {Match[]}
 */
export function search(names, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const matches = [...matchingGroups(names.groups, words), ...matchingOps(names.ops, words)];
  /** @param {Match} a @param {Match} b */
  const byName = (a, b) => (a.target < b.target ? -1 : a.target > b.target ? 1 : 0);
  return matches.sort((a, b) => a.rank - b.rank || a.target.length - b.target.length || byName(a, b));
}

/** The best matches and how many are left. @param {Match[]} matches */
export function bestOf(matches) {
  return { best: matches.slice(0, MOST_MATCHES), left: Math.max(0, matches.length - MOST_MATCHES) };
}

/** @param {string} text @param {string[]} words */
function holdsAll(text, words) {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}

/** @param {NamedGroup[]} groups @param {string[]} words */
function matchingGroups(groups, words) {
  /** @type {Match[]} */
  const matches = [];
  for (const [id, label, className, kind, parent] of groups) {
    if (!holdsAll(`${id} ${label} ${className}`, words)) continue;
    const rank = rankOf(words, [label, className]) + (kind === "model" || kind === "layer" ? 0 : 2);
    const place = [className || kind, parent.replace(/\/+$/, "")].filter(Boolean).join(" in ");
    matches.push({ target: id, title: label, subtitle: place, rank });
  }
  return matches;
}

/** @param {NamedOp[]} ops @param {string[]} words */
function matchingOps(ops, words) {
  /** @type {Match[]} */
  const matches = [];
  for (const [id, type, layer, className, variable, name, group] of ops) {
    if (!holdsAll(`${id} ${type} ${layer} ${className} ${variable}`, words)) continue;
    const title = name || type;
    const layerNames = layer ? [lastOf(layer.split("/")), className] : [];
    // What a layer holds comes before ops that only have the layer's name somewhere in theirs.
    const rank = 1 + Math.min(rankOf(words, [title]), 1 + rankOf(words, layerNames));
    matches.push({ target: id, title, subtitle: layer || group.replace(/\/+$/, "") || id, rank });
  }
  return matches;
}

/**
 * 0 where a word is a whole name, 2 where a name starts with one, 4 else.
 * @param {string[]} words
 * @param {string[]} names
 */
function rankOf(words, names) {
  const lower = names.map((name) => name.toLowerCase());
  if (lower.some((name) => words.includes(name))) return 0;
  return lower.some((name) => words.some((word) => name.startsWith(word))) ? 2 : 4;
}

/**
 * The overlay of a search, as the server makes it.
 * @param {string} key @param {Map<string, number>} counts
 * @returns {LiftedOverlay}
 */
export function searchOverlay(key, counts) {
  /** @type {Mark[]} */
  const marks = [...counts].map(([box, count]) => {
    const inside = box.endsWith("/") && count ? count.toLocaleString("en-US") : "";
    const words = inside ? `${inside} found inside` : "found";
    return { box, slots: [["match", 1]], text: inside, words, count, total: Math.max(count, 1) };
  });
  const legend = { title: "", entries: [], ends: null, note: "" };
  return {
    ...{ name: "search", key, legend, marks, links: [] },
    style: { places: ["ring", "corner"], rings: ["match"], dims: false, vivid: true },
  };
}
