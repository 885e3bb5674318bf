/** GraphView: holds what is shown, turns props into pictures and acts into props. */

import { PAGE } from "./around/progress.mjs";
import { loadPictures } from "./draw/draw_picture.mjs";
import { overlaysIn } from "./draw/overlays.mjs";
import { visibleWorld } from "./camera/camera.mjs";
import { watchLook } from "./dom.mjs";
import { tabStop } from "./input/mirror.mjs";
import { listenToPointer } from "./input/pointer.mjs";
import { listenToKeys, listenToPageKeys } from "./input/view_keys.mjs";
import { createParts } from "./parts.mjs";
import { itemOf, prepareScene } from "./scene/scene.mjs";
import { readTheme } from "./theme.mjs";
import { readAddress, writeAddress } from "./url.mjs";

/**
 * @import { Scene } from "../types.mjs"
 * @import { Parts } from "./parts.mjs"
 * @import { Props, ReadyScene, SetProps, Theme } from "./types.mjs"
 */

const WORDS_MS = 1000; // between two times that other words of the same overlays are told to screen readers

/**
 * What a mounted view holds: the place it fills, the scene that is drawn and the prop that it was made of, and the props.
 * @typedef {object} Held
 * @property {HTMLElement} host
 * @property {SetProps} setProps
 * @property {ReadyScene | null} scene
 * @property {Scene | null} sceneProp
 * @property {Theme} theme
 * @property {Props} props
 * @property {string} shownKeys what the overlays show
 * @property {number} wordsTimer
 */

/** @typedef {{held: Held, parts: Parts}} Mounted */

/**
 * Fill an element with the view.
 * @param {HTMLElement} host
 * @param {SetProps} setProps
 */
export function mount(host, setProps) {
  /** @type {Held} */
  const held = {
    ...{ host, setProps, scene: null, sceneProp: null, theme: readTheme(host), props: { view: null, selected: null } },
    ...{ shownKeys: "", wordsTimer: 0 },
  };
  const parts = createParts(held, {
    redrawn: () => drawMinimap(view),
    reworded: () => refreshMirror(view),
    rested: () => rested(view),
  });
  /** @type {Mounted} */
  const view = { held, parts };
  const stop = listen(view);
  resize(view);
  setProps({ ...readAddress(), page: PAGE });
  return {
    /** @param {Props} next */
    update: (next) => update(view, next),
    destroy: () => destroy(view, stop),
  };
}

/** @param {Mounted} view @returns {() => void} stops listening */
function listen(view) {
  const { held, parts } = view;
  listenToPointer(parts.surface, parts.acts);
  listenToKeys(parts.mirror, parts.acts);
  parts.mirror.layer.addEventListener("focusin", (event) => focused(view, parts.mirror.idOf(event.target)));
  parts.mirror.layer.addEventListener("focusout", () => parts.groups.rest(null));
  const stopKeys = listenToPageKeys(parts.acts);
  const stopWatching = watchLook(held.host, () => resize(view), () => rethemed(view));
  // What is pinned stays so.
  const stepBack = () => held.setProps({ ...readAddress(), pins: held.props.pins ?? [] });
  window.addEventListener("popstate", stepBack);
  return () => {
    stopKeys();
    stopWatching();
    window.removeEventListener("popstate", stepBack);
  };
}

/** @param {Mounted} view @param {() => void} stop listening */
function destroy({ held, parts }, stop) {
  stop();
  clearTimeout(held.wordsTimer);
  for (const part of [parts.lineage, parts.groups, parts.overhead, parts.message, parts.progress, parts.pictures, parts.colours]) {
    part.stop();
  }
  held.host.replaceChildren();
}

// Props in

/** @param {Mounted} view @param {Props} next */
function update(view, next) {
  const { held, parts } = view;
  const before = held.props;
  held.props = next;
  const selected = next.selected ?? null;
  const isStep = writeState(next, before.view !== null);
  const isOther = (next.scene ?? null) !== held.sceneProp;
  const old = held.scene;
  if (isOther) readScene(view, next.scene ?? null);
  const isOverlaid = next.overlays !== before.overlays || next.emphasis?.lineage !== before.emphasis?.lineage;
  if (isOther) {
    showOverlays(view);
    takeScene(view, old);
  } else if (isOverlaid) showLoaded(view);
  parts.colours.explain(held.scene, selected);
  if (selected !== (before.selected ?? null)) markSelection(view);
  parts.lineage.update(next, before);
  parts.message.show(next.message ?? null, held.scene !== null);
  parts.progress.update(held.sceneProp?.of ?? null, next, isStep);
  parts.travel.center(next.center ?? null);
  parts.overhead.refresh();
}

/**
 * What is shown goes into the page's address.
 * @param {Props} props
 * @param {boolean} step whether a view was shown before
 * @returns {boolean} whether this was a step that Back undoes
 */
