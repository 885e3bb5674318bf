/** Draws the address's graph as soon as its scene is there; Dash starts behind it and then takes the view over. */

import { make } from "graphlab/dom";
import { mount } from "graphlab/main";

/** @typedef {import("./main.mjs").Props} Props */

const PLACE = "early"; // holds the view over Dash's page until there is a place for it in there
/** @type {Promise<Partial<Props> | null> | undefined} what the address asks for; asked by the page's head */
const answer = window.graphlab?.first;

let early = null; // the view that was drawn before Dash was there
let late = false;

// The first frame comes with the style sheets loaded, which the view reads its colours from.
if (answer) requestAnimationFrame(begin);

function begin() {
  if (!late) early = createEarly();
}

function createEarly() {
  const host = make("div", { class: "graph-view" });
  document.body.append(make("div", { id: PLACE }, host));
  /** @type {Props} */
  let props = {
    ...{ scene: null, view: null, selected: null, look: null, pins: [] },
    ...{ paint: null, message: null, center: null },
  };
  let forward = null; // Dash's setProps, once it is there
  let copy = null; // {of}: Dash's first scene, if it is the one that is drawn already
  let view = null;

  const show = (changes) => {
    props = { ...props, ...changes };
    view?.update(props);
  };
  view = mount(host, (changes) => (forward ? forward(changes) : show(changes)));
  view.update(props);
  const answered = answer.then((first) => first && show(first));

  /** What Dash says counts from when it has taken over the view's state, and its scene from when there is one. */
  function settle(next) {
    if (!next.view) return props;
    if (!next.scene && !next.message) return { ...next, scene: props.scene, paint: props.paint, message: props.message };
    copy ??= { of: JSON.stringify(next.scene) === JSON.stringify(props.scene) ? next.scene : undefined };
    return next.scene === copy.of ? { ...next, scene: props.scene } : next;
  }

  async function handOver(setProps) {
    await answered; // so that the server makes each scene once
    forward = setProps;
    const { view, selected, look, pins, page } = props;
    setProps({ view, selected, look, pins, page });
    // The page's scripts wait for a drawn graph; theirs may be the first word that they hear of it.
    if (host.dataset.drawn) host.dispatchEvent(new CustomEvent("graphlab:drawn", { bubbles: true }));
  }

  return { host, handOver, update: (next) => view.update(settle(next)), destroy: view.destroy };
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
  if (!early) return mount(host, setProps);
  const view = early;
  early = null;
  view.handOver(setProps);
  return view;
}
