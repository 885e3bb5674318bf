/** The blocks of data inside the page. */

/**
 * @import { AtlasLevel, Names } from "./types.mjs"
 * @import { Part } from "./inspector.mjs"
 * @import { ValuesBlock } from "./values/types.mjs"
 */

/** One of the page's graphs: its id, the title of its tab, what it is called, and the level of detail that it opens at. */
/** @typedef {{id: string, title: string, root: string, detail: string}} GraphAbout */

/** Whether this browser can read them. */
export function canRead() {
  return typeof DecompressionStream === "function";
}

/**
 * A page may hold several graphs; the blocks of all but the first have the graph's number in their ids.
 * @param {string} name @param {number} graph
 */
const idOf = (name, graph) => (graph ? `${name}-${graph}` : name);

/** Whether the page holds a block of a graph. @param {string} name @param {number} [graph] */
export function holds(name, graph = 0) {
  return document.getElementById(idOf(name, graph)) !== null;
}

/** @returns {Promise<{graphs: GraphAbout[]}>} */
export const readAbout = () => readAs("about", 0);

/** @param {string} name of a level of detail @param {number} graph @returns {Promise<AtlasLevel>} */
export const readLevel = (name, graph) => readAs(`atlas-${name}`, graph);

/** @param {string} name of a level of detail @param {number} graph @returns {Promise<Record<string, Part[]>>} by box */
export const readInspector = (name, graph) => readAs(`inspector-${name}`, graph);

/** @param {number} graph @returns {Promise<Names>} */
export const readNames = (graph) => readAs("names", graph);

/** The values that the page's first graph carries. @returns {Promise<ValuesBlock>} */
export const readValues = () => readAs("values", 0);

/** @type {Map<string, Promise<unknown>>} */
const read = new Map();

/** A block's value, unpacked when it is first asked for. @param {string} name @param {number} [graph] */
export function readBlock(name, graph = 0) {
  const id = idOf(name, graph);
  const value = read.get(id) ?? unpack(document.getElementById(id)?.textContent ?? "");
  read.set(id, value);
  return value;
}

/**
 * A block as what graphlab wrote into it, see graphlab/pictures/html.py.
 * @template Block
 * @param {string} name
 * @param {number} graph
 * @returns {Promise<Block>}
 */
async function readAs(name, graph) {
  return /** @type {Block} */ (await readBlock(name, graph));
}

/** @param {string} text @returns {Promise<unknown>} */
function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}
