/** The acts of tracing, keys and buttons, and the chip over the graph that says what is traced and ends it. */

import { closestTo, make, makeButton, targetOf } from "../dom.mjs";
import { isTaken } from "../input/keys.mjs";
import { overlayOf } from "../draw/overlays.mjs";
import { nextPaths, nextTrace, pathsBegin, pathsBetween } from "./question.mjs";

/**
 * @import { Scene, View } from "../../types.mjs"
 * @import { LiftedOverlay, LineageText } from "../draw/overlay_types.mjs"
 * @import { ShownOverlay } from "../draw/overlays.mjs"
 * @import { Props, ReadyScene, Rect } from "../types.mjs"
 */

/**
 * @typedef {object} Page
 * @property {() => Props} props
 * @property {(changes: object) => void} set other props
 * @property {() => ReadyScene | null} scene
 * @property {() => ShownOverlay[]} overlays those that are on
 * @property {(rect: Rect) => void} fit
 */

const PATIENCE_MS = 5000; // a view with more open that comes later is not what the button asked for
const NAME = "lineage"; // of the overlay
const NOTHING = { update() {}, only: asTheyAre, begin: () => "", pair: () => false, stop() {} };

/** @param {HTMLElement} host @param {Page} page */
export function createTracing(host, page) {
  if (document.documentElement.dataset.address === "hash") return NOTHING; // a file has nobody to ask
  const words = make("span", {});
  const end = makeButton("Clear (Escape)", "chip-end", () => ask(""), "×");
  const chip = make("div", { class: "chip" }, words, end);
  const status = make("div", { class: "unseen", role: "status" });
  chip.hidden = true;
  host.append(chip, status);

  /** @type {{scene: Scene | null | undefined, lineage: LineageText | null | undefined, until: number} | null} */
  let showing = null; // {scene, lineage, until}: what was there when all was to be shown, and how long to wait for more

  /** What is to be traced, "" for nothing. @param {string} trace */
  const ask = (trace) => page.set({ look: { ...page.props().look, trace } });
  const asked = () => page.props().look?.trace ?? "";

  /**
   * Show what is told; another graph than before takes a trace along only if the address names it.
   * @param {Props} next
   * @param {Props} before
   */
  function update(next, before) {
    const trace = next.look?.trace ?? "";
    const moved = before.view && next.view && placeOf(before.view) !== placeOf(next.view);
    if (trace && moved && trace === (before.look?.trace ?? "")) ask("");
    const told = trace ? next.lineage : null;
    chip.hidden = !told;
    if (words.textContent !== (told?.chip ?? "")) words.textContent = told?.chip ?? "";
    words.title = told?.text ?? "";
    if (status.textContent !== (told?.text ?? "")) status.textContent = told?.text ?? "";
    if (!showing || next.scene === showing.scene || next.lineage === showing.lineage) return;
    if (performance.now() < showing.until) showAll();
    showing = null;
  }

  /** Open the groups around what is traced, and bring all of it into sight. */
  function openAround() {
    const { scene, lineage, view } = page.props();
    showAll();
    if (!lineage?.open) return;
    showing = { scene, lineage, until: performance.now() + PATIENCE_MS };
    page.set({ view: { ...view, open: lineage.open } });
  }

  /** Bring all that is traced into sight. */
  function showAll() {
    const marks = overlayOf(page.overlays(), NAME)?.marks;
    const boxes = page.scene()?.boxes.filter((box) => marks?.has(box.id)) ?? [];
    if (boxes.length) page.fit(boundsOf(boxes));
  }

  /** The overlays without a lineage that is no longer asked for. @param {LiftedOverlay[]} overlays */
  const only = (overlays) => (asked() ? overlays : overlays.filter(({ name }) => name !== NAME));

  /** The box where paths are to begin; "" for none. */
  const begin = () => pathsBegin(asked());

  /**
   * Ask for the paths to a box from the one where paths are to begin, else from the selected one, if there is one.
   * @param {string} id
   */
  function pair(id) {
    const first = begin() || page.props().selected;
    if (!first || first === id) return false;
    ask(pathsBetween(first, id));
    return true;
  }

  /** @param {Event} event */
  function onClick(event) {
    const button = closestTo(event, "button[data-trace]");
    if (button) ask(button.dataset.trace ?? "");
    if (closestTo(event, "[data-trace-open]")) openAround();
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
    const wanted = wantedBy(event);
    if (wanted === null) return;
    event.preventDefault();
    event.stopPropagation();
    ask(wanted);
  }

  /** @param {KeyboardEvent} event */
  function wantedBy(event) {
    const { selected } = page.props();
    const key = event.key.toLowerCase();
    if (key === "escape") return asked() && !isDrawer(targetOf(event)) ? "" : null;
    if (!selected || closestTo(event, ".outline-tree")) return null; // letters there lead to rows
    if (key === "u") return nextTrace(asked(), "up", selected, event.shiftKey);
    if (key === "d") return nextTrace(asked(), "down", selected, event.shiftKey);
    return key === "p" && !event.shiftKey ? nextPaths(asked(), selected) : null;
  }

  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey, { capture: true });

  function stop() {
    document.removeEventListener("click", onClick);
    document.removeEventListener("keydown", onKey, { capture: true });
  }
  return { update, only, begin, pair, stop };
}

/** @param {LiftedOverlay[]} overlays */
function asTheyAre(overlays) {
  return overlays;
}

/** What holds all of these. @param {Rect[]} rects @returns {Rect} */
function boundsOf(rects) {
  const x = Math.min(...rects.map((rect) => rect.x));
  const y = Math.min(...rects.map((rect) => rect.y));
  const right = Math.max(...rects.map((rect) => rect.x + rect.w));
  const bottom = Math.max(...rects.map((rect) => rect.y + rect.h));
  return { x, y, w: right - x, h: bottom - y };
}

/** @param {View} view */
const placeOf = (view) => JSON.stringify([view.source ?? null, view.graph ?? null]);

/** Whether Escape there closes the drawer that the panel is in a small window. @param {Element | null} target */
function isDrawer(target) {
  const drawer = document.querySelector(".panel.open");
  return drawer !== null && matchMedia("(max-width: 1100px)").matches && (target === document.body || drawer.contains(target));
}
