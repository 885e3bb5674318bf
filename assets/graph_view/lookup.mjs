/** Looking up what must be there. */

/**
 * The value of a key; raises RangeError where a map has none.
 * @template Key, Value
 * @param {Map<Key, Value>} map
 * @param {Key} key
 */
export function valueOf(map, key) {
  const value = map.get(key);
  if (value === undefined) throw new RangeError(`there is no ${String(key)}`);
  return value;
}

/** The last one of a list that has some. @template Value @param {Value[]} list @returns {Value} */
export const lastOf = (list) => list[list.length - 1];

/**
 * The list of a key, which is empty at first.
 * @template Key, Value
 * @param {Map<Key, Value[]>} map
 * @param {Key} key
 */
export function listOf(map, key) {
  const value = map.get(key);
  if (value) return value;
  /** @type {Value[]} */
  const list = [];
  map.set(key, list);
  return list;
}
