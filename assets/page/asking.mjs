/** Asks the server what is to be seen of a view, beside Dash: its own way there and back takes longer than the answer. */

import { createAhead } from "./ahead.mjs";

/** @import { Answer, Question, View } from "../types.mjs" */

const PLACE = "/scene";
const AGAIN_MS = 400; // between two looks at how far a trace is
const ENDED =
  "The graphlab server stopped or is unreachable. Restart it and this page reconnects.";

/** @typedef {{retry: boolean, marks: boolean}} How whether what has failed begins anew, whether the scene is left out */

/**
 * @param {Promise<Answer | null> | undefined} first the answer to the page's address, which is asked for already
 * @param {() => Question} question
 * @param {(answer: Answer) => void} told
 */
export function createAsking(first, question, told) {
  let early = first;
  let newest = 0;
  let timer = 0;
  let request = new AbortController();
  let waiting = false; // for a scene
  const ahead = createAhead((asked, signal) => post(asked, signal).then((response) => response.json()));

  /** Ask for the scene that is wanted now; no older question is answered any more. */
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
    const found = await take(how);
    if (number !== newest) return;
    request = new AbortController();
    const answer = found ?? (await send({ ...question(), ...how }, request.signal));
    if (number !== newest || !answer) return;
    waiting = Boolean(answer.again);
    told(answer);
    if (answer.again) timer = setTimeout(follow, AGAIN_MS, { retry: false, marks: false });
  }

  /** What was asked for before: by the page's head, or ahead. Each once. @param {How} how */
  function take({ marks }) {
    const kept = marks ? null : ahead.take(question());
    const answer = early ?? kept;
    early = undefined;
    if (!kept) ahead.forget();
    return answer;
  }

  /**
   * Ask for a view that may be wanted next, unless there is something else to wait for.
   * @param {View} view
   */
  function foresee(view) {
    const asked = { ...question(), view };
    if (!waiting && !ahead.has(asked)) ahead.ask(asked);
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

/** @param {Question} asked @param {AbortSignal} signal @returns {Promise<Answer | null>} null: nobody waits for it any more */
async function send(asked, signal) {
  try {
    const response = await post(asked, signal);
    return response.ok ? await response.json() : failed("The server could not compute this view", await response.text());
  } catch {
    return signal.aborted ? null : { ...failed("graphlab does not answer", ENDED), again: true };
  }
}

/** @param {Question} asked @param {AbortSignal} signal */
function post(asked, signal) {
  const headers = { "content-type": "application/json" };
  return fetch(PLACE, { method: "POST", headers, body: JSON.stringify(asked), signal });
}

/** @param {string} title @param {string} detail */
const failed = (title, detail) => ({ message: { kind: "error", title, detail } });
