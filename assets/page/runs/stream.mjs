/** Follows a run while its page is in sight. The newest frame wins; a page that was hidden gets it when it is shown. */

import { whileSeen } from "./seen.mjs";
import { share } from "./sharing.mjs";

/** @import { RunFrame } from "../../types.mjs" */

const GAP_MS = 200; // at most five frames a second reach the page
const OVER = new Set(["finished", "stopped", "failed", "diverged", "interrupted", "logged"]);

/**
 * @param {string} url
 * @param {(changes: {frame?: RunFrame, status?: string}) => void} tell
 * @returns {() => void} stops it
 */
export function follow(url, tell) {
  let timer = 0;
  /** @type {RunFrame | null} */
  let newest = null;
  let toldAt = 0;
  let stopped = false;

  function deliver() {
    timer = 0;
    if (stopped || newest === null) return;
    toldAt = performance.now();
    tell({ frame: newest });
    newest = null;
  }

  /** @param {string} text a frame as JSON, which ends the stream where the run is over */
  function take(text) {
    /** @type {RunFrame | null} */
    const frame = JSON.parse(text);
    if (!frame || stopped) return;
    newest = frame;
    if (OVER.has(frame.status)) {
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

  const leave = whileSeen(() => share(url, take, (status) => tell({ status })));
  return stop;
}
