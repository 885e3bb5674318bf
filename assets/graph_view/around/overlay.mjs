/** What lies over the canvas: zoom buttons, tooltip and messages. */

import { make, makeButton } from "../dom.mjs";

/** @import { Message } from "../../types.mjs" */

const PATIENCE_MS = 300; // before the view says that it is loading

/** @param {HTMLElement} host @param {{fit: () => void, zoom: (factor: number) => void}} acts */
export function createZoomButtons(host, acts) {
  const place = make(
    "div",
    { class: "zoom" },
    makeButton("Zoom in (+)", "zoom-button", () => acts.zoom(1.3), icon("M3 8h10M8 3v10")),
    makeButton("Zoom out (−)", "zoom-button", () => acts.zoom(1 / 1.3), icon("M3 8h10")),
    makeButton("Fit the graph to the window (F)", "zoom-button", acts.fit, icon("M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10")),
  );
  host.append(place);
  return place;
}

/** A picture of lines for a button; `path` is in a square of 16. @param {string} path */
export function icon(path) {
  const icon = make("i", { class: "zoom-icon" });
  icon.style.setProperty("--shape", `url("data:image/svg+xml,${encodeURIComponent(svg(path))}")`);
  return icon;
}

/** @param {string} path */
function svg(path) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="${path}" fill="none" stroke="#000" stroke-width="1.5"/></svg>`;
}

/** One line or two beside the pointer. @param {HTMLElement} host */
export function createTooltip(host) {
  const root = make("div", { class: "tooltip", role: "tooltip" });
  root.hidden = true;
  host.append(root);

  /** @param {(string | Node)[]} lines none: hide it @param {number} x @param {number} y */
  function show(lines, x, y) {
    root.hidden = lines.length === 0;
    if (root.hidden) return;
    root.replaceChildren(...lines.map((line) => make("div", {}, line)));
    const left = Math.min(x + 14, host.clientWidth - root.offsetWidth - 8);
    const below = y + 18 + root.offsetHeight < host.clientHeight;
    root.style.left = `${Math.max(8, left)}px`;
    root.style.top = `${below ? y + 18 : Math.max(8, y - root.offsetHeight - 10)}px`;
  }
  return { show, hide: () => show([], 0, 0) };
}

/**
 * Words in the middle of the canvas. Without a scene there are always some, after a moment of patience.
 * @param {HTMLElement} host
 */
export function createMessage(host) {
  const root = make("div", { class: "message", role: "status", "aria-live": "polite" });
  root.hidden = true;
  host.append(root);
  let timer = 0;
  let shownText = "";

  /** @param {Message} message */
  function write({ kind, title, detail }) {
    const text = JSON.stringify([kind, title, detail]);
    root.hidden = false;
    if (text === shownText) return;
    shownText = text;
    root.dataset.kind = kind;
    const parts = [make("div", { class: "message-title" }, title ?? "")];
    if (detail) parts.push(make("div", { class: "message-detail" }, detail));
    if (kind === "waiting") parts.unshift(make("div", { class: "pulse", "aria-hidden": "true" }));
    root.replaceChildren(...parts);
  }

  /** @param {Message | null} message @param {boolean} overGraph */
  function show(message, overGraph) {
    clearTimeout(timer);
    root.classList.toggle("over-graph", overGraph);
    if (message) write(message);
    else if (overGraph) hide();
    else timer = setTimeout(write, PATIENCE_MS, { kind: "waiting", title: "Loading graph…" });
  }

  function hide() {
    root.hidden = true;
    shownText = "";
  }
  return { show, stop: () => clearTimeout(timer) };
}
