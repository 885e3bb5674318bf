/** The paint of the boxes, its legend, and the entry of the legend that is picked. */

import { isTaken } from "../input/input.mjs";
import { createLegend } from "./legend.mjs";
import { FAMILY_NAMES } from "../theme.mjs";

const USUAL = "type"; // the families of ops
const WORDS_MS = 1000; // between two times that a paint of other amounts is told to screen readers

/**
 * @typedef {import("../draw/paint.mjs").Paint} Paint
 * @param {HTMLElement} host
 * @param {{light: (slot: string | null) => void, paint: (boxes: object, recoloured: boolean) => void}} standout
 * @param {{onWords: () => void, onOther: () => void}} acts what to do when other words go with the boxes, and when they
 *   are coloured by something else
 */
export function createColours(host, standout, { onWords, onOther }) {
  const legend = createLegend(host, (slot) => light(slot === lit ? null : slot));
  /** @type {Paint | null} */
  let paint = null;
  let lit = null;
  let timer = 0;
  document.addEventListener("keydown", onKey, true);

  /** @param {Paint | null} next */
  function take(next) {
    if (next === paint) return;
    const other = next?.by !== paint?.by;
    paint = next;
    standout.paint(next?.boxes ?? {}, next !== null && next.by !== USUAL);
    if (!other) {
      timer ||= setTimeout(retell, WORDS_MS);
      return;
    }
    light(null);
    onOther();
    onWords();
  }

  function retell() {
    timer = 0;
    onWords();
  }

  /**
   * Bring the legend up to a scene, the paint and the selection.
   * @param {import("../scene/scene.mjs").Scene | null} scene @param {string | null} selected
   */
  function explain(scene, selected) {
    const usual = { title: "Op type", entries: familiesOf(scene) };
    legend.show(scene ? (paint ?? usual) : { title: "", entries: [] }, scene?.styles ?? []);
    legend.press(lit);
    const mark = paint?.boxes[selected];
    legend.say(mark?.alike ? `Selected: ${mark.words}` : "");
  }

  function light(slot) {
    lit = slot;
    legend.press(slot);
    standout.light(slot);
  }

  /** Escape first lets go of what was picked in the legend. */
  function onKey(event) {
    if (event.key !== "Escape" || lit === null || isTaken(event)) return;
    event.stopImmediatePropagation(); // what else Escape ends waits for the next one
    light(null);
  }

  function stop() {
    clearTimeout(timer);
    document.removeEventListener("keydown", onKey, true);
  }

  return { take, explain, wordsOf: (id) => paint?.boxes[id]?.words ?? "", stop };
}

/** The entries for families, where the page gives none: those of the boxes in sight. */
function familiesOf(scene) {
  const found = new Set(scene?.families ?? []);
  return Object.keys(FAMILY_NAMES)
    .filter((family) => found.has(family))
    .map((slot) => ({ slot }));
}
