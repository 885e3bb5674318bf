/** The acts of tracing, keys and buttons, and the chip over the graph that says what is traced and ends it. */

import { make, makeButton } from "graphlab/dom";
import { nextPaths, nextTrace, pathsBegin, pathsBetween, tracedIn } from "graphlab/traced";

/**
 * @typedef {object} Page
 * @property {() => {look: object | null, view: object | null, selected: string | null}} props
 * @property {(trace: string) => void} ask what is to be traced, "" for nothing
 */

const NOTHING = { update() {}, marksIn: () => null, pair() {}, stop() {} };

/** @param {HTMLElement} host @param {Page} page */
export function createTracing(host, page) {
  if (document.documentElement.dataset.address === "hash") return NOTHING; // a file has nobody to ask
  const words = make("span", {});
  const end = makeButton("End the trace (Escape)", "chip-end", () => page.ask(""), "×");
  const chip = make("div", { class: "chip" }, words, end);
  const status = make("div", { class: "unseen", role: "status" });
  chip.hidden = true;
  host.append(chip, status);

  const asked = () => page.props().look?.trace ?? "";

  /** Show what is told; another graph than before takes a trace along only if the address names it. */
  function update(next, before) {
    const trace = next.look?.trace ?? "";
    const moved = before.view && next.view && placeOf(before.view) !== placeOf(next.view);
    if (trace && moved && trace === (before.look?.trace ?? "")) page.ask("");
    const told = trace ? next.traced : null;
    chip.hidden = !told;
    if (words.textContent !== (told?.chip ?? "")) words.textContent = told?.chip ?? "";
    words.title = told?.text ?? "";
    if (status.textContent !== (told?.text ?? "")) status.textContent = told?.text ?? "";
  }

  /** The marks in a scene. */
  function marksIn(scene) {
    return asked() ? tracedIn(scene, page.props().traced) : null;
  }

  /** The paths to a box from the one where paths are to begin, else from the selected one. */
  function pair(id) {
    const first = pathsBegin(asked()) || page.props().selected;
    if (first && first !== id) page.ask(pathsBetween(first, id));
  }

  function onClick(event) {
    const button = event.target.closest?.("button[data-trace]");
    if (button) page.ask(button.dataset.trace);
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select, dialog")) return;
    const wanted = wantedBy(event);
    if (wanted === null) return;
    event.preventDefault();
    event.stopPropagation();
    page.ask(wanted);
  }

  function wantedBy(event) {
    const { selected } = page.props();
    const key = event.key.toLowerCase();
    if (key === "escape") return asked() && !isDrawer(event.target) ? "" : null;
    if (!selected) return null;
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
  return { update, marksIn, pair, stop };
}

const placeOf = (view) => JSON.stringify([view.source ?? null, view.graph ?? null]);

/** Whether Escape there closes the drawer that the panel is in a small window. */
function isDrawer(target) {
  const drawer = document.querySelector(".panel.open");
  return drawer !== null && matchMedia("(max-width: 1100px)").matches && (target === document.body || drawer.contains(target));
}
