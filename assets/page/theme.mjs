/** The page's theme: the system's, or the one that was chosen. */

import { remember } from "../graph_view/storage.mjs";

/** @typedef {"system" | "light" | "dark"} Theme */

/** @type {Record<string, string>} */
const NAMES = { system: "system", light: "light", dark: "dark" };
const STORED = "graphlab:theme";
const systemDark = window.matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

const isDark = () => systemDark.matches;
const chosen = () => root.dataset.choice ?? "system";

/** @param {string} choice */
function applyTheme(choice) {
  root.dataset.choice = choice;
  root.dataset.theme = choice === "dark" || (choice === "system" && isDark()) ? "dark" : "light";
}

systemDark.addEventListener("change", () => applyTheme(chosen()));

/** Each click: the other theme than the one seen, then the one seen, then the system's again. @param {string} choice */
function nextTheme(choice) {
  const other = isDark() ? "light" : "dark";
  const same = isDark() ? "dark" : "light";
  if (choice === "system") return other;
  return choice === other ? same : "system";
}

/** The class, the title and the label of the button. @param {number | null} clicks @returns {[string, string, string]} */
export function cycleTheme(clicks) {
  if (clicks) {
    applyTheme(nextTheme(chosen()));
    remember(STORED, chosen());
  }
  const words = `Theme: ${NAMES[chosen()]}`;
  return [`button theme theme-${chosen()}`, words, words];
}
