/** A run's curves as the figures of charts: training and validation of one metric in one, in the page's colours. */

import { measure } from "./measures.mjs";

/**
 * @import { Chart, CurvePoint } from "../../types.mjs"
 * @import { ShownSnapshot } from "./panel.mjs"
 */

const MARGIN = { l: 38, r: 66, t: 22, b: 8 };
const FIRST_STEPS = 0.1; // of an epoch: far off, they would press the rest of the curve flat
const ENOUGH_POINTS = 8; // in the first epoch, for its start to be left out
const TICKS_PX = 12; // more at the bottom where the epochs are written
const LABEL_PX = 12; // the height of a value beside its curve
const WHOLE_RUN = 10; // so many epochs are shown from the start; of more, those that are near

/** Whether a snapshot is that of a log, whose curves go by step. @param {ShownSnapshot} snapshot */
export const isLogged = (snapshot) => snapshot.status === "logged";

/** A metric's name as it is read. @param {string} name */
export const spoken = (name) => name.replaceAll("_", " ");

/** @param {string} name of a custom property */
function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** The last step of any curve of a log's chart. @param {Chart} chart */
function lastStep({ train = [], validation = [] }) {
  return Math.max(1, train.at(-1)?.[0] ?? 0, validation.at(-1)?.[0] ?? 0);
}

/**
 * The last epoch on the axis: it stays for long, so that the curve grows and the axis does not.
 * @param {ShownSnapshot} snapshot
 */
function lastEpoch({ status, step = 0, epoch = 1, epochs = 1 }) {
  const done = Math.max(1, Math.ceil(step ? epoch : epoch - 1));
  if (!["starting", "running"].includes(status)) return done;
  if (epochs <= WHOLE_RUN) return Math.max(1, epochs);
  return Math.min(epochs, roundUp(Math.max(WHOLE_RUN, done * 1.25)));
}

/** The next of 1, 2, 5, 10, 20, 50 ... @param {number} value */
export function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5].map((step) => step * power).find((step) => step >= value) ?? 10 * power;
}

/**
 * After an epoch the first steps are left out of the range; their curve comes in from the edge.
 * @param {string} name @param {Chart} chart @returns {[number, number]}
 */
export function rangeOf(name, { train = [], validation = [] }) {
  const detailed = train.filter(([x]) => x <= 1).length >= ENOUGH_POINTS;
  const from = detailed && (train.at(-1)?.[0] ?? 0) >= 1 ? FIRST_STEPS : 0;
  const points = [...train.filter(([x]) => x >= from), ...validation];
  const values = points.flatMap(([, y]) => y ?? []);
  if (!values.length) return [0, 1];
  const low = name === "loss" ? Math.min(0, ...values) : Math.min(...values);
  const high = Math.max(...values);
  const room = (high - low || Math.abs(high) || 1) * 0.06;
  return [low === 0 ? 0 : low - room, high + room];
}

/** @param {CurvePoint[]} points @param {string} name @param {object} style */
function plotlyTrace(points, name, style) {
  return {
    x: points.map(([x]) => x),
    y: points.map(([, y]) => y),
    text: points.map(([, y]) => valueText(y)),
    name,
    mode: name === "validation" || points.length === 1 ? "lines+markers" : "lines",
    type: "scatter",
    ...style,
    hovertemplate: `${name} %{text}<extra></extra>`,
  };
}

/** @param {object} more */
function axis(more) {
  return {
    gridcolor: colour("--line"),
    linecolor: colour("--line-strong"),
    zeroline: false,
    tickfont: { size: 10 },
    fixedrange: true,
    ...more,
  };
}

/** @param {number | null} value */
function valueText(value) {
  if (value === null) return "NaN";
  if (Math.abs(value) < 100) return measure(value);
  if (Math.abs(value) < 1000) return value.toFixed(2);
  return value.toLocaleString("en-US", { notation: "compact", maximumFractionDigits: 2 });
}

