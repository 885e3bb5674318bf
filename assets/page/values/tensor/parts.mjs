/** The elements of the tensor drawer. */

import { make, makeButton } from "../../../graph_view/dom.mjs";

const NAMES = ["axes", "scale", "search", "picture", "bar", "status", "numbers", "histogram", "cell", "message"];

/**
 * @param {Record<"goBack" | "leave" | "zoomOut" | "zoomIn" | "fit" | "copy" | "save", () => void>} act what buttons do
 */
export function drawerParts(act) {
  const heading = make("h2", {});
  const kind = make("code", { class: "drawer-kind" });
  const outputs = make("select", { "aria-label": "Output of the op" });
  const back = makeButton("Back to the tensor before", "drawer-button", act.goBack, "←");
  const parts = Object.fromEntries(NAMES.map((name) => [name, make("div", { class: `drawer-${name}` })]));
  parts.status.setAttribute("role", "status");
  parts.message.setAttribute("role", "alert");
  const zoom = make(
    "div",
    { class: "drawer-actions" },
    makeButton("Zoom out (-)", "drawer-button", act.zoomOut, "−"),
    makeButton("Zoom in (+)", "drawer-button", act.zoomIn, "+"),
    makeButton("Show the whole slice (0)", "drawer-button", act.fit, "Fit"),
  );
  const actions = make(
    "div",
    { class: "drawer-actions" },
    makeButton("Copy the tensor as NumPy code", "drawer-button", act.copy, "Copy as NumPy"),
    makeButton("Save the tensor as a .npy file", "drawer-button", act.save, "Save .npy"),
  );
  const close = makeButton("Close the tensor (Esc)", "drawer-close", act.leave, "×");
  const main = make(
    "div",
    { class: "drawer-main" },
    parts.picture,
    make("div", { class: "drawer-line" }, parts.status, parts.bar),
    make("div", { class: "drawer-line" }, zoom, parts.search),
    make("div", { class: "drawer-line" }, parts.histogram, parts.numbers),
  );
  const section = make(
    "section",
    { class: "drawer", "aria-label": "Tensor", hidden: "" },
    make("header", {}, back, heading, kind, outputs, parts.axes, parts.scale, close),
    parts.message,
    make("div", { class: "drawer-body" }, main, make("div", { class: "drawer-side" }, parts.cell, actions)),
  );
  return { section, parts, heading, kind, outputs, back };
}
