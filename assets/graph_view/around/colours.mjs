/** The legend of the overlay that colours the boxes, and its entry that is picked. */

import { isTaken } from "../input/keys.mjs";
import { BAD } from "../draw/overlays.mjs";
import { createLegend } from "./legend.mjs";
import { FAMILY_NAMES } from "../theme.mjs";

/**
 * @import { LegendEntry } from "../draw/overlay_types.mjs"
 * @import { ShownOverlay } from "../draw/overlays.mjs"
 * @import { ReadyScene } from "../types.mjs"
 */

/**
 * @param {HTMLElement} host
 * @param {{light: (slot: string | null) => void}} standout
 * @param {() => void} onOther what to do when the boxes are coloured by something else
 */
export function createColours(host, standout, onOther) {
  const legend = createLegend(host, (slot) => light(slot === lit ? null : slot));
  /** @type {ShownOverlay | null} */
  let overlay = null;
  /** @type {string | null} */
  let lit = null;
  /** @type {LegendEntry[]} */
  let more = []; // of other overlays
  document.addEventListener("keydown", onKey, true);

  /** @param {ShownOverlay | null} next */
  function take(next) {
    const other = next?.key !== overlay?.key;
    overlay = next;
    if (!other) return;
    light(null);
    onOther();
  }

  /** The entries that other overlays add. @param {ShownOverlay[]} overlays */
  function add(overlays) {
    more = overlays.filter((one) => one !== overlay).flatMap(({ legend: { entries } }) => entries);
    if (lit === BAD && !more.some(({ slot }) => slot === lit)) light(null);
  }

  /**
   * Bring the legend up to a scene, the overlay and the selection.
   * @param {ReadyScene | null} scene @param {string | null} selected
   */
  function explain(scene, selected) {
    const usual = { title: "Op type", entries: familiesOf(scene) };
    const own = overlay?.legend ?? usual;
    const whole = { ...own, entries: [...own.entries, ...more] };
    legend.show(scene ? whole : { title: "", entries: [] }, scene?.styles ?? []);
    legend.press(lit);
    const mark = selected ? overlay?.marks.get(selected) : undefined;
    legend.say(mark?.alike ? `Selected: ${mark.words}` : "");
  }

  /** @param {string | null} slot */
  function light(slot) {
    lit = slot;
    legend.press(slot);
    standout.light(slot);
  }

  /** Escape first lets go of what was picked in the legend. @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.key !== "Escape" || lit === null || isTaken(event)) return;
    event.stopImmediatePropagation(); // what else Escape ends waits for the next one
    light(null);
  }

  function stop() {
    document.removeEventListener("keydown", onKey, true);
  }

  return { take, add, explain, stop };
}

/**
 * The entries for families, where the page gives none: those of the boxes in sight.
 * @param {ReadyScene | null} scene
 */
function familiesOf(scene) {
  const families = new Set(scene?.families ?? []);
  return Object.keys(FAMILY_NAMES)
    .filter((family) => families.has(family))
    .map((slot) => ({ slot }));
}
