/** What the page's view wants of the server, and what it tells Dash. Pure functions of its props. */

import { sameEmphasis, sameNames, sameView } from "../graph_view/url.mjs";

/**
 * @import { Changes, Props } from "../graph_view/types.mjs"
 * @import { Answer, Message, SceneRequest } from "../types.mjs"
 */

/** @typedef {{ready: string, graphs: string[], message: Message | null}} Report whether a graph is there, which there are, why not */

/** @param {Props} props @returns {SceneRequest} */
export function sceneRequestOf({ view, emphasis, search = "", folder = "", page, evaluation = null }) {
  return { view, emphasis: emphasis ?? {}, search, folder, page, evaluation: view?.values ? evaluation : null };
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
  if (changes.renewals || (changes.view && !sameView(changes.view, props.view))) return "scene";
  const isEmphasis = changes.emphasis && !sameEmphasis(changes.emphasis, props.emphasis ?? {});
  const isMoment = "evaluation" in changes && !changes.overlays && changes.evaluation !== (props.evaluation ?? null);
  const isSearch = "search" in changes && changes.search !== (props.search ?? "");
  return isEmphasis || isSearch || isMoment ? "marks" : null;
}

/** The props with what an answer shows. @param {Props} props @param {Answer} answer @returns {Props} */
export function withAnswer(props, answer) {
  const { scene, overlays, lineage, message } = { ...props, ...answer };
  return { ...props, scene, overlays, lineage, message };
}

/** What Dash has to be told after an answer; null if it is nothing new. @param {Report} report @param {Answer} answer @returns {Report | null} */
export function newReport(report, answer) {
  const { ready = report.ready, graphs = report.graphs, message = report.message } = answer;
  const isSame = ready === report.ready && message?.kind === report.message?.kind && sameNames(graphs, report.graphs);
  return isSame ? null : { ready, graphs, message };
}

/** The props that have changed, without the message, which is the view's own. @param {Props} before @param {Props} next @returns {Changes} */
export function changesBetween(before, next) {
  const was = new Map(Object.entries(before));
  const changes = Object.entries(next).filter(([name, value]) => value !== was.get(name) && name !== "message");
  return Object.fromEntries(changes);
}
