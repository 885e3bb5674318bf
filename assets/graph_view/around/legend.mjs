/** The legend: what the colours mean, each a button that makes its boxes stand out, and the kinds of dashed links. */

import { make } from "../dom.mjs";
import { FAMILY_NAMES, LINK_DASHES, LINK_NAMES, PATTERNS, variableOf } from "../theme.mjs";

/**
 * @import { Legend, LegendEntry } from "../draw/overlay_types.mjs"
 */

/**
 * @param {HTMLElement} host
 * @param {(slot: string) => void} pick what to do when an entry is clicked
 */
export function createLegend(host, pick) {
  const list = make("ul");
  const summary = make("summary", {}, "Legend");
  const note = make("p", { class: "legend-note", role: "status" });
  const details = make("details", { class: "legend" }, summary, list, note);
  details.open = window.innerWidth > 1100 && window.innerHeight > 640;
  host.append(details);
  let shownText = "";

  /** @param {Legend} legend @param {string[]} styles of links */
  function show({ title, note: what, ends, entries }, styles) {
    const text = JSON.stringify([title, what, ends, entries, styles]);
    if (text === shownText) return;
    shownText = text;
    summary.textContent = [title, what].filter(Boolean).join(", ");
    const steps = ends ? entries.filter(({ slot }) => /^r\d$/.test(slot)) : [];
    const lines = entries.filter((entry) => !steps.includes(entry)).map((entry) => make("li", {}, drawEntry(entry, pick)));
    const dashed = Object.keys(LINK_NAMES).filter((style) => styles.includes(style));
    list.replaceChildren(
      ...(steps.length ? [drawRamp(steps, ends ?? ["", ""], pick)] : []),
      ...lines,
      ...dashed.map((style) => make("li", {}, dashes(style), LINK_NAMES[style])),
    );
    details.hidden = list.childElementCount === 0;
  }

  /** @param {string | null} slot the entry that is picked */
  function press(slot) {
    for (const button of list.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.dataset.slot === slot));
    }
  }

  /** @param {string} text what the colours say of the selected box */
  function say(text) {
    if (note.textContent !== text) note.textContent = text;
  }

  return { show, press, say };
}

/** @param {LegendEntry} entry @param {(slot: string) => void} pick */
function drawEntry(entry, pick) {
  const name = nameOf(entry);
  const button = makeToggle(entry, name, pick, swatch(entry.slot), make("span", { class: "legend-name" }, name));
  if (entry.count) button.append(make("span", { class: "legend-count" }, entry.count.toLocaleString("en-US")));
  return button;
}

/** @param {LegendEntry} entry @param {string} name @param {(slot: string) => void} pick @param {...(Node | string)} children */
function makeToggle({ slot, count }, name, pick, ...children) {
  const many = count === undefined ? "" : ` (${count.toLocaleString("en-US")})`;
  const how = { type: "button", class: "legend-entry", "data-slot": slot, "aria-pressed": "false" };
  const button = make("button", { ...how, title: `Show ${name}${many}`, "aria-label": `${name}${many}` }, ...children);
  button.addEventListener("click", () => pick(slot));
  return button;
}

/** @param {LegendEntry[]} steps @param {[string, string]} ends @param {(slot: string) => void} pick */
function drawRamp(steps, [least, most], pick) {
  const toggles = steps.map((step) => makeToggle(step, step.name ?? "", pick, swatch(step.slot)));
  return make("li", { class: "ramped" }, make("div", { class: "ramp" }, ...toggles), make("span", {}, least), make("span", {}, most));
}

/** Families have short names here; "other" may be the rest of anything. @param {LegendEntry} entry */
function nameOf({ slot, name }) {
  return name && (slot === "other" || !(slot in FAMILY_NAMES)) ? name : FAMILY_NAMES[slot];
}

/** @param {string} slot */
function swatch(slot) {
  const pill = slot === "variable" || slot === "io";
  const step = /^r\d$/.test(slot);
  const mark = make("i", { class: pill ? `pill pill-${slot}` : step ? "step" : "bar" });
  mark.style.setProperty("--colour", `var(${variableOf(slot)})`);
  if (PATTERNS[slot].length) mark.style.setProperty("--pattern", stripes(PATTERNS[slot]));
  return mark;
}

/** @param {string} style */
function dashes(style) {
  const mark = make("i", { class: "dashes" });
  mark.style.setProperty("--pattern", stripes(LINK_DASHES[style], "to right, "));
  return mark;
}

/** @param {number[]} lengths */
function stripes(lengths, direction = "") {
  let at = 0;
  const stops = lengths.map((length, i) => {
    const colour = i % 2 === 0 ? "var(--colour)" : "transparent";
    const stop = `${colour} ${at}px ${at + length}px`;
    at += length;
    return stop;
  });
  return `repeating-linear-gradient(${direction}${stops.join(", ")})`;
}
