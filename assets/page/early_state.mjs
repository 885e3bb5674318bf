/** What the page's view wants of the server, and what it tells Dash. Pure functions of its props. */

import { sameLook, sameNames, sameView } from "../graph_view/url.mjs";

/**
 * @import { Changes, Props } from "../graph_view/types.mjs"
 * @import { Answer, Message, Question } from "../types.mjs"
 */

/** @typedef {{ready: string, graphs: string[], message: Message | null}} News whether a graph is there, which there are, why not */

/** @param {Props} props @returns {Question} */
export function questionOf({ view, look, searched = "", folder = "", page }) {
  return { view, look: look ?? {}, searched, folder, page };
}

/**
 * What changes of the props make the view ask for: a scene, other marks on the scene, or nothing.
 * @param {Props} props before
 * @param {Changes} changes
 * @returns {"scene" | "marks" | null}
 */
export function wantedAfter(props, changes) {
  const { view } = { ...props, ...changes };
  if (!view?.source) return null;
  if (changes.renewed || (changes.view && !sameView(changes.view, props.view))) return "scene";
  const isLook = changes.look && !sameLook(changes.look, props.look ?? {});
  const isSearch = "searched" in changes && changes.searched !== (props.searched ?? "");
  return isLook || isSearch ? "marks" : null;
}

/** The props with what an answer shows. @param {Props} props @param {Answer} answer @returns {Props} */
export function withAnswer(props, answer) {
  const { scene, overlays, lineage, message } = { ...props, ...answer };
  return { ...props, scene, overlays, lineage, message };
}

/** What Dash has to be told after an answer; null if it is nothing new. @param {News} told @param {Answer} answer @returns {News | null} */
export function newsIn(told, answer) {
  const { ready = told.ready, graphs = told.graphs, message = told.message } = answer;
  const isSame = ready === told.ready && message?.kind === told.message?.kind && sameNames(graphs, told.graphs);
  return isSame ? null : { ready, graphs, message };
}

/** The props that have changed, without the message, which is the view's own. @param {Props} before @param {Props} next @returns {Changes} */
export function changesBetween(before, next) {
  const was = new Map(Object.entries(before));
  const changes = Object.entries(next).filter(([name, value]) => value !== was.get(name) && name !== "message");
  return Object.fromEntries(changes);
}
