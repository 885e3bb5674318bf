/** The tabs of the side panel: Inspect, Values, Training. What is chosen is an attribute of the panel. */

import { closestTo } from "../graph_view/dom.mjs";
import { PANEL } from "../ids.mjs";

/** @type {Set<(tab: string) => void>} */
const watchers = new Set();

/** @param {(tab: string) => void} watcher */
export function watchTab(watcher) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** @param {string} tab */
export function chooseTab(tab) {
  const panel = document.getElementById(PANEL);
  if (!panel || panel.dataset.tab === tab) return;
  panel.dataset.tab = tab;
  for (const button of panel.querySelectorAll("[data-panel-tab]")) {
    const chosen = button instanceof HTMLElement && button.dataset.panelTab === tab;
    button.setAttribute("aria-selected", String(chosen));
    button.setAttribute("tabindex", chosen ? "0" : "-1");
  }
  watchers.forEach((watcher) => watcher(tab));
}

/** @param {Event} event */
const tabAt = (event) => closestTo(event, "[data-panel-tab]");

document.addEventListener("click", (event) => {
  const tab = tabAt(event)?.dataset.panelTab;
  if (tab) chooseTab(tab);
});

document.addEventListener("keydown", (event) => {
  const button = tabAt(event);
  const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (!button || !step) return;
  const tabs = [...(button.parentElement?.querySelectorAll("[data-panel-tab]") ?? [])];
  const next = tabs[(tabs.indexOf(button) + step + tabs.length) % tabs.length];
  if (!(next instanceof HTMLElement)) return;
  event.preventDefault();
  next.focus();
  chooseTab(next.dataset.panelTab ?? "inspect");
});
