/** The blocks of data inside the page. */

/** Whether this browser can read them. */
export function canRead() {
  return typeof DecompressionStream === "function";
}

/** Whether the page holds a block. @param {string} id */
export function holds(id) {
  return document.getElementById(id) !== null;
}

const read = new Map();

/** A block's value, unpacked when it is first asked for. @param {string} id @returns {Promise<any>} */
export function readBlock(id) {
  if (!read.has(id)) read.set(id, unpack(document.getElementById(id).textContent));
  return read.get(id);
}

function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}
