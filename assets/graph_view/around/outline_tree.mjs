/** The outline's rows: which there are for what is known and open, and how a key walks them. Pure functions. */

import { lastOf } from "../lookup.mjs";

/** @import { OutlineRow } from "../../types.mjs" */

/**
 * @typedef {{child: OutlineRow, level: number, position: number, siblings: number, parent: string, isOpen: boolean}} Row
 */

/**
 * @param {Map<string, OutlineRow[]>} childrenOf the children of each scope that was asked for
 * @param {Set<string>} open
 * @returns {Row[]} from top to bottom
 */
export function rowsOf(childrenOf, open) {
  /** @type {Row[]} */
  const rows = [];
  const entered = new Set([""]);
  const stack = [{ scope: "", next: 0 }];
  while (stack.length) {
    const top = lastOf(stack);
    const children = childrenOf.get(top.scope) ?? [];
    if (top.next >= children.length) {
      stack.pop();
      continue;
    }
    const child = children[top.next++];
    const isOpen = child.kind === "group" && open.has(child.id);
    const place = { level: stack.length, position: top.next, siblings: children.length, parent: top.scope };
    rows.push({ child, ...place, isOpen });
    if (!isOpen || entered.has(child.id)) continue;
    entered.add(child.id);
    stack.push({ scope: child.id, next: 0 });
  }
  return rows;
}

/**
 * Where a key leads from a row: to another row, or to opening or closing this one.
 * @param {Row[]} rows
 * @param {number} at
 * @param {string} key
 * @returns {{to: number} | {turn: true} | null} null: the key has no use here
 */
export function walk(rows, at, key) {
  const row = rows[at];
  const last = rows.length - 1;
  if (key === "ArrowDown") return { to: Math.min(at + 1, last) };
  if (key === "ArrowUp") return { to: Math.max(at - 1, 0) };
  if (key === "Home") return { to: 0 };
  if (key === "End") return { to: last };
  if (key === "ArrowRight" && row.child.kind === "group") return row.isOpen ? { to: Math.min(at + 1, last) } : { turn: true };
  if (key === "ArrowLeft" && row.isOpen) return { turn: true };
  if (key === "ArrowLeft") return { to: Math.max(0, rows.findIndex(({ child }) => child.id === row.parent)) };
  return null;
}

/**
 * The next row whose title begins with what was typed; a single letter goes on to the next one.
 * @param {Row[]} rows
 * @param {number} at
 * @param {string} typed
 */
export function typedTo(rows, at, typed) {
  const words = typed.toLowerCase();
  const first = words.length === 1 ? at + 1 : at;
  for (let step = 0; step < rows.length; step += 1) {
    const place = (first + step) % rows.length;
    if (rows[place].child.title.toLowerCase().startsWith(words)) return place;
  }
  return at;
}
