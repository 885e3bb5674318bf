/** One connection for all pages that follow the same run: a browser opens six to a server, and each stream keeps one. */

import { connect, poll } from "./connection.mjs";

const MOST_CONNECTIONS = 3; // of all pages, whatever they follow; what else a page asks needs some, too
const RETRY_MS = 1000; // between two requests of a page that has no connection
const RETRY_LOCK_MS = 10_000; // between two looks for a free connection: a slow server needs time for its answers
const ALONE_MS = 300; // between two requests of a page that cannot know of others
const SILENCE_MS = 10_000; // after which a page asks for itself: the one that listens may have been put to sleep

/**
 * One page listens and passes on what it hears; another takes over when it goes.
 * @param {string} url
 * @param {(text: string) => void} onText each snapshot, as JSON
 * @param {(status: string) => void} onStatus
 * @returns {() => void} ends it
 */
export function share(url, onText, onStatus) {
  // A page of another machine has no locks, unless it came encrypted.
  if (!navigator.locks || !window.BroadcastChannel) return poll(url, ALONE_MS, onText);
  const name = `graphlab:stream:${url}`;
  const channel = new BroadcastChannel(name);
  const ending = new AbortController();
  /** @type {string | null} */
  let newest = null;
  let isLeader = false;
  let heardAt = performance.now();
  /** @type {(() => void) | null} */
  let endPoll = null;

  function stopPoll() {
    endPoll?.();
    endPoll = null;
  }

  /** @param {string} text */
  function take(text) {
    stopPoll();
    newest = text;
    heardAt = performance.now();
    if (isLeader) channel.postMessage({ text });
    onText(text);
  }

  channel.onmessage = ({ data }) => {
    if ("text" in data) take(data.text);
    else if (isLeader && newest !== null) channel.postMessage({ text: newest });
  };

  const watch = setInterval(() => {
    if (isLeader || endPoll || performance.now() - heardAt < SILENCE_MS) return;
    endPoll = poll(url, SILENCE_MS, take);
  }, RETRY_MS);

  function end() {
    clearInterval(watch);
    stopPoll();
    ending.abort();
    channel.close();
  }

  channel.postMessage({ ask: true });
  onStatus("open");
  navigator.locks
    .request(name, { signal: ending.signal }, async () => {
      isLeader = true;
      stopPoll();
      await lead(url, take, onStatus, ending.signal);
    })
    .catch(() => {}); // ended while it waited
  return end;
}

/**
 * Listen until the signal: through a connection, or by asking again and again while all are taken.
 * @param {string} url
 * @param {(text: string) => void} take
 * @param {(status: string) => void} onStatus
 * @param {AbortSignal} signal
 */
async function lead(url, take, onStatus, signal) {
  while (!signal.aborted) {
    if (await withConnection(() => until(signal, connect(url, take, onStatus)))) return;
    await until(signal, poll(url, RETRY_MS, take), RETRY_LOCK_MS);
  }
}

/**
 * Call `end` when the signal comes, or after so many milliseconds.
 * @param {AbortSignal} signal
 * @param {() => void} end
 * @returns {Promise<void>} when that is done
 */
function until(signal, end, mostMs = 0) {
  return new Promise((done) => {
    let timer = 0;
    const stop = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      end();
      done();
    };
    if (mostMs) timer = setTimeout(stop, mostMs);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop);
  });
}

/**
 * Act while holding one of the connections.
 * @param {() => Promise<void>} act
 * @returns {Promise<boolean>} false if none is free
 */
async function withConnection(act) {
  for (let number = 0; number < MOST_CONNECTIONS; number += 1) {
    /** @param {Lock | null} lock */
    const hold = async (lock) => {
      if (lock) await act();
      return lock !== null;
    };
    if (await navigator.locks.request(`graphlab:connection:${number}`, { ifAvailable: true }, hold)) return true;
  }
  return false;
}
