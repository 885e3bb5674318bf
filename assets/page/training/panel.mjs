/** A run's frame becomes the training panel: words, bar, numbers and images. The charts are in charts.mjs. */

import { refocus } from "./form.mjs";
import { component } from "../dash.mjs";
import { epochsText, measure, number, rateText, startText } from "./measures.mjs";

/**
 * @import { RunFrame, Sample } from "../../types.mjs"
 * @import { DashPart } from "../dash.mjs"
 */

/** @typedef {Partial<RunFrame> & {status: string}} ShownFrame that of a run, or less where a log has less */

/** @type {Record<string, string>} */
const NAMES = {
  unknown: "Reading the run…", // until its first frame comes
  starting: "Starting…",
  running: "Running",
  finished: "Finished",
  stopped: "Stopped",
  failed: "Failed",
  interrupted: "Interrupted",
  diverged: "Diverged",
  logged: "From the log",
};
const ALIVE = new Set(["starting", "running"]);
const FIRST = ["accuracy", "loss"];
const BROKEN = new Set(["failed", "interrupted", "diverged"]);
const SHORT_LABEL = 3; // letters of a label that fits under a small image

/** @param {string} words */
const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);
/** @param {(string | undefined)[]} texts */
const joined = (texts) => texts.filter(Boolean).join(" · ");

// What the run uses

/** @param {ShownFrame} frame */
function rateOf(frame) {
  if (!frame.examples_per_s) return "";
  const what = /image|mnist|x-ray/i.test(frame.data ?? "") ? "images" : "examples";
  return `${number(frame.examples_per_s)} ${what}/s`;
}

/** @param {ShownFrame} frame */
function factsOf(frame) {
  // Where a file lies is in the title; what data it is must stay in sight.
  const data = (frame.data ?? "").replace(/, from [/\\].*$/, "");
  const device = (frame.device ?? "").replace(/\((R|TM)\)|\bCPU @.*$/gi, "").trim();
  const parts = [["data", data], ["device", device], ["rate", rateOf(frame)]].filter(([, words]) => words);
  /** @type {DashPart[]} */
  const between = [component("Span", { className: "between" }, " · ")];
  return parts.flatMap(([className, words], i) => [...(i ? between : []), component("Span", { className }, words)]);
}

/**
 * What the run trains with, the callbacks and weights it uses, and what the majority class alone would score.
 * @param {ShownFrame} frame
 */
function settingsOf(frame) {
  if (!frame.started_s) return [];
  const words = [
    epochsText(frame.epochs ?? 0),
    frame.batch_size == null ? "" : `batch size ${number(frame.batch_size)}`,
    frame.learning_rate == null ? "" : rateText(frame.learning_rate),
    frame.seed == null ? "" : `seed ${frame.seed}`,
    `started ${startText(frame.started_s)}`,
    frame.resumed ? `resumed ${frame.resumed === 1 ? "once" : `${frame.resumed} times`}` : "",
  ];
  const lines = [joined(words), frame.uses?.length ? `Uses ${frame.uses.join(", ")}` : "", frame.baseline];
  return lines.flatMap((line) => (line ? [component("Div", {}, line)] : []));
}

// Where the run is

/** @param {ShownFrame} frame */
function placeOf(frame) {
  if (!frame.epoch) return "";
  const epoch = `epoch ${number(frame.epoch)} of ${number(frame.epochs ?? 0)}`;
  if (frame.status === "finished" || frame.stage) return epoch;
  if (frame.steps) return `${epoch} · step ${number(frame.step ?? 0)} of ${number(frame.steps)}`;
  return frame.step ? `${epoch} · step ${number(frame.step)}` : epoch;
}

/** @param {ShownFrame} frame */
function stepOf(frame) {
  const place = placeOf(frame);
  if (frame.status === "logged") return "";
  if (frame.status === "stopped") return place ? `Stopped in ${place}` : "Stopped before the first epoch";
  if (!ALIVE.has(frame.status) && frame.status !== "finished") return place && `Ended in ${place}`;
  const words = joined([place, frame.stage && `${frame.stage}…`]);
  if (!words) return ALIVE.has(frame.status) ? "Starting the training process…" : "";
  return place ? words : capital(words);
}

