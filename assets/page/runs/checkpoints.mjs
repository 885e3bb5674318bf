/** Tells when a run has kept the weights of another epoch, or has ended. */

/** @type {Set<() => void>} */
const watchers = new Set();
let last = "";

/** @param {() => void} watcher @returns {() => void} stops that */
export function watchKept(watcher) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Note what the shown run has kept. @param {string | null} url @param {{status: string, checkpoint?: number}} snapshot */
export function noteKept(url, { status, checkpoint = 0 }) {
  const next = JSON.stringify([url, status, checkpoint]);
  if (next === last) return;
  last = next;
  watchers.forEach((watcher) => watcher());
}
