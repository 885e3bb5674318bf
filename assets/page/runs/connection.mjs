/** A run's snapshots from the server: pushed as events, or asked for again and again. */

const POLL_MS = 1000;
const FAILURES = 3; // in a row, before polling takes over

/**
 * Snapshots as the server sends them; asked for where that fails.
 * @param {string} url
 * @param {(text: string) => void} onText
 * @param {(status: string) => void} onStatus
 * @returns {() => void} ends it
 */
export function connect(url, onText, onStatus) {
  let failures = 0;
  const events = new EventSource(url);
  let end = () => events.close();
  events.onopen = () => onStatus("open");
  events.onmessage = ({ data }) => {
    failures = 0;
    onText(data);
  };
  events.onerror = () => {
    failures += 1;
    if (failures < FAILURES && events.readyState !== EventSource.CLOSED) return;
    events.close();
    onStatus("polling");
    end = poll(url, POLL_MS, onText);
  };
  return () => end();
}

/**
 * The newest snapshot, asked for after each pause; one that has not changed is not told again.
 * @param {string} url
 * @param {number} pauseMs
 * @param {(text: string) => void} onText
 * @returns {() => void} ends it
 */
export function poll(url, pauseMs, onText) {
  const place = `${url}${url.includes("?") ? "&" : "?"}once=1`;
  const ending = new AbortController();
  let timer = 0;
  let last = "";

  async function ask() {
    const text = await fetch(place, { signal: ending.signal })
      .then((answer) => (answer.ok ? answer.text() : ""))
      .catch(() => ""); // the server may come back
    if (ending.signal.aborted) return;
    if (text && text !== last) onText(text);
    last = text || last;
    if (!ending.signal.aborted) timer = setTimeout(ask, pauseMs);
  }

  ask();
  return () => {
    ending.abort();
    clearTimeout(timer);
  };
}
