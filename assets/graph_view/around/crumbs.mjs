/** The way from the whole graph to what is shown of it, and on to where the selection lies: root › group › group. */

import { make, makeButton } from "../dom.mjs";
import { lastOf } from "../lookup.mjs";
import { ancestorsOf, itemOf } from "../scene/scene.mjs";

/**
 * @import { ReadyScene } from "../types.mjs"
 * @import { Crumb } from "../../types.mjs"
 */

/**
 * @param {HTMLElement} place
 * @param {{goTo: (id: string | null) => void, show: (id: string) => void, out: () => void}} acts fit a frame
 *   (null: all) and select it; show a group as the whole picture ("": the graph); show what is around that
 */
export function createCrumbs(place, acts) {
  const root = make("nav", { class: "crumbs", "aria-label": "Path to the selection" });
  const up = makeButton("Show the enclosing group (,)", "crumb-up", acts.out, "↑");
  place.append(up, root);
  up.hidden = true;
  let shownText = "";

  /** @param {ReadyScene} scene @param {string | null} selected */
  function show(scene, selected) {
    const item = selected ? itemOf(scene, selected) : null;
    const groups = item ? ancestorsOf(scene, item).reverse() : [];
    if (item && scene.frameOf.has(item.id)) groups.push(item.id);
    const levels = scene.trail.length ? scene.trail : [{ id: "", title: "graph" }];
    const frames = groups.map((id) => ({ id, title: itemOf(scene, id)?.title ?? id }));
    const text = JSON.stringify([levels, frames]);
    if (text === shownText) return;
    shownText = text;
    up.hidden = levels.length < 2;
    const crumbs = [...levels.map((level, i) => crumbOfLevel(level, i === levels.length - 1)), ...frames.map(crumbOfFrame)];
    lastOf(crumbs).setAttribute("aria-current", "location");
    root.replaceChildren(...crumbs);
  }

  /** A level outside what is shown leads out to it. @param {Crumb} level @param {boolean} isShown */
  function crumbOfLevel({ id, title }, isShown) {
    if (isShown) return makeButton(id ? `Fit ${title} to the window` : "Fit the graph to the window", "crumb", () => acts.goTo(null), title);
    return makeButton(id ? `Back to ${title}` : "Back to the whole graph", "crumb", () => acts.show(id), title);
  }

  /** @param {Crumb} frame */
  function crumbOfFrame({ id, title }) {
    return makeButton(`Go to ${title}`, "crumb", () => acts.goTo(id), title);
  }

  function hide() {
    shownText = "";
    up.hidden = true;
    root.replaceChildren();
  }
  return { show, hide };
}
