/** The page's theme: the system's, or the one that was chosen. */

import { remember } from "../graph_view/storage.mjs";

/** @typedef {"system" | "light" | "dark"} Theme */

/** @type {Record<string, string>} */
const NAMES = { system: "system", light: "light", dark: "dark" };
const STORED = "graphlab:theme";
const systemDark = window.matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

const isDark = () => systemDark.matches;
const currentSetting = () => root.dataset.choice ?? "system";

/** @param {string} setting */
function applyTheme(setting) {
  root.dataset.choice = setting;
  root.dataset.theme = setting === "dark" || (setting === "system" && isDark()) ? "dark" : "light";
}

systemDark.addEventListener("change", () => applyTheme(currentSetting()));

/** Each click: the other theme than the one seen, then the one seen, then the system's again. @param {string} setting */
function nextTheme(setting) {
  const other = isDark() ? "light" : "dark";
  const same = isDark() ? "dark" : "light";
  if (setting === "system") return other;
  return setting === other ? same : "system";
}

/** The class, the title and the label of the button. @param {number | null} clicks @returns {[string, string, string]} */
export function cycleTheme(clicks) {
  if (clicks) {
    applyTheme(nextTheme(currentSetting()));
    remember(STORED, currentSetting());
  }
  const words = `Theme: ${NAMES[currentSetting()]}`;
  return [`button theme theme-${currentSetting()}`, words, words];
}
