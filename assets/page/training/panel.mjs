/** A run's snapshot becomes the training panel: words, bar, numbers and images. The charts are in charts.mjs. */

import { refocus } from "./form.mjs";
import { component } from "../dash.mjs";
import { noteKept } from "../runs/checkpoints.mjs";
import { epochsText, measure, number, rateText, startText } from "./measures.mjs";

/**
 * @import { RunSnapshot, Sample } from "../../types.mjs"
 * @import { DashPart } from "../dash.mjs"
 */

/** @typedef {Partial<RunSnapshot> & {status: string}} ShownSnapshot that of a run, or less where a log has less */

/** @type {Record<string, string>} */
const NAMES = {
  unknown: "Reading the run…", // until its first snapshot comes
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

/** @param {ShownSnapshot} snapshot */
function rateOf(snapshot) {
  if (!snapshot.examples_per_s) return "";
  const what = /image|mnist|x-ray/i.test(snapshot.data ?? "") ? "images" : "examples";
  return `${number(snapshot.examples_per_s)} ${what}/s`;
}

/** @param {ShownSnapshot} snapshot */
function factsOf(snapshot) {
  // Where a file lies is in the title; what data it is must stay in sight.
  const data = (snapshot.data ?? "").replace(/, from [/\\].*$/, "");
  const device = (snapshot.device ?? "").replace(/\((R|TM)\)|\bCPU @.*$/gi, "").trim();
  const parts = [["data", data], ["device", device], ["rate", rateOf(snapshot)]].filter(([, words]) => words);
  /** @type {DashPart[]} */
  const between = [component("Span", { className: "between" }, " · ")];
  return parts.flatMap(([className, words], i) => [...(i ? between : []), component("Span", { className }, words)]);
}

/**
 * What the run trains with, the callbacks and weights it uses, and what the majority class alone would score.
 * @param {ShownSnapshot} snapshot
 */
function settingsOf(snapshot) {
  if (!snapshot.started_s) return [];
  const words = [
    epochsText(snapshot.epochs ?? 0),
    snapshot.batch_size == null ? "" : `batch size ${number(snapshot.batch_size)}`,
    snapshot.learning_rate == null ? "" : rateText(snapshot.learning_rate),
    snapshot.seed == null ? "" : `seed ${snapshot.seed}`,
    `started ${startText(snapshot.started_s)}`,
    snapshot.resumed ? `resumed ${snapshot.resumed === 1 ? "once" : `${snapshot.resumed} times`}` : "",
  ];
  const lines = [joined(words), snapshot.uses?.length ? `Uses ${snapshot.uses.join(", ")}` : "", snapshot.baseline];
  return lines.flatMap((line) => (line ? [component("Div", {}, line)] : []));
}

// Where the run is

/** @param {ShownSnapshot} snapshot */
function placeOf(snapshot) {
  if (!snapshot.epoch) return "";
  const epoch = `epoch ${number(snapshot.epoch)} of ${number(snapshot.epochs ?? 0)}`;
  if (snapshot.status === "finished" || snapshot.stage) return epoch;
  if (snapshot.steps) return `${epoch} · step ${number(snapshot.step ?? 0)} of ${number(snapshot.steps)}`;
  return snapshot.step ? `${epoch} · step ${number(snapshot.step)}` : epoch;
}

/** @param {ShownSnapshot} snapshot */
function stepOf(snapshot) {
  const place = placeOf(snapshot);
  if (snapshot.status === "logged") return "";
  if (snapshot.status === "stopped") return place ? `Stopped in ${place}` : "Stopped before the first epoch";
  if (!ALIVE.has(snapshot.status) && snapshot.status !== "finished") return place && `Ended in ${place}`;
  const words = joined([place, snapshot.stage && `${snapshot.stage}…`]);
  if (!words) return ALIVE.has(snapshot.status) ? "Starting the training process…" : "";
  return place ? words : capital(words);
}

/** @param {ShownSnapshot} snapshot */
function etaOf(snapshot) {
  if (!ALIVE.has(snapshot.status) || snapshot.eta_s == null) return "";
  const seconds = Math.max(0, Math.round(snapshot.eta_s));
  if (seconds < 60) return `${seconds} s left`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s left`;
  return `${number(Math.floor(minutes / 60))} h ${minutes % 60} min left`;
}

/** From 0 to 1; null, a bar without a measure, until the first step is done. @param {ShownSnapshot} snapshot */
function barOf(snapshot) {
  if (ALIVE.has(snapshot.status) && !snapshot.epoch) return null;
  return String(snapshot.status === "finished" ? 1 : (snapshot.progress ?? 0));
}

// How it ended

/** @param {object} final */
function metricNames(final) {
  const names = new Set(Object.keys(final).map((name) => name.replace(/^val_/, "")));
  return [...FIRST.filter((name) => names.delete(name)), ...names];
}

/** @param {ShownSnapshot} snapshot */
function numbersOf(snapshot) {
  const final = snapshot.final ?? {};
  /** @param {string} name */
  const cell = (name) => component("Td", {}, name in final ? measure(final[name]) : "–");
  /** @param {string} name */
  const row = (name) => [component("Th", {}, name.replaceAll("_", " ")), cell(name), cell(`val_${name}`)];
  const when = snapshot.status === "logged" ? "last step" : snapshot.status === "finished" ? "last epoch" : "last full epoch";
  const head = [when, "training", "validation"].map((words) => component("Th", {}, words));
  const rows = [head, ...metricNames(final).map(row)].map((cells) => component("Tr", {}, cells));
  return component("Table", { className: "numbers" }, component("Tbody", {}, rows));
}

/** @param {ShownSnapshot} snapshot */
function endOf(snapshot) {
  const warning = snapshot.warning ? [component("Div", { className: "warned" }, snapshot.warning)] : [];
  if (ALIVE.has(snapshot.status)) return warning;
  const failed = BROKEN.has(snapshot.status);
  const words = snapshot.message || (failed ? "training failed" : "");
  return [
    ...warning,
    ...(words ? [component("Div", { className: failed ? "failure" : "ending" }, words)] : []),
    ...(Object.keys(snapshot.final ?? {}).length ? [numbersOf(snapshot)] : []),
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

/** Whether the run can follow its last checkpoint. @param {ShownSnapshot} snapshot */
const isResumable = (snapshot) => !ALIVE.has(snapshot.status) && (snapshot.checkpoint ?? 0) > 0;

/** @param {ShownSnapshot} snapshot */
function resumeWords({ checkpoint = 0, epochs = 0 }) {
  return checkpoint < epochs ? `Resume after epoch ${number(checkpoint)}` : "Train more epochs";
}

const NO_RUN = [true, "", "", [], "", "0", "", "", [], [], [], "Start", true, "", true, "Stop"];

/** Outputs in the order of clientside.py. @param {ShownSnapshot | null} snapshot @param {string | null} url */
export function showRun(snapshot, url) {
  if (!url && !snapshot) return NO_RUN;
  /** @type {ShownSnapshot} */
  const current = snapshot ?? { status: "unknown" };
  const alive = ALIVE.has(current.status);
  const stopWords = refocus(alive);
  noteKept(url, current);
  return [
    false,
    NAMES[current.status] ?? current.status,
    current.status,
    factsOf(current),
    joined([current.data, current.device]),
    barOf(current),
    stepOf(current),
    etaOf(current),
    samplesOf(current.samples),
    endOf(current),
    settingsOf(current),
    startWords(alive),
    !isResumable(current),
    resumeWords(current),
    !alive,
    stopWords,
  ];
}
