/** The blocks of data inside the page. */

/** Whether this browser can read them. */
export function canRead() {
  return typeof DecompressionStream === "function";
}

/** A page may hold several graphs; the blocks of all but the first have the graph's number in their ids. */
const idOf = (name, graph) => (graph ? `${name}-${graph}` : name);

/** Whether the page holds a block of a graph. @param {string} name @param {number} [graph] */
export function holds(name, graph = 0) {
  return document.getElementById(idOf(name, graph)) !== null;
}

const read = new Map();

/** A block's value, unpacked when it is first asked for. @param {string} name @param {number} [graph] @returns {Promise<any>} */
export function readBlock(name, graph = 0) {
  const id = idOf(name, graph);
  if (!read.has(id)) read.set(id, unpack(document.getElementById(id).textContent));
  return read.get(id);
}

function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}
