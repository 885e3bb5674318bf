/**
 * The Values tab with what belongs to it: the selected op in words, the player below the graph, the tensor drawer over it.
 * It tells the view what to show.
 */

import { make, makeButton } from "../../graph_view/dom.mjs";
import { sameView } from "../../graph_view/url.mjs";
import { chooseTab, watchTab } from "../panel_tabs.mjs";
import { watchKept } from "../runs/checkpoints.mjs";
import { noteLeftOut } from "../share.mjs";
import { ask, viewNow, want, watchShown } from "./client.mjs";
import { createDrawer } from "./drawer.mjs";
import { createOpWords } from "./op_words.mjs";
import { createValuesPanel } from "./panel.mjs";
import { createPlayer } from "./player.mjs";
import { formText, readFormText } from "./shared_form.mjs";

/**
 * @import { FieldStart, ShownMoment, View } from "../../types.mjs"
 * @import { ViewProps } from "./client.mjs"
 * @import { EvaluationFacts, Evaluated } from "./input_types.mjs"
 * @import { PlayerRow } from "./steps.mjs"
 */

const ROOM_MS = 100; // until the graph has made room for the drawer
const OWN_OVERLAYS = new Set(["values", "player", "field", "hidden"]);

/** @param {HTMLElement} host @returns {() => void} */
export function mountValues(host) {
  const stage = document.querySelector(".stage");
  const place = stage instanceof HTMLElement ? stage : host;
  const player = createPlayer(place, step, hide);
  const drawer = createDrawer(place, { ask, onField: showField });
  const selection = createSelection((of) => openDrawer(of));
  const words = createOpWords(selection.words, { ask, select: (selected) => want({ selected }) });
  const panel = createValuesPanel(host, { ask, watchShown, want, onEvaluated: take, between: selection.element, initial });
  /** @type {EvaluationFacts | null} */
  let evaluation = null;
  /** @type {PlayerRow | null} */
  let row = null;
  /** @type {FieldStart | null} */
  let field = null; // the number whose field is shown
  let evaluated = { graph: "", all: false }; // what the evaluation is of
  let isFirst = true;
  let centred = Date.now(); // each number once
  let requested = ""; // what the words are about

  /** The values of an input have come. @param {Evaluated} evaluated */
  function take({ evaluation: next, overlays, request, base }) {
    evaluation = next;
    const { view } = request;
    evaluated = { graph: graphOf(view), all: Boolean(view.all) };
    row = player.show(next.steps);
    const { text: form, left } = formText(request, base);
    noteLeftOut(left);
    const moment = momentOf(next, row, field);
    const isOfView = !row && !field && sameView(view, viewNow()?.view ?? null);
    want({ evaluation: moment, form, ...(isOfView ? { overlays: [...others(), ...overlays] } : {}) });
    tell();
    drawer.renew(next.id);
  }

  /** @param {PlayerRow | null} next */
  function step(next) {
    row = next;
    if (!evaluation) return;
    const selected = row ? { selected: row.box } : {};
    want({ evaluation: momentOf(evaluation, row, field), ...selected });
  }

  /** @param {FieldStart | null} start */
  function showField(start) {
    field = start;
    if (evaluation) want({ evaluation: momentOf(evaluation, row, field) });
  }

  /** @param {ViewProps} props */
  function follow({ scene, view, ready }) {
    player.opened(scene?.open ?? []);
    if (isFirst && ready) {
      isFirst = false;
      if (view?.values) chooseTab("values"); // the address asks for them
    }
    panel.setActive(Boolean(view?.values));
    if (evaluation && (!view?.values || graphOf(view) !== evaluated.graph)) forget();
    else if (evaluation && view && Boolean(view.all) !== evaluated.all) {
      evaluated.all = Boolean(view.all);
      panel.evaluate(); // the steps are others
    }
    tell();
  }

  /** Say of the selected op what it computed; in a step of a loop, what it computed then. */
  function tell() {
    const selected = viewNow()?.selected ?? null;
    const iterations = iterationsOf(selected);
    const next = JSON.stringify([evaluation?.id, selected, iterations]);
    if (next === requested) return;
    requested = next;
    selection.show(evaluation ? selected : null, evaluation?.has_gradients ?? false);
    if (evaluation && selected) void words.show(evaluation.id, selected, iterations);
    else words.clear();
  }

  /** @param {string | null} selected */
  function iterationsOf(selected) {
    return row?.box === selected ? row.iterations : null;
  }

  /** @param {"value" | "gradient"} of */
  function openDrawer(of) {
    const { selected, scene } = viewNow() ?? {};
    if (!evaluation || !selected) return;
    const box = scene?.boxes.find(({ id }) => id === selected) ?? scene?.frames.find(({ id }) => id === selected);
    drawer.open(evaluation.id, selected, box?.title ?? selected, { of, iterations: iterationsOf(selected) });
    centred += 1;
    setTimeout(() => want({ center: { box: selected, n: centred } }), ROOM_MS);
  }

  function hide() {
    const view = viewNow()?.view;
    chooseTab("inspect");
    if (view) want({ view: { ...view, values: false } });
  }

  function forget() {
    evaluation = row = field = null;
    player.show(null);
    noteLeftOut([]);
    if (drawer.isOpen()) drawer.close();
    want({ evaluation: null, overlays: others() });
  }

  /** @param {string} tab */
  function chosen(tab) {
    const view = viewNow()?.view;
    if (tab !== "values" || !view) return;
    if (!view.values) want({ view: { ...view, values: true } });
    else void panel.renewWeights();
  }

  const stops = [watchShown(follow), watchTab(chosen), watchKept(panel.renewWeights), () => player.stop()];
  return () => stops.forEach((stop) => stop());
}

/** The words about the selected op, and the buttons that open its tensors. @param {(of: "value" | "gradient") => void} open */
function createSelection(open) {
  const words = make("div", {});
  const value = makeButton("Open the value in the tensor viewer", "button", () => open("value"), "Open the tensor");
  const gradient = makeButton("Open the gradient in the tensor viewer", "button", () => open("gradient"), "Open the gradient");
  const hint = make("p", { class: "values-hint" }, "Select a box to see how its value is computed.");
  const acts = make("div", { class: "values-acts" }, value, gradient);
  const element = make("section", { class: "values-selection", "aria-label": "The selected op" }, hint, words, acts);
  element.hidden = true;
  return {
    element,
    words,
    /** @param {string | null} selected @param {boolean} hasGradients */
    show(selected, hasGradients) {
      element.hidden = false;
      hint.hidden = selected !== null;
      acts.hidden = selected === null;
      gradient.hidden = !hasGradients;
    },
  };
}

/** What the page's address sets. */
const initial = () => readFormText(viewNow()?.form);

/** Which graph a view shows. @param {View | null | undefined} view */
const graphOf = (view) => JSON.stringify([view?.source ?? "", view?.graph ?? ""]);

/** What else is shown on the boxes. */
const others = () => (viewNow()?.overlays ?? []).filter(({ name }) => !OWN_OVERLAYS.has(name));

/**
 * Going back, gradients are what there is to see.
 * @param {EvaluationFacts} evaluation @param {PlayerRow | null} row @param {FieldStart | null} field @returns {ShownMoment}
 */
function momentOf({ id, show }, row, field) {
  const shows = row?.isBack && show === "value" ? "both" : show;
  const moment = { id, show: shows, time: row?.time ?? null, back: row?.back ?? 0, now: row?.now ?? null };
  return { ...moment, is_backward: row?.isBack ?? false, field };
}
