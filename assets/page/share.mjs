/** The button that copies the page's address. */

import { SHARE } from "../ids.mjs";

const TOLD_MS = 2000;

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
  label.textContent = "Link copied";
  label.classList.add("told");
  setTimeout(() => {
    label.textContent = "Share";
    label.classList.remove("told");
  }, TOLD_MS);
}
