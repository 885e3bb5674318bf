/** The Values tab with what belongs to it: the player below the graph. It tells the view what to show. */

import { ask, viewNow, want, watchShown } from "./client.mjs";
import { createValuesPanel } from "./panel.mjs";
import { createPlayer } from "./player.mjs";
import { chooseTab, openTab, watchTab } from "../panel_tabs.mjs";

/**
 * @import { ShownMoment } from "../../types.mjs"
 * @import { ViewProps } from "./client.mjs"
 * @import { EvaluationFacts, Evaluated } from "./input_types.mjs"
 * @import { PlayerRow } from "./steps.mjs"
 */

const OWN_OVERLAYS = new Set(["values", "player"]);

/** @param {HTMLElement} host @returns {() => void} */
export function mountValues(host) {
  const stage = document.querySelector(".stage");
  const player = createPlayer(stage instanceof HTMLElement ? stage : host, step);
  /** @type {EvaluationFacts | null} */
  let evaluation = null;
  let tab = openTab();
  const panel = createValuesPanel(host, { ask, watchShown, want, onEvaluated: take });

  /** The values of an input have come. @param {Evaluated} evaluated */
  function take({ evaluation: next, overlays }) {
    evaluation = next;
    const row = player.show(next.steps);
    if (row) step(row);
    else want({ evaluation: momentOf(next, null), overlays: [...others(), ...overlays] });
  }

  /** @param {PlayerRow | null} row */
  function step(row) {
    if (!evaluation) return;
    const selected = row ? { selected: evaluation.steps.ops[row.op] } : {};
    want({ evaluation: momentOf(evaluation, row), ...selected });
  }

  /** @param {ViewProps} props */
  function follow({ scene, view, ready }) {
    player.opened(scene?.open ?? []);
    if (view?.values && ready && tab === "inspect" && !evaluation) chooseTab("values");
    panel.setActive(Boolean(view?.values));
    if (!view?.values && evaluation) forget();
  }

  function forget() {
    evaluation = null;
    player.show(null);
    want({ evaluation: null, overlays: others() });
  }

  /** @param {string} next */
  function chosen(next) {
    tab = next;
    const view = viewNow()?.view;
    if (tab === "values" && view && !view.values) want({ view: { ...view, values: true } });
  }

  const stops = [watchShown(follow), watchTab(chosen), () => player.stop()];
  return () => stops.forEach((stop) => stop());
}

/** What else is shown on the boxes. */
const others = () => (viewNow()?.overlays ?? []).filter(({ name }) => !OWN_OVERLAYS.has(name));

/**
 * Going back, gradients are what there is to see.
 * @param {EvaluationFacts} evaluation @param {PlayerRow | null} row @returns {ShownMoment}
 */
function momentOf({ id, show }, row) {
  const shows = row?.isBack && show === "value" ? "both" : show;
  return { id, show: shows, time: row?.time ?? null, back: row?.back ?? 0, now: row?.now ?? null };
}
