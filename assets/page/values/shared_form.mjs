/** What the Values tab is set to, as a text in the page's address: whoever opens it sees the same values. Pure functions. */

/** @import { FormState } from "./input_types.mjs" */

const SHARED = new Set(["number", "grid", "text", "row", "random", "example"]); // what is short enough for an address
const LONGEST = 1500; // characters

/** The text of a form; null where it is too long. Files and drawings are left out. @param {FormState} state */
export function formText({ settings, show, gradient }) {
  const entries = Object.entries(settings).filter(([, { kind }]) => SHARED.has(kind));
  const part = show === "value" ? {} : { show, gradient };
  const text = JSON.stringify({ settings: Object.fromEntries(entries), ...part });
  return text.length <= LONGEST ? text : null;
}

/** What a text sets; {} for a text that is none of ours. @param {string | null | undefined} text @returns {Partial<FormState>} */
export function readFormText(text) {
  try {
    const value = JSON.parse(text ?? "{}");
    return value && typeof value === "object" && !Array.isArray(value) ? checked(value) : {};
  } catch {
    return {};
  }
}

/** @param {Record<string, unknown>} value @returns {Partial<FormState>} */
function checked({ settings, show, gradient }) {
  const isTable = typeof settings === "object" && settings !== null;
  const entries = isTable ? Object.entries(settings).filter(([, setting]) => isSetting(setting)) : [];
  return {
    settings: Object.fromEntries(entries),
    ...(show === "gradient" || show === "both" ? { show } : {}),
    ...(typeof gradient === "string" ? { gradient } : {}),
  };
}

/** @param {unknown} setting @returns {boolean} */
function isSetting(setting) {
  return typeof setting === "object" && setting !== null && "kind" in setting && SHARED.has(String(setting.kind));
}
