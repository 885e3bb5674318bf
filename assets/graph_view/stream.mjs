/** Follows a run: server-sent events, or asking again and again where those fail. The newest frame wins. */

const GAP_MS = 200; // at most five frames a second reach the page
const POLL_MS = 1000;
const FAILURES = 3; // in a row, before polling takes over
const OVER = new Set(["finished", "stopped", "failed", "interrupted", "logged"]);

/**
 * @param {string} url
 * @param {(changes: {frame?: object, status?: string}) => void} tell
 * @returns {() => void} stops it
 */
export function follow(url, tell) {
  let events = null;
  let timer = 0;
  let pollTimer = 0;
  let newest = null;
  let toldAt = 0;
  let failures = 0;
  let stopped = false;

  function deliver() {
    timer = 0;
    if (stopped || newest === null) return;
    toldAt = performance.now();
    tell({ frame: newest });
    newest = null;
  }

  /** @returns {boolean} whether the run is over */
  function take(text) {
    const frame = JSON.parse(text);
    if (!frame) return false;
    newest = frame;
    const over = OVER.has(newest.status);
    if (over) clearTimeout(timer);
    if (over) deliver();
    else if (!timer) timer = setTimeout(deliver, Math.max(0, toldAt + GAP_MS - performance.now()));
    return over;
  }

  function listen() {
    events = new EventSource(url);
    events.onopen = () => tell({ status: "open" });
    events.onmessage = (event) => {
      failures = 0;
      if (take(event.data)) end();
    };
    events.onerror = () => {
      failures += 1;
      if (failures < FAILURES && events.readyState !== EventSource.CLOSED) return;
      events.close();
      tell({ status: "polling" });
      poll();
    };
  }

  async function poll() {
    let over = false;
    try {
      const answer = await fetch(`${url}${url.includes("?") ? "&" : "?"}once=1`);
      if (answer.ok) over = take(await answer.text());
    } catch {
      // The server may come back; the next round asks again.
    }
    if (over) end();
    else if (!stopped) pollTimer = setTimeout(poll, POLL_MS);
  }

  function stop() {
    stopped = true;
    events?.close();
    clearTimeout(timer);
    clearTimeout(pollTimer);
  }

  function end() {
    stop();
    tell({ status: "closed" });
  }

  listen();
  return stop;
}
