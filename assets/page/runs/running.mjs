/** The running runs, polled while the page is visible. */

import { whileVisible } from "./visibility.mjs";

/** @import { RunningRun } from "../../types.mjs" */

const PLACE = "/runs";
const PAUSE_MS = 2000;

/**
 * @param {(runs: RunningRun[]) => void} tell called with each answer
 * @returns {() => void} stops polling
 */
export function watchRuns(tell) {
  return whileVisible(() => {
    const ending = new AbortController();
    let timer = 0;

    async function ask() {
      const runs = await fetch(PLACE, { signal: ending.signal })
        .then((answer) => (answer.ok ? answer.json() : null))
        .catch(() => null); // the server may come back
      if (ending.signal.aborted) return;
      if (runs) tell(runs);
      timer = setTimeout(ask, PAUSE_MS);
    }

    ask();
    return () => {
      ending.abort();
      clearTimeout(timer);
    };
  });
}
