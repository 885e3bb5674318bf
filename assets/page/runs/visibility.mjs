/** What a page does only while it is visible. */

/**
 * Call `begin` whenever the page becomes visible, and what that returns when it is hidden.
 * @param {() => (() => void)} begin
 * @returns {() => void} ends it
 */
export function whileVisible(begin) {
  /** @type {(() => void) | null} */
  let end = null;

  function check() {
    if (document.hidden) leave();
    else end ??= begin();
  }

  function leave() {
    end?.();
    end = null;
  }

  document.addEventListener("visibilitychange", check);
  check();
  return () => {
    document.removeEventListener("visibilitychange", check);
    leave();
  };
}
