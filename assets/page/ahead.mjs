/** What is asked for ahead: the answer about one view that may be wanted next, kept for a while. */

/** @import { Answer, Question } from "../types.mjs" */

const KEPT_MS = 10_000;

/** @typedef {(asked: Question, signal: AbortSignal) => Promise<Answer>} Post */

/** @param {Post} post */
export function createAhead(post) {
  /** @type {{asked: string, answer: Promise<Answer | null>, request: AbortController, timer: number} | null} */
  let kept = null; // what was asked for last

  /** Whether the answer to this is kept, or on its way. @param {Question} asked */
  const has = (asked) => kept?.asked === JSON.stringify(asked);

  /** @param {Question} asked */
  function ask(asked) {
    forget();
    const request = new AbortController();
    const answer = post({ ...asked, ahead: true }, request.signal)
      .then((found) => (found.scene ? found : null))
      .catch(() => null);
    kept = { asked: JSON.stringify(asked), answer, request, timer: setTimeout(forget, KEPT_MS) };
  }

  /** The answer, once. @param {Question} asked @returns {Promise<Answer | null> | null} null: it was not asked for */
  function take(asked) {
    if (!kept || !has(asked)) return null;
    const { answer, timer } = kept;
    clearTimeout(timer);
    kept = null;
    return answer;
  }

  function forget() {
    clearTimeout(kept?.timer);
    kept?.request.abort();
    kept = null;
  }

  return { has, ask, take, forget };
}
