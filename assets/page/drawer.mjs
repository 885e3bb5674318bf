/** The panel as a drawer: in small windows it covers the graph. */

import { targetOf } from "../graph_view/dom.mjs";
import { PANEL, PANEL_TOGGLE } from "../ids.mjs";

const smallWindow = window.matchMedia("(max-width: 1100px)");
const FOCUS_MS = 50; // until the class has made the drawer visible
const panel = () => document.getElementById(PANEL);
const panelToggle = () => document.getElementById(PANEL_TOGGLE);

/** The panel's class, and whether it is open. @param {number} _clicks @param {string} className */
export function togglePanel(_clicks, className) {
  const open = !className.includes("open");
  if (open) setTimeout(() => panel()?.focus({ preventScroll: true }), FOCUS_MS);
  else if (panel()?.contains(document.activeElement)) panelToggle()?.focus();
  return [open ? "panel open" : "panel", String(open)];
}

/** Escape closes the drawer, unless it has another use where the focus is. @param {KeyboardEvent} event */
function leaveDrawer(event) {
  if (event.key !== "Escape" || !smallWindow.matches || !panel()?.classList.contains("open")) return;
  const from = targetOf(event);
  if (from === document.body || from === panelToggle() || panel()?.contains(from)) panelToggle()?.click();
}

document.addEventListener("keydown", leaveDrawer);
