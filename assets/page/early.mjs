/** The page's view: drawn as soon as its scene is there, while Dash starts behind it, and then part of Dash's page. */

import { createRequests } from "./requests.mjs";
import { make } from "../graph_view/dom.mjs";
import { mount } from "../graph_view/main.mjs";
import { sameEmphasis, sameNames, sameView } from "../graph_view/url.mjs";

/**
 * @import { Changes, Props } from "../graph_view/types.mjs"
 * @import { Answer, Message } from "../types.mjs"
 */

const PLACE = "early"; // holds the view over Dash's page until there is a place for it in there
/** @type {Promise<Answer | null> | undefined} to the address; asked for by the page's head */
let first = window.graphlab?.first;

/** @type {ReturnType<typeof createView> | null} */
let early = null; // the view that was drawn before Dash was there
let late = false;

// The first frame comes with the style sheets loaded, which the view reads its colours from.
if (first) requestAnimationFrame(begin);

function begin() {
  if (late) return;
  const host = make("div", { class: "graph-view" });
  document.body.append(make("div", { id: PLACE }, host));
  early = createView(host);
}

/**
 * A view that asks for what it shows. What is wanted is asked for at once; Dash hears of it too, and of what matters to
 * the rest of the page: whether a graph is there, which graphs its source has, and why it cannot be shown.
 * @param {HTMLElement} host
 */
function createView(host) {
  /** @type {Props} */
  let props = { scene: null, view: null, selected: null, emphasis: null, pins: [], overlays: [], message: null, center: null };
  /** @type {Props | null} */
  let dashProps = null; // by Dash, last
  /** @type {{ready: string, graphs: string[], message: Message | null}} */
  let report = { ready: "", graphs: [], message: null }; // to Dash, or to be told to it
  /** @type {((changes: object) => void) | null} */
  let toDash = null; // Dash's setProps, once it is there
  let queued = false; // a picture of the props

  const requests = createRequests(first, sceneRequest, answered);
  first = undefined;
  const view = mount(host, set);
  host.addEventListener("graphlab:foreseen", (event) => event instanceof CustomEvent && requests.foresee(event.detail));

  function sceneRequest() {
    const { search = "", folder = "", page } = props;
    return { view: props.view, emphasis: props.emphasis ?? {}, search, folder, page };
  }

  /** What the view wants. @param {Changes} changes */
  function set(changes) {
    merge(changes);
    toDash?.(changes);
  }

  /** @param {Changes} changes */
  function merge(changes) {
    const isOther = changes.view && !sameView(changes.view, props.view);
    const isEmphasis = changes.emphasis && !sameEmphasis(changes.emphasis, props.emphasis ?? {});
    const isSearch = "search" in changes && changes.search !== (props.search ?? "");
    props = { ...props, ...changes };
    if (props.view?.source && (isOther || changes.renewals)) requests.ask();
    else if (props.view?.source && (isEmphasis || isSearch)) requests.askForMarks();
    refresh();
  }

  /** @param {Answer} answer */
  function answered(answer) {
    const { scene, overlays, lineage, message: words } = { ...props, ...answer };
    props = { ...props, scene, overlays, lineage, message: words };
    refresh();
    const { ready = report.ready, graphs = report.graphs, message = report.message } = answer;
    if (ready === report.ready && message?.kind === report.message?.kind && sameNames(graphs, report.graphs)) return;
    report = { ready, graphs, message };
    toDash?.(report);
  }

  /** Once for all that changes in a row, and never within an update. */
  function refresh() {
    if (!queued) queueMicrotask(draw);
    queued = true;
  }

  function draw() {
    queued = false;
    view.update(props);
  }

  /** What Dash says counts from when it has taken over the view's state. @param {Props} next */
  function update(next) {
    const before = dashProps ?? next;
    dashProps = next;
    if (!next.view) return;
    merge(changesBetween(before, next));
  }

  /** @param {(changes: object) => void} setProps */
  function handOver(setProps) {
    toDash = setProps;
    const { view, selected, emphasis, pins, page } = props;
    setProps({ view, selected, emphasis, pins, page, ...report });
    // The page's scripts wait for a drawn graph; theirs may be the first word that they hear of it.
    if (host.dataset.drawn) host.dispatchEvent(new CustomEvent("graphlab:drawn", { bubbles: true }));
  }

  function destroy() {
    requests.end();
    view.destroy();
  }

  return { host, handOver, update, destroy };
}

/** The props that have changed, without the message, which is the view's own. @param {Props} before @param {Props} next */
function changesBetween(before, next) {
  const was = new Map(Object.entries(before));
  const changes = Object.entries(next).filter(([name, value]) => value !== was.get(name) && name !== "message");
  return Object.fromEntries(changes);
}

/**
 * Fill a place in Dash's page with the view: the one that was drawn early, or a new one.
 * @param {HTMLElement} place
 * @param {string} id
 * @param {(changes: object) => void} setProps
 */
export function takeOver(place, id, setProps) {
  late = true;
  const focused = early?.host.contains(document.activeElement) ? document.activeElement : null;
  const host = early?.host ?? make("div", { class: "graph-view" });
  host.id = id;
  place.append(host);
  document.getElementById(PLACE)?.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  const view = early ?? createView(host);
  early = null;
  view.handOver(setProps);
  return view;
}
