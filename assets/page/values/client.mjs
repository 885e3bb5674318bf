/** What the Values panel knows of the graph's view, what it asks of it, and how it asks the server. */

import { PAGE } from "../../graph_view/around/progress.mjs";

/**
 * @import { Changes, Props } from "../../graph_view/types.mjs"
 */

/** @typedef {Props & {ready: string}} ViewProps what the view shows; `ready` is "" while there is no graph */
/** @typedef {(props: ViewProps) => void} Watcher */

/** @type {Set<Watcher>} */
const watchers = new Set();
/** @type {ViewProps | null} */
let latest = null;
/** @type {((changes: Changes) => void) | null} */
let port = null;

/** Let the panel ask for changes of the view. @param {(changes: Changes) => void} want */
export function connect(want) {
  port = want;
}

/** The view shows something else. @param {ViewProps} next */
export function announce(next) {
  latest = next;
  watchers.forEach((watcher) => watcher(next));
}

/** Hear of what the view shows, now and whenever it changes. @param {Watcher} watcher @returns {() => void} stops that */
export function watchShown(watcher) {
  watchers.add(watcher);
  if (latest) watcher(latest);
  return () => watchers.delete(watcher);
}

/** What the view shows now. */
export const viewNow = () => latest;

/** Change what the view shows. @param {Changes} changes */
export function want(changes) {
  port?.(changes);
}

const UNREACHABLE = "The graphlab server stopped or is unreachable. Restart it and try again.";

/**
 * Ask the server; a failure is an answer with one sentence, as `error`, `message` and among the `errors`.
 * @param {string} act see graphlab/app/server/values/answers.py
 * @param {object} body
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export async function ask(act, body, signal) {
  const headers = { "content-type": "application/json" };
  const request = { method: "POST", headers, body: JSON.stringify({ view: latest?.view, page: PAGE, ...body }), signal };
  try {
    const response = await fetch(`/values/${act}`, request);
    const answer = response.ok ? await response.json() : { error: await response.text() };
    return answer.error ? failure(answer.error) : answer;
  } catch {
    return failure(signal?.aborted ? "" : UNREACHABLE);
  }
}

/** @param {string} error */
const failure = (error) => ({ error, message: error, errors: { "": error } });
