/** The player below the graph: steps through an evaluation, op by op or box by box, forward and then back. */

import { make, makeButton } from "../../graph_view/dom.mjs";
import { listenForKeys } from "../../graph_view/input/keys.mjs";
import { groupedSteps, rowsOf, sameStep } from "./steps.mjs";

/** @import { PlayerRow, Steps } from "./steps.mjs" */

const SPEEDS = [0.5, 1, 2, 4]; // steps per second
const ICONS = { first: "⏮", back: "◀", play: "▶", pause: "⏸", forward: "▷❘", last: "⏭" };

/**
 * @param {HTMLElement} host
 * @param {(row: PlayerRow | null) => void} onStep what is shown: a step, or null for all of it
 * @param {() => void} onClose the values are to leave the boxes
 */
export function createPlayer(host, onStep, onClose) {
  /** @type {PlayerRow[]} */
  let rows = [];
  /** @type {Steps | null} */
  let steps = null;
  /** @type {string[]} */
  let open = [];
  let at = -1; // the step that is shown; -1: all
  let timer = 0;
  let speed = 1;
  const play = makeButton("Play", "player-button", toggle, ICONS.play);
  const slider = make("input", { type: "range", min: "0", max: "0", value: "0", class: "player-slider", "aria-label": "Step" });
  const words = make("span", { class: "player-words", role: "status" });
  const unit = select("Step by", [["op", "each op"], ["box", "each box"]], () => regroup());
  const pace = select("Speed", SPEEDS.map((one) => [String(one), `${one}×`]), () => setSpeed(Number(pace.value)));
  pace.value = "1";
  const bar = make(
    "div",
    { class: "player", role: "group", "aria-label": "Player", hidden: "" },
    makeButton("First step", "player-button", () => go(0), ICONS.first),
    withKey("J", makeButton("Step back", "player-button", goBack, ICONS.back)),
    play,
    withKey("L", makeButton("Step forward", "player-button", goForward, ICONS.forward)),
    makeButton("Show everything", "player-button", () => end(), ICONS.last),
    slider,
    words,
    unit,
    pace,
    makeButton("Hide the values", "player-button", onClose, "×"),
  );
  host.append(bar);
  slider.addEventListener("input", () => go(Number(slider.value)));

  const KEYS = { j: goBack, J: goBack, k: toggle, K: toggle, l: goForward, L: goForward };
  slider.addEventListener("keydown", ({ key }) => Object.entries(KEYS).find(([own]) => own === key)?.[1]());
  /** While the player is shown. */
  let stopKeys = () => {};

  /** @param {Steps | null} next the steps of another evaluation; null: none */
  function show(next) {
    const before = rows;
    if (!next) pause();
    steps = next;
    rows = next ? groupedSteps(rowsOf(next), next, unit.value, open) : [];
    bar.hidden = next === null;
    stopKeys();
    if (next) stopKeys = listenForKeys(KEYS);
    slider.max = String(Math.max(0, rows.length - 1));
    at = sameStep(rows, before, at);
    tell();
    return at >= 0 ? rows[at] : null;
  }

  /** Other groups are open: a step by box is another one. @param {string[]} next */
  function opened(next) {
    if (next.join("\n") === open.join("\n")) return;
    open = next;
    if (steps && unit.value === "box") regroup();
  }

  function regroup() {
    const before = at;
    const row = show(steps);
    if (before >= 0) onStep(row);
  }

  /** @param {number} number */
  function go(number) {
    if (!rows.length) return;
    at = Math.max(0, Math.min(rows.length - 1, number));
    tell();
    onStep(rows[at]);
    if (at === rows.length - 1) pause();
  }

  function goBack() {
    go((at < 0 ? rows.length : at) - 1);
  }

  function goForward() {
    go(at + 1);
  }

  function end() {
    pause();
    at = -1;
    tell();
    onStep(null);
  }

  function toggle() {
    if (timer) {
      pause();
      return;
    }
    if (!rows.length) return;
    if (at >= rows.length - 1) at = -1;
    go(at + 1);
    timer = setInterval(() => go(at + 1), 1000 / speed);
    tell();
  }

  function pause() {
    clearInterval(timer);
    timer = 0;
    tell();
  }

  /** @param {number} next */
  function setSpeed(next) {
    speed = next;
    if (!timer) return;
    pause();
    timer = setInterval(() => go(at + 1), 1000 / speed);
    tell();
  }

  function tell() {
    play.textContent = timer ? ICONS.pause : ICONS.play;
    play.title = timer ? "Pause (K)" : "Play (K)";
    play.setAttribute("aria-label", timer ? "Pause" : "Play");
    slider.value = String(at < 0 ? rows.length - 1 : at);
    words.textContent = at < 0 ? `${rows.length} steps` : rows[at].words;
    words.title = words.textContent;
    slider.setAttribute("aria-valuetext", words.textContent);
    words.setAttribute("aria-live", timer ? "off" : "polite"); // while it plays, nobody could listen to each step
  }

  function stop() {
    pause();
    stopKeys();
  }

  return { show, opened, end, stop, element: bar };
}

/** A button that says its key where one points at it. @param {string} key @param {HTMLElement} button */
function withKey(key, button) {
  button.title += ` (${key})`;
  return button;
}

/**
 * @param {string} label
 * @param {string[][]} options
 * @param {() => void} onChange
 */
function select(label, options, onChange) {
  const list = make(
    "select",
    { class: "player-select", "aria-label": label, title: label },
    ...options.map(([value, text]) => make("option", { value }, text)),
  );
  list.addEventListener("change", onChange);
  return list;
}
