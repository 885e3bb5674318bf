/** The button that copies the page's address. */

import { SHARE } from "../ids.mjs";

const TOLD_MS = 2000;
const LONG_TOLD_MS = 4000; // a whole sentence

/** @type {string[]} */
let leftOut = [];

/** Note what the address cannot carry, such as "the drawing". @param {string[]} what */
export function noteLeftOut(what) {
  leftOut = what;
}

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without a secure origin there is no clipboard object; the older method still works.
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}

/** @returns {Promise<string>} the button's title */
export async function share() {
  await copy(location.href);
  const label = document.querySelector(`#${SHARE} .label`);
  if (label) tell(label);
  return "Copy a link to exactly this view";
}

/** @param {Element} label */
function tell(label) {
  label.textContent = leftOut.length ? `Link copied, without ${leftOut.join(" and ")}` : "Link copied";
  label.classList.add("told");
  setTimeout(() => {
    label.textContent = "Share";
    label.classList.remove("told");
  }, leftOut.length ? LONG_TOLD_MS : TOLD_MS);
}
