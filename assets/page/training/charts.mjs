/** A run's charts: which there are, and when they are drawn. Their figures are in chart_figures.mjs. */

import { LIVE_CHARTS } from "../../ids.mjs";
import { figureOf, isLogged, spoken } from "./chart_figures.mjs";
import { component, setProps } from "../dash.mjs";

/**
 * @import { DashPart } from "../dash.mjs"
 * @import { ShownSnapshot } from "./panel.mjs"
 */

const FIRST = ["loss", "accuracy"];
const MOST = 4; // two are in sight, the others below them
const MOST_LOGGED = 40; // of a log, which may hold any number
const USUAL_PX = 100; // the height of a chart that is not there yet
const GAP_MS = 500; // between two drawings of a running run: they cost more than all else on the page

let mounted = "";
/** @type {ShownSnapshot | null} */
let newest = null;
let runCount = 0;
let timer = 0;
let drawnAt = -Infinity;
let shownFigures = ""; // what the charts show
/** @type {IntersectionObserver | null} */
let watcher = null;
let isSeen = false; // whether the charts' place is in the window: not while the drawer is closed

/** The metrics to draw: loss, accuracy, then the others. @param {ShownSnapshot} snapshot */
function chartNames(snapshot) {
  const names = Object.keys(snapshot.curves ?? {});
  const rest = names.filter((name) => !FIRST.includes(name));
  const most = isLogged(snapshot) ? MOST_LOGGED : MOST;
  return [...FIRST.filter((name) => names.includes(name)), ...rest].slice(0, most);
}

/** Dash takes no dots and braces in an id. @param {string} name */
const chartId = (name) => `chart-${name.replace(/[.{}]/g, "_")}`;

/**
 * Epochs are written under the second chart, and once more under the last; each chart of a log has its own steps.
 * @param {ShownSnapshot} snapshot @param {number} index @param {number} count
 */
function isLabelled(snapshot, index, count) {
  return isLogged(snapshot) || index === Math.min(1, count - 1) || index === count - 1;
}

/** @param {string} name @param {ShownSnapshot} snapshot @param {boolean} labelled */
function figureIn(name, snapshot, labelled) {
  const heightPx = document.getElementById(chartId(name))?.clientHeight || USUAL_PX;
  return figureOf(name, snapshot, { labelled, heightPx, revision: `run-${runCount}` });
}

/** @param {string} name @param {ShownSnapshot} snapshot @param {boolean} labelled @returns {DashPart} */
function chartOf(name, snapshot, labelled) {
  const config = { displayModeBar: false, responsive: true };
  const props = { id: chartId(name), figure: figureIn(name, snapshot, labelled), config, style: { height: "100%" } };
  const graph = { namespace: "dash_core_components", type: "Graph", props };
  const words = `${spoken(name)} of training and validation by ${isLogged(snapshot) ? "step" : "epoch"}`;
  return component("Div", { className: labelled ? "chart labelled" : "chart", role: "img", "aria-label": words }, [graph]);
}

function legend() {
  const keys = ["training", "validation"].map((name) => component("Span", { className: `key-${name}` }, name));
  return component("Div", { className: "chart-keys" }, keys);
}

/** What a drawing depends on besides the theme: a snapshot without a new point changes nothing. @param {ShownSnapshot} snapshot */
const drawable = ({ curves, status, epoch, epochs }) => JSON.stringify([curves, status, epoch, epochs]);

function watchPlace() {
  watcher ??= new IntersectionObserver((entries) => {
    isSeen = entries.at(-1)?.isIntersecting ?? false;
    drawInTime();
  });
  const place = document.getElementById(LIVE_CHARTS);
  if (place) watcher.observe(place);
}

/** At once where the run has just begun or is over; else when it is time, if there is something new to be seen. */
function drawInTime() {
  watchPlace();
  if (!isSeen || !newest || drawable(newest) === shownFigures) return;
  clearTimeout(timer);
  const wait = newest.status === "running" ? drawnAt + GAP_MS - performance.now() : 0;
  if (wait > 0) timer = setTimeout(drawInTime, wait);
  else draw();
}

function draw() {
  if (!isSeen || !newest) return;
  drawnAt = performance.now();
  shownFigures = drawable(newest);
  const names = chartNames(newest);
  if (!names.length) return;
  const snapshot = newest;
  /** @param {number} i */
  const labelled = (i) => isLabelled(snapshot, i, names.length);
  if (names.join(" ") === mounted) {
    names.forEach((name, i) => setProps(chartId(name), { figure: figureIn(name, snapshot, labelled(i)) }));
    return;
  }
  mounted = names.join(" ");
  setProps(LIVE_CHARTS, { children: [legend(), ...names.map((name, i) => chartOf(name, snapshot, labelled(i)))] });
}

/** The first graph comes before Plotly, which is large. @param {() => void} act */
function whenGraphIsDrawn(act) {
  if (document.querySelector(".graph-view[data-drawn], .graph-view .message[data-kind='error']")) act();
  else document.addEventListener("graphlab:drawn", act, { once: true });
}

/**
 * A run without a snapshot is a new one: the curves of the one before it go.
 * @param {ShownSnapshot | null} snapshot @param {string | null} url
 */
export function showCharts(snapshot, url) {
  newest = snapshot ?? null;
  if (snapshot) whenGraphIsDrawn(drawInTime);
  else {
    shownFigures = "";
    drawnAt = -Infinity;
    runCount += 1;
    if (mounted) setProps(LIVE_CHARTS, { children: [] });
    mounted = "";
  }
  return url ?? "";
}

/** Unseen charts get the other theme's colours when they come in sight. */
function redraw() {
  shownFigures = "";
  draw();
}

new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