/**
 * The newest value of each curve, beside the plot at its height; two that would overlap move apart.
 * @param {Chart} curves @param {[number, number]} range of the plot @param {number} plotPx
 */
function valueLabels(curves, range, plotPx) {
  const lines = [
    { prefix: "", last: curves.train?.at(-1), ink: colour("--accent") },
    { prefix: "val ", last: curves.validation?.at(-1), ink: colour("--warning") },
  ];
  const labels = lines
    .flatMap(({ prefix, last, ink }) => (last ? [{ text: prefix + valueText(last[1]), ink, y: last[1] ?? range[0] }] : []))
    .sort((a, b) => a.y - b.y);
  const [low, high] = labels.map(({ y }) => ((y - range[0]) / (range[1] - range[0])) * plotPx);
  const apart = labels.length === 2 ? Math.max(0, LABEL_PX - (high - low)) / 2 : 0;
  // Near the ground both move up, so that the lower one stays clear of the epochs.
  const lift = Math.max(0, apart - low);
  return labels.map(({ text, ink, y }, i) => ({
    text,
    y,
    yshift: (i ? apart : -apart) + lift,
    x: 1,
    xref: "paper",
    xanchor: "left",
    xshift: 7,
    yanchor: "middle",
    showarrow: false,
    font: { size: 10, color: ink },
  }));
}

/** @param {ShownSnapshot} snapshot */
const axisWord = (snapshot) => ({
  text: isLogged(snapshot) ? "step" : "epoch",
  x: 1,
  y: 0,
  xref: "paper",
  yref: "paper",
  xanchor: "left",
  yanchor: "top",
  xshift: 8,
  yshift: -1,
  showarrow: false,
  font: { size: 10 },
});

/**
 * Where a figure is drawn: whether the steps are written under it, how high it is, and a name for the run, with which a
 * zoom lasts.
 * @typedef {{labelled: boolean, heightPx: number, revision: string}} FigurePlace
 */

/** @param {string} name @param {ShownSnapshot} snapshot @param {FigurePlace} place */
function layoutOf(name, snapshot, { labelled, heightPx, revision }) {
  const curves = snapshot.curves?.[name] ?? {};
  const range = rangeOf(name, curves);
  const end = isLogged(snapshot) ? lastStep(curves) : lastEpoch(snapshot);
  const margin = { ...MARGIN, b: MARGIN.b + (labelled ? TICKS_PX : 0) };
  const values = valueLabels(curves, range, heightPx - margin.t - margin.b);
  return {
    uirevision: revision,
    margin,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: colour("--sans"), size: 10, color: colour("--ink-soft") },
    title: { text: spoken(name), x: 0, y: 1, yanchor: "top", pad: { t: 2 }, font: { size: 12, color: colour("--ink") } },
    xaxis: axis({ range: [0, end], tick0: 0, dtick: roundUp(Math.max(1, end / 5)), showticklabels: labelled }),
    yaxis: axis({ range, nticks: 4, exponentformat: "e", tickformat: range[1] >= 10000 ? ".2~s" : "" }),
    annotations: labelled ? [...values, axisWord(snapshot)] : values,
    showlegend: false,
    hovermode: "x unified",
    hoverlabel: { font: { size: 10 } },
  };
}

/**
 * What Plotly draws of a metric.
 * @param {string} name @param {ShownSnapshot} snapshot @param {FigurePlace} place
 */
export function figureOf(name, snapshot, place) {
  const curves = snapshot.curves?.[name] ?? {};
  const warm = colour("--warning");
  return {
    data: [
      plotlyTrace(curves.train ?? [], "training", { line: { color: colour("--accent"), width: 2 } }),
      plotlyTrace(curves.validation ?? [], "validation", {
        line: { color: warm, width: 2, dash: "dash" },
        marker: { color: warm, size: 6, symbol: "diamond" },
        cliponaxis: false,
      }),
    ],
    layout: layoutOf(name, snapshot, place),
  };
}
