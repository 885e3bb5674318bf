/** Requests of which only the newest counts: one is under way, and the latest setting follows it. Knows no server. */

/**
 * @template Setting
 * @param {(setting: Setting, isLatest: () => boolean) => Promise<void>} run must not throw
 */
export function createLatest(run) {
  /** @type {{setting: Setting} | null} */
  let next = null;
  let busy = false;
  let stopped = 0;

  async function work() {
    busy = true;
    while (next) {
      const { setting } = next;
      const before = stopped;
      next = null;
      await run(setting, () => !next && stopped === before);
    }
    busy = false;
  }

  return {
    /** @param {Setting} setting */
    push(setting) {
      next = { setting };
      if (!busy) void work();
    },
    /** Forget what waits; the answer of what is under way is not the latest any more. */
    stop() {
      next = null;
      stopped += 1;
    },
    get busy() {
      return busy;
    },
  };
}
