/** Scenes for tests. */

/** @param {string} id @param {object} more */
export function box(id, more = {}) {
  const words = { kind: "op", title: id, subtitle: "", family: "math", opType: "Add", groupKind: "", label: id };
  return { id, ...words, parent: "", folded: 0, x: 0, y: 0, w: 100, h: 30, ...more };
}

/** @param {string} id @param {object} more */
export function frame(id, more = {}) {
  return { id, title: id, subtitle: "", parent: "", depth: 0, groupKind: "layer", label: id, x: 0, y: 0, w: 200, h: 200, ...more };
}

/** @param {string} src @param {string} dst @param {object} more */
export function link(src, dst, more = {}) {
  const points = [50, 30, 50, 50, 50, 80, 50, 100];
  return { src, dst, points, label: "", lx: 0, ly: 0, style: "data", weight: 1, n: 1, ...more };
}

/** @param {object} more */
export function scene(more = {}) {
  return { key: "a", width: 400, height: 400, open: [], boxes: [], frames: [], links: [], ...more };
}
