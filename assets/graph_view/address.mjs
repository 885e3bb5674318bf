/**
 * The text in the page's address and the steps that Back undoes. A frame without an address of its own (srcdoc, some
 * sandboxes) refuses both: then the page keeps them itself.
 */

/** @typedef {{texts: string[], at: number}} OwnSteps the texts of all steps, and which of them is shown */

/** @type {OwnSteps | null} */
let ownSteps = null;

const inHash = () => document.documentElement.dataset.address === "hash";

/** What the address says of the view, without the # or ? before it. */
export function addressText() {
  if (ownSteps) return ownSteps.texts[ownSteps.at];
  return inHash() ? location.hash.slice(1) : location.search.slice(1);
}

/** Whether the address leads back to this page when it is copied. */
export function canBeCopied() {
  return !["about:", "data:", "blob:"].includes(location.protocol);
}

/** @param {string} text @param {boolean} isStep whether Back undoes it */
export function writeAddressText(text, isStep) {
  if (ownSteps) keep(ownSteps, text, isStep);
  else {
    const before = addressText();
    const address = inHash() ? `#${text}` : `${location.pathname}${text && `?${text}`}${location.hash}`;
    try {
      if (isStep) history.pushState(null, "", address);
      else history.replaceState(null, "", address);
    } catch {
      ownSteps = { texts: [before], at: 0 };
      keep(ownSteps, text, isStep);
    }
  }
}

/** @param {OwnSteps} steps @param {string} text @param {boolean} isStep */
function keep(steps, text, isStep) {
  if (isStep) steps.texts.splice(++steps.at, Infinity, text);
  else steps.texts[steps.at] = text;
}

/** Go so many steps back; a negative number goes forward. @param {number} steps */
export function goBack(steps) {
  if (!ownSteps) {
    history.go(-steps);
    return;
  }
  const to = Math.min(Math.max(ownSteps.at - steps, 0), ownSteps.texts.length - 1);
  if (to === ownSteps.at) return;
  ownSteps.at = to;
  window.dispatchEvent(new PopStateEvent("popstate"));
}

/** Let Alt and the arrow keys go through the steps that the page keeps; the browser's Back would leave the page around. */
export function listenForBack() {
  document.addEventListener("keydown", (event) => {
    const steps = event.key === "ArrowLeft" ? 1 : event.key === "ArrowRight" ? -1 : 0;
    if (!ownSteps || !steps || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    goBack(steps);
  });
}
