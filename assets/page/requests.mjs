/** Requests scenes from the server directly: through Dash each would take longer. */

import { createAhead } from "./ahead.mjs";

/** @import { Answer, SceneRequest, View } from "../types.mjs" */

const PLACE = "/scene";
const AGAIN_MS = 400; // between two requests while a trace is in progress
const ENDED =
  "The graphlab server stopped or is unreachable. Restart it and this page reconnects.";

/** @typedef {{retry: boolean, marks: boolean}} How whether what has failed begins anew, whether the scene is left out */

/**
 * @param {Promise<Answer | null> | undefined} first the answer to the page's address, which is asked for already
 * @param {() => SceneRequest} currentRequest
 * @param {(answer: Answer) => void} onAnswer
 */
export function createRequests(first, currentRequest, onAnswer) {
  let early = first;
  let newest = 0;
  let timer = 0;
  let request = new AbortController();
  let waiting = false; // for a scene
  const ahead = createAhead((sceneRequest, signal) => post(sceneRequest, signal).then((response) => response.json()));

  /** Ask for the scene that is wanted now; no older request is answered any more. */
  function ask() {
    waiting = true;
    follow({ retry: true, marks: false });
  }

  /** Ask how what is drawn is to be marked; where a scene is on its way, for that with its marks. */
  function askForMarks() {
    if (waiting) ask();
    else follow({ retry: true, marks: true });
  }

  /** @param {How} how begin again what has failed before; leave the scene out */
  async function follow(how) {
    stop();
    const number = newest;
    const ready = await take(how);
    if (number !== newest) return;
    request = new AbortController();
    const answer = ready ?? (await send({ ...currentRequest(), ...how }, request.signal));
    if (number !== newest || !answer) return;
    waiting = Boolean(answer.again);
    onAnswer(answer);
    if (answer.again) timer = setTimeout(follow, AGAIN_MS, { retry: false, marks: false });
  }

  /** What was asked for before: by the page's head, or ahead. Each once. @param {How} how */
  function take({ marks }) {
    const foreseen = marks ? null : ahead.take(currentRequest());
    const answer = early ?? foreseen;
    early = undefined;
    if (!foreseen) ahead.forget();
    return answer;
  }

  /**
   * Ask for a view that may be wanted next, unless there is something else to wait for.
   * @param {View} view
   */
  function foresee(view) {
    const sceneRequest = { ...currentRequest(), view };
    if (!waiting && !ahead.has(sceneRequest)) ahead.ask(sceneRequest);
  }

  function stop() {
    newest += 1;
    clearTimeout(timer);
    request.abort();
  }

  function end() {
    stop();
    ahead.forget();
  }

  return { ask, askForMarks, foresee, end };
}

/** @param {SceneRequest} sceneRequest @param {AbortSignal} signal @returns {Promise<Answer | null>} null: nobody waits for it any more */
async function send(sceneRequest, signal) {
  try {
    const response = await post(sceneRequest, signal);
    return response.ok ? await response.json() : failed("The server could not compute this view", await response.text());
  } catch {
    return signal.aborted ? null : { ...failed("graphlab does not answer", ENDED), again: true };
  }
}

/** @param {SceneRequest} sceneRequest @param {AbortSignal} signal */
function post(sceneRequest, signal) {
  const headers = { "content-type": "application/json" };
  return fetch(PLACE, { method: "POST", headers, body: JSON.stringify(sceneRequest), signal });
}

/** @param {string} title @param {string} detail */
const failed = (title, detail) => ({ message: { kind: "error", title, detail } });
