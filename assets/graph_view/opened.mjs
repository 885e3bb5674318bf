/** The open groups of a view, in few words: ids, `*2` for all down to depth 2, `-id` for all but a group. */

const DOWN_TO = "*";
const BUT = "-";

const isDepth = (word) => /^\*\d{1,3}$/.test(word);

/** @param {number} depth how deep everything is open @returns {string[]} */
export function downTo(depth) {
  return depth > 0 ? [`${DOWN_TO}${depth}`] : [];
}

/** The depth down to which a word opens all groups; 0 for another word. */
export function depthIn(word) {
  return isDepth(word) ? Number(word.slice(1)) : 0;
}

/** The group that a word closes; "" for another word. */
export function closedIn(word) {
  return word.startsWith(BUT) ? word.slice(1) : "";
}

/** The depth down to which exactly everything is open; null where single groups are open or closed. */
export function depthOf(words) {
  if (!words) return null;
  if (!words.length) return 0;
  return words.length === 1 && isDepth(words[0]) ? depthIn(words[0]) : null;
}

/**
 * The words once a group has been opened or closed.
 * @param {string[] | null} words as they were
 * @param {string[]} open the ids of the open groups
 * @param {string} id @param {boolean} isOpen whether the group was open
 */
export function toggled(words, open, id, isOpen) {
  if (!words?.some(isDepth)) return isOpen ? open.filter((other) => other !== id) : [...open, id].sort();
  const rest = words.filter((word) => word !== id && word !== `${BUT}${id}`);
  const wasNamed = rest.length < words.length;
  if (isOpen) return words.includes(id) && !words.includes(`${BUT}${id}`) ? rest : [...rest, `${BUT}${id}`];
  return wasNamed ? rest : [...rest, id];
}
