/** Follows a run while its page is in sight. The newest snapshot wins; a page that was hidden gets it when it is shown. */

import { whileVisible } from "./visibility.mjs";
import { share } from "./sharing.mjs";

/** @import { RunSnapshot } from "../../types.mjs" */

const GAP_MS = 200; // at most five snapshots a second reach the page
const OVER = new Set(["finished", "stopped", "failed", "diverged", "interrupted", "logged"]);

/**
 * @param {string} url
 * @param {(changes: {snapshot?: RunSnapshot, status?: string}) => void} tell
 * @returns {() => void} stops it
 */
export function follow(url, tell) {
  let timer = 0;
  /** @type {RunSnapshot | null} */
  let newest = null;
  let toldAt = 0;
  let stopped = false;

  function deliver() {
    timer = 0;
    if (stopped || newest === null) return;
    toldAt = performance.now();
    tell({ snapshot: newest });
    newest = null;
  }

  /** @param {string} text a snapshot as JSON, which ends the stream where the run is over */
  function take(text) {
    /** @type {RunSnapshot | null} */
    const snapshot = JSON.parse(text);
    if (!snapshot || stopped) return;
    newest = snapshot;
    if (OVER.has(snapshot.status)) {
      clearTimeout(timer);
      deliver();
      stop();
      tell({ status: "closed" });
    } else if (!timer) timer = setTimeout(deliver, Math.max(0, toldAt + GAP_MS - performance.now()));
  }

  function stop() {
    stopped = true;
    clearTimeout(timer);
    leave();
  }

  const leave = whileVisible(() => share(url, take, (status) => tell({ status })));
  return stop;
}
