/** What a page does only while it is in sight. */

/**
 * Call `begin` whenever the page comes in sight, and what that returns when it is hidden.
 * @param {() => (() => void)} begin
 * @returns {() => void} ends it
 */
export function whileSeen(begin) {
  /** @type {(() => void) | null} */
  let end = null;

  function look() {
    if (document.hidden) leave();
    else end ??= begin();
  }

  function leave() {
    end?.();
    end = null;
  }

  document.addEventListener("visibilitychange", look);
  look();
  return () => {
    document.removeEventListener("visibilitychange", look);
    leave();
  };
}
