/** The page's view: drawn as soon as its scene is there, while Dash starts behind it, and then part of Dash's page. */

import { createRequests } from "./requests.mjs";
import { make } from "../graph_view/dom.mjs";
import { mount } from "../graph_view/main.mjs";
import { announce, connect } from "./values/client.mjs";
import { changesBetween, newReport, sceneRequestOf, wantedAfter, withAnswer } from "./early_state.mjs";

/**
 * @import { Changes, Props } from "../graph_view/types.mjs"
 * @import { Answer } from "../types.mjs"
 * @import { Report } from "./early_state.mjs"
 */

const PLACE = "early"; // holds the view over Dash's page until there is a place for it in there
/** @type {Promise<Answer | null> | undefined} to the address; asked for by the page's head */
let first = window.graphlab?.first;

/** @type {PageView | null} */
let early = null; // the view that was drawn before Dash was there
let late = false;

// The first frame comes with the style sheets loaded, which the view reads its colours from.
if (first) requestAnimationFrame(begin);

function begin() {
  if (late) return;
  const host = make("div", { class: "graph-view" });
  document.body.append(make("div", { id: PLACE }, host));
  early = new PageView(host);
}

/**
 * A view that asks for what it shows. What is wanted is asked for at once; Dash hears of it too, and of what matters to
 * the rest of the page: whether a graph is there, which graphs its source has, and why it cannot be shown.
 */
class PageView {
  /** @type {Props} */
  #props = { scene: null, view: null, selected: null, emphasis: null, pins: [], overlays: [], message: null, center: null };
  /** @type {Props | null} */
  #dashProps = null; // by Dash, last
  /** @type {Report} */
  #report = { ready: "", graphs: [], message: null }; // to Dash, or to be told to it
  /** @type {((changes: object) => void) | null} */
  #toDash = null; // Dash's setProps, once it is there
  #queued = false; // a picture of the props
  #requests;
  #view;

  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    this.#requests = createRequests(first, () => sceneRequestOf(this.#props), (answer) => this.#take(answer));
    first = undefined;
    this.#view = mount(host, (changes) => this.#want(changes));
    connect((changes) => this.#want(changes));
    host.addEventListener("graphlab:foreseen", (event) => event instanceof CustomEvent && this.#requests.foresee(event.detail));
  }

  /** What Dash says counts from when it has taken over the view's state. @param {Props} next */
  update(next) {
    const before = this.#dashProps ?? next;
    this.#dashProps = next;
    if (next.view) this.#merge(changesBetween(before, next));
  }

  /** @param {(changes: object) => void} setProps */
  handOver(setProps) {
    this.#toDash = setProps;
    const { view, selected, emphasis, pins, page } = this.#props;
    setProps({ view, selected, emphasis, pins, page, ...this.#report });
    // The page's scripts wait for a drawn graph; theirs may be the first word that they hear of it.
    if (this.host.dataset.drawn) this.host.dispatchEvent(new CustomEvent("graphlab:drawn", { bubbles: true }));
  }

  destroy() {
    this.#requests.end();
    this.#view.destroy();
  }

  /** What the view wants. @param {Changes} changes */
  #want(changes) {
    this.#merge(changes);
    this.#toDash?.(changes);
  }

  /** @param {Changes} changes */
  #merge(changes) {
    const wanted = wantedAfter(this.#props, changes);
    this.#props = { ...this.#props, ...changes };
    if (wanted === "scene") this.#requests.ask();
    else if (wanted) this.#requests.askForMarks();
    this.#refresh();
  }

  /** @param {Answer} answer */
  #take(answer) {
    this.#props = withAnswer(this.#props, answer);
    this.#refresh();
    const report = newReport(this.#report, answer);
    if (!report) return;
    this.#report = report;
    this.#toDash?.(report);
  }

  /** Once for all that changes in a row, and never within an update. */
  #refresh() {
    if (!this.#queued) queueMicrotask(() => this.#draw());
    this.#queued = true;
  }

  #draw() {
    this.#queued = false;
    this.#view.update(this.#props);
    announce({ ...this.#props, ready: this.#report.ready });
  }
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
  const view = early ?? new PageView(host);
  early = null;
  view.handOver(setProps);
  return view;
}
