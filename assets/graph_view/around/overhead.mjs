/** The line over the picture: where one is, what is hidden, and the acts that change how much of the graph is shown. */

import { createCrumbs } from "./crumbs.mjs";
import { closestTo, make } from "../dom.mjs";
import { createExtent } from "../groups/extent.mjs";
import { listenForKeys } from "../input/keys.mjs";
import { createNotes } from "./notes.mjs";
import { createOutline } from "./outline.mjs";
import { itemOf } from "../scene/scene.mjs";
import constants from "../../shared_constants.json" with { type: "json" };

/** @import { Item, ReadyScene, SetProps, State } from "../types.mjs" */

const { MOST_PINS } = constants;

/**
 * @param {HTMLElement} host
 * @param {object} view
 * @param {() => State} view.state the props and the scene
 * @param {SetProps} view.ask for other props
 * @param {(id: string | null) => void} view.goTo fit a frame and select it; null: all
 * @param {(item: Item, point: null) => void} view.toggle open or close a group
 */
export function createOverhead(host, { state, ask, goTo, toggle }) {
  const place = make("div", { class: "overhead" });
  host.append(place);
  const extent = createExtent(state, ask);
  const outline = createOutline(host, place, { state, ask, toggle });
  const crumbs = createCrumbs(place, { goTo, show: extent.backTo, out: extent.out });
  const notes = createNotes(place, extent);
  /** @type {Record<string, (id?: string) => void>} */
  const acts = { focus: extent.enter, hide: extent.hide, out: extent.out, pin };
  const stopKeys = listenForKeys({
    ".": () => extent.enter(),
    ",": () => extent.out(),
    h: () => extent.hide(),
    H: () => extent.hide(),
    o: outline.toggle,
    O: outline.toggle,
    n: () => pin(),
    N: () => pin(),
  });
  document.addEventListener("click", act);
  document.addEventListener("keydown", letGo);

  /** A button of the page that acts on a box: `data-act` says how, `data-of` on which. @param {Event} event */
  function act(event) {
    const { act: name, of } = closestTo(event, "[data-act]")?.dataset ?? {};
    if (name) acts[name]?.(of);
  }

  /** Pin a box, or take its pin away; without an id the selected one's. */
  function pin(id = state().selected) {
    const { scene, pins } = state();
    if (id && scene?.focus !== undefined) ask({ pins: pinned(pins ?? [], id) });
  }

  /** @param {KeyboardEvent} event */
  function letGo(event) {
    if (!isFreeEscape(event)) return;
    const { scene, selected } = state();
    if (selected && scene && itemOf(scene, selected)) ask({ selected: null });
    else extent.out();
  }

  /** @param {ReadyScene} scene @param {string | null} selected */
  function show(scene, selected) {
    crumbs.show(scene, selected);
    notes.show(scene);
  }

  function hide() {
    crumbs.hide();
    notes.hide();
  }

  function stop() {
    stopKeys();
    document.removeEventListener("click", act);
    document.removeEventListener("keydown", letGo);
  }

  return { show, hide, stop, refresh: outline.refresh, follow: extent.follow, out: extent.out };
}

/** The pins once a box was pinned, or its pin taken away; of too many the oldest goes. @param {string[]} pins @param {string} id */
export function pinned(pins, id) {
  return pins.includes(id) ? pins.filter((other) => other !== id) : [...pins, id].slice(-MOST_PINS);
}

/** Escape where nothing else has a use for it; other listeners still receive it. @param {KeyboardEvent} event */
function isFreeEscape(event) {
  if (event.key !== "Escape" || event.target !== document.body) return false;
  return !document.querySelector(".panel.open, dialog[open]");
}
