/**
 * The text in the page's address and the steps that Back undoes. A frame without an address of its own (srcdoc, some
 * sandboxes) refuses both: then the page keeps them itself.
 */

/** @type {{texts: string[], at: number} | null} */
let kept = null;

const inHash = () => document.documentElement.dataset.address === "hash";

/** What the address says of the view, without the # or ? before it. */
export function addressText() {
  if (kept) return kept.texts[kept.at];
  return inHash() ? location.hash.slice(1) : location.search.slice(1);
}

/** Whether the address leads back to this page when it is copied. */
export function canBeCopied() {
  return !["about:", "data:", "blob:"].includes(location.protocol);
}

/** @param {string} text @param {boolean} isStep whether Back undoes it */
export function writeAddressText(text, isStep) {
  if (kept) keep(text, isStep);
  else {
    const before = addressText();
    const address = inHash() ? `#${text}` : `${location.pathname}${text && `?${text}`}${location.hash}`;
    try {
      if (isStep) history.pushState(null, "", address);
      else history.replaceState(null, "", address);
    } catch {
      kept = { texts: [before], at: 0 };
      keep(text, isStep);
    }
  }
}

function keep(text, isStep) {
  if (isStep) kept.texts.splice(++kept.at, Infinity, text);
  else kept.texts[kept.at] = text;
}

/** Go so many steps back; a negative number goes forward. @param {number} steps */
export function goBack(steps) {
  if (!kept) {
    history.go(-steps);
    return;
  }
  const to = Math.min(Math.max(kept.at - steps, 0), kept.texts.length - 1);
  if (to === kept.at) return;
  kept.at = to;
  window.dispatchEvent(new PopStateEvent("popstate"));
}

/** Let Alt and the arrow keys go through the steps that the page keeps; the browser's Back would leave the page around. */
export function listenForBack() {
  document.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: 1, ArrowRight: -1 }[event.key];
    if (!kept || !steps || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    goBack(steps);
  });
}
