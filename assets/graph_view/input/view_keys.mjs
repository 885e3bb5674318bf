/** Keys become acts on the view: those on the boxes of the mirror, and those of the whole page. */

import { isGroup, itemOf } from "../scene/scene.mjs";
import { listenForKeys } from "./keys.mjs";

/**
 * @import { Acts } from "./pointer.mjs"
 * @import { Mirror } from "./mirror.mjs"
 */

const ZOOM_STEP = 1.3;

/** Keys on the boxes of the mirror. @param {Mirror} mirror @param {Acts} acts */
export function listenToKeys(mirror, acts) {
  mirror.layer.addEventListener("keydown", (event) => {
    const { scene } = acts.state();
    const id = mirror.idOf(event.target);
    const item = scene && id ? itemOf(scene, id) : null;
    if (!id || !item || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith("Arrow")) acts.walk(id, event.key);
    else if (event.key === "Enter" && isGroup(item)) (event.shiftKey ? acts.toggleWhole : acts.toggle)(item, null);
    else if (event.key === "Enter" || event.key === " ") acts.select(id);
    else if (event.key === "Escape") acts.leave(id);
    else return;
    event.preventDefault();
  });
}

/** Keys of the whole page: F, +, −, brackets and digits. @param {Acts} acts @returns {() => void} stops listening */
export function listenToPageKeys(acts) {
  /** @type {Record<string, () => void>} */
  const table = {
    f: acts.fit,
    F: acts.fit,
    "+": () => acts.zoom(ZOOM_STEP),
    "=": () => acts.zoom(ZOOM_STEP),
    "-": () => acts.zoom(1 / ZOOM_STEP),
    "[": () => acts.along("src", false),
    "]": () => acts.along("dst", false),
    "{": () => acts.along("src", true),
    "}": () => acts.along("dst", true),
  };
  for (let digit = 0; digit < 10; digit += 1) table[digit] = () => acts.digit(digit);
  return listenForKeys(table);
}
