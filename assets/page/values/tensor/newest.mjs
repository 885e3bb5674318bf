/** Requests of which only the newest counts: one is under way, and the last of those that came meanwhile follows it. */

/**
 * @template Body, Answer
 * @param {(body: Body) => Promise<Answer>} request
 * @param {(answer: Answer) => void} onAnswer
 * @param {(error: unknown) => void} onError
 */
export function newestOnly(request, onAnswer, onError) {
  /** @type {Body | null} */
  let waiting = null;
  let isBusy = false;
  let round = 0;

  /** @param {Body} body */
  async function ask(body) {
    waiting = body;
    if (isBusy) return;
    isBusy = true;
    while (waiting !== null) {
      const next = waiting;
      const startedIn = round;
      waiting = null;
      try {
        const answer = await request(next);
        if (startedIn === round && waiting === null) onAnswer(answer);
      } catch (error) {
        if (startedIn === round && waiting === null) onError(error);
      }
    }
    isBusy = false;
  }

  return {
    ask,
    /** Drop what is under way. */
    forget: () => {
      round += 1;
      waiting = null;
    },
  };
}
