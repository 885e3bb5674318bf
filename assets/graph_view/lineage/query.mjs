/** What a lineage is asked for, as the address writes it. Pure functions. */

const QUERY = /^(up|down|both|from|paths)(\d*):(.*)$/s;

/** A query in its parts; null for none. @param {string | undefined} text */
function parse(text) {
  const match = QUERY.exec(text ?? "");
  return match ? { way: match[1], number: Number(match[2]), target: match[3] } : null;
}

/**
 * What a key asks: the whole way up or down from a box, once more nothing; with Shift one step, then one more each time.
 * @param {string} text the query now @param {"up" | "down"} way @param {string} id @param {boolean} byStep
 */
export function nextQuery(text, way, id, byStep) {
  const now = parse(text);
  const same = now?.way === way && now.target === id;
  if (byStep) return `${way}${same && now.number ? now.number + 1 : 1}:${id}`;
  return same && !now.number ? "" : `${way}:${id}`;
}

/** The box where paths are to begin; "" for none. @param {string | undefined} text */
export function pathsBegin(text) {
  const now = parse(text);
  return now?.way === "from" ? now.target : "";
}

/**
 * What the paths' key asks: paths from a box, once more nothing; from another box the paths to it.
 * @param {string} text
 * @param {string} id
 */
export function nextPathsQuery(text, id) {
  const first = pathsBegin(text);
  if (!first) return `from:${id}`;
  return first === id ? "" : pathsBetween(first, id);
}

/** The paths from one box to another. @param {string} first @param {string} last */
export function pathsBetween(first, last) {
  return `paths:${first}..${last}`;
}
