/** The page's view: drawn as soon as its scene is there, while Dash starts behind it, and then part of Dash's page. */

import { createAsking } from "./asking.mjs";
import { make } from "../graph_view/dom.mjs";
import { mount } from "../graph_view/main.mjs";
import { sameLook, sameNames, sameView } from "../graph_view/url.mjs";

/** @typedef {import("../graph_view/main.mjs").Props} Props */

const PLACE = "early"; // holds the view over Dash's page until there is a place for it in there
const ANSWERED = ["scene", "overlays", "lineage", "message"]; // what an answer says
/** @type {Promise<import("./asking.mjs").Answer | null> | undefined} to the address; asked for by the page's head */
let first = window.graphlab?.first;

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
  let props = { scene: null, view: null, selected: null, look: null, pins: [], overlays: [], message: null, center: null };
  let given = null; // by Dash, last
  let told = { ready: "", graphs: [], message: null }; // to Dash, or to be told to it
  let toDash = null; // Dash's setProps, once it is there
  let queued = false; // a picture of the props

  const asking = createAsking(first, question, answered);
  first = undefined;
  const view = mount(host, set);
  host.addEventListener("graphlab:foreseen", ({ detail }) => asking.foresee(detail));

  function question() {
    const { searched = "", folder = "", page } = props;
    return { view: props.view, look: props.look ?? {}, searched, folder, page };
  }

  /** What the view wants. */
  function set(changes) {
    merge(changes);
    toDash?.(changes);
  }

  function merge(changes) {
    const isOther = changes.view && !sameView(changes.view, props.view);
    const isLook = changes.look && !sameLook(changes.look, props.look ?? {});
    const isSearch = "searched" in changes && changes.searched !== (props.searched ?? "");
    props = { ...props, ...changes };
    if (props.view?.source && (isOther || changes.renewed)) asking.ask();
    else if (props.view?.source && (isLook || isSearch)) asking.askForMarks();
    refresh();
  }

  function answered(answer) {
    const news = ANSWERED.filter((name) => name in answer).map((name) => [name, answer[name]]);
    props = { ...props, ...Object.fromEntries(news) };
    refresh();
    const { ready = told.ready, graphs = told.graphs, message = told.message } = answer;
    if (ready === told.ready && message?.kind === told.message?.kind && sameNames(graphs, told.graphs)) return;
    told = { ready, graphs, message };
    toDash?.(told);
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
    const before = given ?? next;
    given = next;
    if (!next.view) return;
    const changes = Object.entries(next).filter(([name, value]) => value !== before[name] && name !== "message");
    merge(Object.fromEntries(changes));
  }

  function handOver(setProps) {
    toDash = setProps;
    const { view: shown, selected, look, pins, page } = props;
    setProps({ view: shown, selected, look, pins, page, ...told });
    // The page's scripts wait for a drawn graph; theirs may be the first word that they hear of it.
    if (host.dataset.drawn) host.dispatchEvent(new CustomEvent("graphlab:drawn", { bubbles: true }));
  }

  function destroy() {
    asking.end();
    view.destroy();
  }

  return { host, handOver, update, destroy };
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
  focused?.focus({ preventScroll: true });
  const view = early ?? createView(host);
  early = null;
  view.handOver(setProps);
  return view;
}
