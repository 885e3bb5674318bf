/** One answer requested in advance, for the view that may come next; kept for a while. */

/** @import { Answer, SceneRequest } from "../types.mjs" */

const KEPT_MS = 10_000;

/** @typedef {(sceneRequest: SceneRequest, signal: AbortSignal) => Promise<Answer>} Post */

/** @param {Post} post */
export function createAhead(post) {
  /** @type {{text: string, answer: Promise<Answer | null>, request: AbortController, timer: number} | null} */
  let foreseen = null; // what was asked for last

  /** Whether the answer to this is kept, or on its way. @param {SceneRequest} sceneRequest */
  const has = (sceneRequest) => foreseen?.text === JSON.stringify(sceneRequest);

  /** @param {SceneRequest} sceneRequest */
  function ask(sceneRequest) {
    forget();
    const request = new AbortController();
    const answer = post({ ...sceneRequest, ahead: true }, request.signal)
      .then((reply) => (reply.scene ? reply : null))
      .catch(() => null);
    foreseen = { text: JSON.stringify(sceneRequest), answer, request, timer: setTimeout(forget, KEPT_MS) };
  }

  /** The answer, once. @param {SceneRequest} sceneRequest @returns {Promise<Answer | null> | null} null: it was not asked for */
  function take(sceneRequest) {
    if (!foreseen || !has(sceneRequest)) return null;
    const { answer, timer } = foreseen;
    clearTimeout(timer);
    foreseen = null;
    return answer;
  }

  function forget() {
    clearTimeout(foreseen?.timer);
    foreseen?.request.abort();
    foreseen = null;
  }

  return { has, ask, take, forget };
}
