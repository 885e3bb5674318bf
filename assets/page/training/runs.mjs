/** The runs that are running besides the shown one, and whether to start another beside them. */

import { RUN, RUN_ACT } from "../../ids.mjs";
import { component, same, setProps } from "../dash.mjs";
import { epochsText, number, rateText, startText } from "./measures.mjs";

/**
 * @import { RunningRun, View } from "../../types.mjs"
 * @import { DashChildren } from "../dash.mjs"
 */

const PLACE = "run-place"; // the type of the ids of lines that say where a run is

/** @param {RunningRun} run @param {string | null} url */
const isShown = (run, url) => Boolean(url?.includes(`/runs/${run.run}/`));

/** @param {RunningRun} run */
const placeId = (run) => ({ type: PLACE, run: run.run });
/** @param {RunningRun} run */
const placeText = (run) => `${run.name} is running: ${run.progress}`;
let shownOthers = "[]";
let shownAsk = "";
/** @type {Record<string, string>} */
let places = {};

/** What tells a run from others of its source. @param {RunningRun} run */
function settingsText(run) {
  const words = [
    `started ${startText(run.started_s)}`,
    epochsText(run.epochs),
    run.batch_size && `batch size ${number(run.batch_size)}`,
    run.learning_rate && rateText(run.learning_rate),
    `seed ${run.seed}`,
  ];
  return words.filter(Boolean).join(", ");
}

/** @param {string} act @param {string} words @param {RunningRun} run */
function button(act, words, run) {
  return component("Button", { id: { type: RUN_ACT, act, run: run.run }, className: "button" }, words);
}

/** @param {RunningRun} run @param {string} source that is shown */
function otherOf(run, source) {
  const address = `?source=${encodeURIComponent(run.source).replaceAll("%2F", "/").replaceAll("%3A", ":")}`;
  const isSame = run.source === source;
  const way = isSame ? button("open", "Open", run) : component("A", { href: address, className: "button" }, "Open");
  const words = component("Div", { className: "other-words" }, [
    component("Div", { className: "other-place", id: placeId(run) }, placeText(run)),
    component("Div", {}, settingsText(run)),
  ]);
  return component("Div", { className: "other", key: run.run, title: run.run }, [words, way, button("stop", "Stop", run)]);
}

/**
 * A line for each run that is going besides the one that is shown; nothing without any. Only what has changed is
 * written: buttons that come again under a pointer would swallow its click.
 * @param {RunningRun[] | null} runs @param {string | null} url of the shown one @param {View | null} view
 */
export function showOthers(runs, url, view) {
  const source = (view?.source ?? "").split(" --input ")[0];
  const shownRun = (runs ?? []).find((run) => isShown(run, url));
  // It had ended and was resumed elsewhere, such as in a terminal.
  if (shownRun && shownRun.url !== url) setTimeout(() => setProps(RUN, { url: shownRun.url }));
  const others = (runs ?? []).filter((run) => !isShown(run, url));
  const text = JSON.stringify([source, others.map((run) => ({ ...run, progress: "" }))]);
  const before = places;
  places = Object.fromEntries(others.map((run) => [run.run, run.progress]));
  if (text !== shownOthers) {
    shownOthers = text;
    return others.map((run) => otherOf(run, source));
  }
  for (const run of others.filter(({ run: name, progress }) => progress !== before[name])) {
    setProps(placeId(run), { children: placeText(run) });
  }
  return same();
}

/**
 * What can be done about the runs of this source, while any of them continues.
 * @param {string[] | null} names their names @param {RunningRun[] | null} runs @param {string | null} url of the shown one
 */
export function showAsk(names, runs, url) {
  const still = (names ?? []).flatMap((name) => (runs ?? []).find(({ run }) => run === name) ?? []);
  /** @type {DashChildren} */
  const children = still.length ? askOf(still, url) : "";
  const text = JSON.stringify(children);
  const isSame = text === shownAsk;
  shownAsk = text;
  return [isSame ? same() : children, runs && names && !still.length ? null : same()];
}

/** @param {RunningRun[]} still @param {string | null} url */
function askOf(still, url) {
  const [newest] = still;
  const one = still.length === 1;
  const words = one
    ? `A run of this source is running: ${settingsText(newest)}.`
    : `${still.length} runs of this source are running. The newest: ${settingsText(newest)}.`;
  const acts = [
    button("replace", one ? "Stop it and start" : "Stop the newest and start", newest),
    button("both", one ? "Run both" : "Start another", newest),
    ...(isShown(newest, url) ? [] : [button("open", one ? "Open it" : "Open the newest", newest)]),
  ];
  const parts = [component("P", {}, words), component("Div", { className: "choices" }, acts)];
  return component("Div", { className: "asks" }, parts);
}