function writeState({ view, selected = null, emphasis, pins = [], form = null }, step) {
  return view !== null && view !== undefined && writeAddress({ view, selected, emphasis: emphasis ?? {}, pins, form }, step);
}

/** @param {Mounted} view @param {Scene | null} next */
function readScene({ held, parts }, next) {
  held.sceneProp = next;
  held.scene = next ? prepareScene(next) : null;
  parts.groups.answered();
}

/** @param {Mounted} view @param {ReadyScene | null} old the scene before */
function takeScene(view, old) {
  const { parts } = view;
  const { scene } = view.held;
  if (!scene) {
    clearScene(view);
    return;
  }
  const follows = old !== null && old.key === scene.key && sightIsKnown(view);
  if (!follows) showAfresh(view);
  parts.pictures.arrive(follows ? parts.arrival.followOn(scene, old) : null);
  parts.spoken.tell(old, scene);
  drawMinimap(view);
  markSelection(view);
}

/** @param {Mounted} view */
const sightIsKnown = ({ parts }) => parts.sight.size.w > 0;

/** @param {Mounted} view */
function clearScene({ parts }) {
  parts.pictures.end();
  parts.mirror.clear();
  parts.overhead.hide();
  parts.minimap.hide();
  parts.pictures.schedule();
}

/** @param {Mounted} view */
function showAfresh({ held, parts }) {
  parts.travel.forget();
  if (held.scene) parts.arrival.showAfresh(held.scene, held.props.selected ?? null);
}

// Marks

/** @param {Mounted} view */
function markSelection(view) {
  const { held, parts } = view;
  const selected = held.props.selected ?? null;
  parts.standout.select(held.scene, selected);
  if (held.scene) parts.overhead.show(held.scene, selected);
  refreshMirror(view);
}

/** Show the overlays that are on when their pictures have come; until then those before stay. @param {Mounted} view */
function showLoaded(view) {
  const { held, parts } = view;
  const { overlays = [] } = held.props;
  const loading = loadPictures(overlays);
  if (!loading) return showOverlays(view);
  void loading.then(() => {
    if (!held.host.isConnected) return;
    if (held.props.overlays !== overlays) return parts.standout.redraw();
    showOverlays(view);
    parts.colours.explain(held.scene, held.props.selected ?? null);
  });
}

/**
 * Show the overlays that are on. Where they only say something new, screen readers hear of it now and then.
 * @param {Mounted} view
 */
function showOverlays(view) {
  const { held, parts } = view;
  const overlays = overlaysIn(held.scene, parts.lineage.only(held.props.overlays ?? []));
  const begin = parts.lineage.begin();
  parts.standout.show(overlays, begin);
  parts.colours.take(overlays.find(({ style }) => style.places.includes("fill")) ?? null);
  parts.colours.add(overlays);
  const keys = JSON.stringify([overlays.map(({ name, key }) => [name, key]), begin]);
  if (keys === held.shownKeys) held.wordsTimer ||= setTimeout(retell, WORDS_MS, view);
  else refreshMirror(view);
  held.shownKeys = keys;
}

/** @param {Mounted} view */
function retell(view) {
  view.held.wordsTimer = 0;
  refreshMirror(view);
}

/** @param {Mounted} view @param {string | null} id */
function focused({ held, parts }, id) {
  parts.travel.focus(id);
  parts.groups.rest((held.scene && itemOf(held.scene, id)) ?? null);
}

// The view around the pictures

/** @param {Mounted} view */
function rested(view) {
  refreshMirror(view);
  view.parts.pictures.schedule();
}

/** @param {Mounted} view */
function drawMinimap({ held, parts }) {
  if (held.scene) parts.minimap.draw(held.scene, held.theme, parts.standout.marks);
}

/** @param {Mounted} view */
function refreshMirror({ held, parts }) {
  if (!held.scene) return;
  const { mirror, sight, standout } = parts;
  const selected = held.props.selected ?? null;
  const hadFocus = mirror.holdsFocus();
  const stop = tabStop(held.scene, parts.travel.focused, selected);
  const area = visibleWorld(sight.camera, sight.size);
  mirror.update(held.scene, { selected, focused: stop, marks: standout.marks, area });
  mirror.place(sight.camera);
  if (hadFocus && !mirror.holdsFocus() && stop) mirror.focus(stop);
}

/** @param {Mounted} view */
function resize(view) {
  const { held, parts } = view;
  const was = parts.sight.size;
  parts.sight.size = { w: held.host.clientWidth, h: held.host.clientHeight };
  if (held.scene && sightIsKnown(view)) {
    if (!was.w) showAfresh(view);
    else parts.arrival.resettle(held.scene, was);
  }
  refreshMirror(view);
  parts.pictures.schedule();
}

/** @param {Mounted} view */
function rethemed(view) {
  view.held.theme = readTheme(view.held.host);
  view.parts.standout.redraw();
  drawMinimap(view);
}
