/**
 * The open groups of a view, in few words: ids; `*2` for all down to depth 2; `group/*` for a group with all inside,
 * `group/*2` for two levels of it; `-group/` for all but a group, `-group/*` for all but a group with all inside. Of
 * the words that speak of a group the innermost counts.
 */

const DOWN_TO = "*";
const BUT = "-";

const LEVELS = /^((?!-)(?:.*\/)?)\*((?<=\/\*)|\d{1,3})$/;
/** @param {string} word */
const isDepth = (word) => /^\*\d{1,3}$/.test(word);
/** @param {string} word */
const isPlain = (word) => !word.startsWith(BUT) && !LEVELS.test(word);

/** @param {number} depth how deep everything is open @returns {string[]} */
export function downTo(depth) {
  return depth > 0 ? [`${DOWN_TO}${depth}`] : [];
}

/**
 * The depth down to which exactly everything is open; null if single groups are open or closed.
 * @param {string[] | null | undefined} words
 */
export function depthOf(words) {
  if (!words) return null;
  if (!words.length) return 0;
  return words.length === 1 && isDepth(words[0]) ? Number(words[0].slice(1)) : null;
}

/**
 * Which groups the words open.
 * @param {string[]} words
 * @param {{id: string, parent: number}[]} groups each after the one around it; the parent of an outermost one is -1
 * @returns {Set<number>} their places in the list
 */
export function spelledOut(words, groups) {
  const wordSet = new Set(words);
  const matches = words.flatMap((word) => [LEVELS.exec(word) ?? []].filter(({ length }) => length));
  const levels = new Map(matches.map(([, id, count]) => [id, count ? Number(count) : Infinity]));
  /** @type {number[]} */
  const left = []; // how many levels are open below
  const open = new Set();
  groups.forEach(({ id, parent }, i) => {
    const around = parent < 0 ? (levels.get("") ?? 0) : left[parent];
    const own = wordSet.has(`${BUT}${id}${DOWN_TO}`) ? 0 : (levels.get(id) ?? around);
    left[i] = Math.max(own - 1, 0);
    if ((own > 0 || wordSet.has(id)) && !wordSet.has(`${BUT}${id}`)) open.add(i);
  });
  return open;
}

/**
 * The words once a group has been opened or closed.
 * @param {string[] | null} words as they were
 * @param {string[]} open the ids of the open groups
 * @param {string} id @param {boolean} isOpen whether the group was open
 */
export function toggled(words, open, id, isOpen) {
  if (!words || words.every(isPlain)) return isOpen ? open.filter((other) => other !== id) : [...open, id].sort();
  const rest = words.filter((word) => word !== id && word !== `${BUT}${id}`);
  const wasNamed = rest.length < words.length;
  if (isOpen) return words.includes(id) && !words.includes(`${BUT}${id}`) ? rest : [...rest, `${BUT}${id}`];
  return wasNamed ? rest : [...rest, id];
}

/**
 * The words once a group has been opened with what is inside it.
 * @param {string[] | null} words as they were
 * @param {string[]} open the ids of the open groups
 * @param {string} id
 * @param {(id: string) => boolean} isInside whether another group lies inside this one
 * @param {number | null} levels how many; null: all
 */
export function openedWhole(words, open, id, isInside, levels = null) {
  return [...without(words ?? open, id, isInside), `${id}${DOWN_TO}${levels ?? ""}`];
}

/**
 * The words once a group and all inside it have been closed.
 * @param {string[] | null} words
 * @param {string[]} open
 * @param {string} id
 * @param {(id: string) => boolean} isInside
 */
export function closedWhole(words, open, id, isInside) {
  const rest = without(words ?? open, id, isInside);
  return rest.every(isPlain) ? rest : [...rest, `${BUT}${id}${DOWN_TO}`];
}

/**
 * The words that say nothing of a group or of what is inside it.
 * @param {string[]} words
 * @param {string} id
 * @param {(id: string) => boolean} isInside
 */
function without(words, id, isInside) {
  /** @param {string} word */
  const about = (word) => (LEVELS.exec(word)?.[1] ?? word).replace(/^-/, "").replace(/\*$/, "");
  return words.filter((word) => {
    const group = about(word);
    return !group || (group !== id && !isInside(group));
  });
}
