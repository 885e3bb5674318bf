/** The Values tab with what belongs to it: the player below the graph. It tells the view what to show. */

import { ask, shownNow, want, watchShown } from "./client.mjs";
import { createPlayer } from "./player.mjs";
import { openTab, watchTab } from "../panel_tabs.mjs";

/**
 * @import { LiftedOverlay } from "../../graph_view/draw/overlay_types.mjs"
 * @import { ShownMoment, View } from "../../types.mjs"
 * @import { ViewProps } from "./client.mjs"
 * @import { PlayerRow, Steps } from "./steps.mjs"
 */

/** @typedef {ShownMoment["show"]} Show */
/** @typedef {{id: string, steps: Steps}} Evaluation */

const OWN_OVERLAYS = new Set(["values", "player"]);

/** @param {HTMLElement} host @returns {() => void} */
export function mountValues(host) {
  const stage = document.querySelector(".stage");
  const player = createPlayer(stage instanceof HTMLElement ? stage : host, step);
  /** @type {Evaluation | null} */
  let evaluation = null;
  /** @type {Show} */
  let show = "value";
  /** @type {PlayerRow | null} */
  let row = null;

  /** The values of an input have come. @param {Evaluation} next @param {Show} shownAs @param {LiftedOverlay[]} overlays */
  function take(next, shownAs, overlays) {
    evaluation = next;
    show = shownAs;
    row = player.show(next.steps);
    if (row) want({ evaluation: momentOf(next.id, show, row) });
    else want({ evaluation: momentOf(next.id, show, null), overlays: [...others(), ...overlays] });
  }

  /** @param {PlayerRow | null} next */
  function step(next) {
    row = next;
    if (!evaluation) return;
    const back = next?.isBack ? steppedShow(show) : show;
    want({ evaluation: momentOf(evaluation.id, back, next), ...(next ? { selected: evaluation.steps.ops[next.op] } : {}) });
  }

  /** What else is shown on the boxes. */
  const others = () => (shownNow()?.overlays ?? []).filter(({ name }) => !OWN_OVERLAYS.has(name));

  /** @param {ViewProps} props */
  function follow({ scene, view }) {
    player.opened(scene?.open ?? []);
    if (!view?.values && evaluation) forget();
  }

  function forget() {
    evaluation = null;
    player.show(null);
  }

  /** @param {string} tab */
  function chosen(tab) {
    const view = shownNow()?.view;
    if (tab === "values" && view && !view.values) want({ view: { ...view, values: true } });
  }

  const stops = [watchShown(follow), watchTab(chosen)];
  if (openTab() === "values") chosen("values");
  return () => stops.forEach((stop) => stop());
}

/** Going back, gradients are what there is to see. @param {Show} show @returns {Show} */
const steppedShow = (show) => (show === "value" ? "both" : show);

/** @param {string} id @param {Show} show @param {PlayerRow | null} row @returns {ShownMoment} */
function momentOf(id, show, row) {
  return { id, show, time: row?.time ?? null, back: row?.back ?? 0, now: row?.now ?? null };
}
