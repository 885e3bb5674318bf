/** What is said at the top of the picture about what is not in it: hidden boxes, a focus that is not there. */

import { make, makeButton } from "../dom.mjs";

/**
 * @import { Crumb } from "../../types.mjs"
 */

/**
 * @param {HTMLElement} place
 * @param {{restore: (id?: string) => void, forgetLost: () => void}} acts
 */
export function createNotes(place, acts) {
  const root = make("div", { class: "notes" });
  place.append(root);
  let shownText = "";

  /** @param {{hidden: Crumb[], lost: string}} scene */
  function show({ hidden, lost }) {
    const text = JSON.stringify([hidden, lost]);
    if (text === shownText) return;
    shownText = text;
    root.replaceChildren(...(lost ? [lostNote(lost)] : []), ...(hidden.length ? [hiddenNote(hidden)] : []));
  }

  /** @param {string} id */
  function lostNote(id) {
    const words = `This graph has no group ${id}; the whole graph is shown`;
    const close = makeButton("Close this note", "note-close", acts.forgetLost, "×");
    return make("div", { class: "over-note", role: "status" }, make("span", { title: words }, words), close);
  }

  /** @param {Crumb[]} hidden */
  function hiddenNote(hidden) {
    const lines = hidden.map(({ id, title }) =>
      make("li", {}, makeButton(`Restore ${id}`, "note-line", () => acts.restore(id), title)),
    );
    const list = make("details", {}, make("summary", {}, `${hidden.length.toLocaleString("en-US")} hidden`), make("ul", {}, ...lines));
    const all = makeButton("Restore everything that is hidden", "note-act", () => acts.restore(), "Restore all");
    return make("div", { class: "over-note" }, list, all);
  }

  return { show, hide: () => show({ hidden: [], lost: "" }) };
}