/** @param {ShownFrame} frame */
function etaOf(frame) {
  if (!ALIVE.has(frame.status) || frame.eta_s == null) return "";
  const seconds = Math.max(0, Math.round(frame.eta_s));
  if (seconds < 60) return `${seconds} s left`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s left`;
  return `${number(Math.floor(minutes / 60))} h ${minutes % 60} min left`;
}

/** From 0 to 1; null, a bar without a measure, until the first step is done. @param {ShownFrame} frame */
function barOf(frame) {
  if (ALIVE.has(frame.status) && !frame.epoch) return null;
  return String(frame.status === "finished" ? 1 : (frame.progress ?? 0));
}

// How it ended

/** @param {object} final */
function metricNames(final) {
  const names = new Set(Object.keys(final).map((name) => name.replace(/^val_/, "")));
  return [...FIRST.filter((name) => names.delete(name)), ...names];
}

/** @param {ShownFrame} frame */
function numbersOf(frame) {
  const final = frame.final ?? {};
  /** @param {string} name */
  const cell = (name) => component("Td", {}, name in final ? measure(final[name]) : "–");
  /** @param {string} name */
  const row = (name) => [component("Th", {}, name.replaceAll("_", " ")), cell(name), cell(`val_${name}`)];
  const when = frame.status === "logged" ? "last step" : frame.status === "finished" ? "last epoch" : "last full epoch";
  const head = [when, "training", "validation"].map((words) => component("Th", {}, words));
  const rows = [head, ...metricNames(final).map(row)].map((cells) => component("Tr", {}, cells));
  return component("Table", { className: "numbers" }, component("Tbody", {}, rows));
}

/** @param {ShownFrame} frame */
function endOf(frame) {
  const warning = frame.warning ? [component("Div", { className: "warned" }, frame.warning)] : [];
  if (ALIVE.has(frame.status)) return warning;
  const failed = BROKEN.has(frame.status);
  const words = frame.message || (failed ? "training failed" : "");
  return [
    ...warning,
    ...(words ? [component("Div", { className: failed ? "failure" : "ending" }, words)] : []),
    ...(Object.keys(frame.final ?? {}).length ? [numbersOf(frame)] : []),
  ];
}

// What the model says of images

/** @param {Sample} sample */
function sampleOf(sample) {
  const sure = sample.confidence == null ? "" : ` (${Math.round(sample.confidence * 100)} % sure)`;
  const words = `predicted ${sample.predicted}${sure}, true label ${sample.true}`;
  const caption = `${sample.correct ? "✓" : "✗"} ${sample.predicted} · ${sample.true}`;
  const parts = [component("Img", { src: sample.image, alt: words }), component("Figcaption", {}, caption)];
  return component("Figure", { className: sample.correct ? "sample" : "sample wrong", title: words }, parts);
}

/** @param {Sample[] | undefined} samples */
function samplesOf(samples) {
  if (!samples?.length) return [];
  const long = samples.some((sample) => Math.max(sample.predicted.length, sample.true.length) > SHORT_LABEL);
  return [
    component("P", { className: "sample-words" }, "Validation images: predicted · true label"),
    component("Div", { className: long ? "sample-grid long" : "sample-grid" }, samples.map(sampleOf)),
  ];
}

// Buttons

/** The Start button starts another run while one is going. @param {boolean} alive */
const startWords = (alive) => (alive ? "Start another" : "Start");

/** Whether the run can follow its last checkpoint. @param {ShownFrame} frame */
const isResumable = (frame) => !ALIVE.has(frame.status) && (frame.checkpoint ?? 0) > 0;

/** @param {ShownFrame} frame */
function resumeWords({ checkpoint = 0, epochs = 0 }) {
  return checkpoint < epochs ? `Resume after epoch ${number(checkpoint)}` : "Train more epochs";
}

const NO_RUN = [true, "", "", [], "", "0", "", "", [], [], [], "Start", true, "", true, "Stop"];

/** Outputs in the order of clientside.py. @param {ShownFrame | null} frame @param {string | null} url */
export function showRun(frame, url) {
  if (!url && !frame) return NO_RUN;
  /** @type {ShownFrame} */
  const seen = frame ?? { status: "unknown" };
  const alive = ALIVE.has(seen.status);
  const stopWords = refocus(alive);
  return [
    false,
    NAMES[seen.status] ?? seen.status,
    seen.status,
    factsOf(seen),
    joined([seen.data, seen.device]),
    barOf(seen),
    stepOf(seen),
    etaOf(seen),
    samplesOf(seen.samples),
    endOf(seen),
    settingsOf(seen),
    startWords(alive),
    !isResumable(seen),
    resumeWords(seen),
    !alive,
    stopWords,
  ];
}
