/** GraphView: holds what is shown, turns props into pictures and acts into props. */

import { goBack } from "./address.mjs";
import { createArrival } from "./camera/arrival.mjs";
import { toWorld, visibleWorld } from "./camera/camera.mjs";
import { createColours } from "./around/colours.mjs";
import { overlayOf, overlaysIn } from "./draw/overlays.mjs";
import { make, watchLook } from "./dom.mjs";
import { createGroups } from "./groups/groups.mjs";
import { listenToKeys, listenToPageKeys, listenToPointer } from "./input/input.mjs";
import { createLinkWays } from "./input/link_ways.mjs";
import { wordsOf } from "./scene/marks.mjs";
import { createMinimap } from "./around/minimap.mjs";
import { createMirror, tabStop } from "./input/mirror.mjs";
import { createOverhead } from "./around/overhead.mjs";
import { createMessage, createTooltip, createZoomButtons } from "./around/overlay.mjs";
import { createPainter } from "./draw/painter.mjs";
import { createPictures } from "./draw/pictures.mjs";
import { createProgress, PAGE } from "./around/progress.mjs";
import { itemOf, prepareScene } from "./scene/scene.mjs";
import { createSight } from "./camera/sight.mjs";
import { createSpoken } from "./input/spoken.mjs";
import { createStandout } from "./scene/standout.mjs";
import { readTheme } from "./theme.mjs";
import { createTracing } from "./lineage/tracing.mjs";
import { createTravel } from "./input/travel.mjs";
import { readAddress, writeAddress } from "./url.mjs";

const WORDS_MS = 1000; // between two times that other words of the same overlays are told to screen readers

/** @typedef {{scene: object, view: object, selected: string, look: object, message: object, center: object}} Props */

/**
 * Fill an element with the view.
 * @param {HTMLElement} host
 * @param {(changes: object) => void} setProps
 */
export function mount(host, setProps) {
  const canvas = make("canvas", { "aria-hidden": "true" });
  const surface = make("div", { class: "surface" }, canvas);
  host.append(surface);
  const painter = createPainter(canvas);
  const mirror = createMirror(surface);

  /** @type {import("./scene/scene.mjs").Scene | null} */
  let scene = null;
  let given = null; // the scene prop that `scene` was made of
  let theme = readTheme(host);
  let props = { view: null, selected: null };
  let shownKeys = ""; // what the overlays show
  let wordsTimer = 0;

  const standout = createStandout(() => pictures.schedule());
  const sight = createSight({ motionMs: () => theme.motionMs, onMove: moved, onRest: rested });
  const arrival = createArrival(sight);
  const travel = createTravel(sight, mirror, {
    scene: () => scene,
    selected: () => props.selected ?? null,
    ask: (selected) => setProps({ selected }),
    follow: (leadsTo) => overhead.follow(leadsTo),
    out: () => overhead.out(),
    refresh: refreshMirror,
  });
  const ways = createLinkWays(() => scene, approach);
  const groups = createGroups(createZoomButtons(host, { fit: travel.fit, zoom: sight.zoom }), {
    scene: () => scene,
    props: () => props,
    ask: (open) => setProps({ view: { ...props.view, open } }),
    foresee: (open) => host.dispatchEvent(new CustomEvent("graphlab:foreseen", { detail: { ...props.view, open } })),
    hold: arrival.hold,
    press,
  });
  const acts = {
    state: () => ({ scene, camera: sight.camera }),
    pan: sight.pan,
    zoom: sight.zoom,
    press,
    follow: ways.follow,
    along: (side, other) => ways.step(props.selected, side, other),
    pair: (id) => tracing.pair(id) || travel.select(id),
    ...groups.acts,
    ...{ hover, select: travel.select, walk: travel.walk, fit: travel.fit, leave: travel.leave },
  };
  const colours = createColours(host, standout, drawMinimap);
  const overhead = createOverhead(host, {
    state: () => ({ ...props, scene, found: overlayOf(standout.marks.overlays, "search")?.marks }),
    ...{ ask: setProps, goTo: travel.goTo, toggle: groups.acts.toggle },
  });
  const minimap = createMinimap(host, sight.lookAt);
  const pictures = createPictures(host, { painter, mirror, minimap, sight, standout }, () => ({ scene, theme }));
  const tooltip = createTooltip(host);
  const message = createMessage(host);
  const spoken = createSpoken(host);
  const progress = createProgress(host, (steps) => (steps ? goBack(steps) : setProps({ view: given.of })));
  const tracing = createTracing(host, {
    ...{ props: () => props, set: setProps, scene: () => scene, fit: sight.fit },
    overlays: () => standout.marks.overlays,
  });
  listenToPointer(surface, acts);
  listenToKeys(mirror, acts);
  mirror.layer.addEventListener("focusin", (event) => focused(mirror.idOf(event.target)));
  mirror.layer.addEventListener("focusout", () => groups.rest(null));
  const stopKeys = listenToPageKeys(acts);
  const stopWatching = watchLook(host, resize, rethemed);
  window.addEventListener("popstate", stepBack);
  resize();
  fromAddress();

  function fromAddress() {
    setProps({ ...readAddress(), page: PAGE });
  }

  /** What is pinned stays so. */
  function stepBack() {
    setProps({ ...readAddress(), pins: props.pins ?? [] });
  }

  // Props in

  /** @param {Props} next */
  function update(next) {
    const before = props;
    props = next;
    const { view, selected = null, look } = next;
    const isStep = Boolean(view) && writeAddress({ view, selected, look: look ?? {}, pins: next.pins ?? [] }, before.view !== null);
    const old = scene;
    const isOther = next.scene !== given;
    if (isOther) readScene(next.scene);
    if (isOther || next.overlays !== before.overlays || look?.trace !== before.look?.trace) showOverlays();
    if (isOther) takeScene(old);
    colours.explain(scene, selected);
    if ((next.selected ?? null) !== (before.selected ?? null)) markSelection();
    tracing.update(next, before);
    message.show(next.message ?? null, scene !== null);
    progress.update(given?.of ?? null, next, isStep);
    travel.center(next.center ?? null);
    overhead.refresh();
  }

  function readScene(next) {
    given = next;
    scene = next ? prepareScene(next) : null;
    groups.answered();
  }

  function takeScene(old) {
    if (!scene) {
      clearScene();
      return;
    }
    const afresh = !old || old.key !== scene.key || !sight.size.w;
    if (afresh) showAfresh();
    pictures.arrive(afresh ? null : arrival.followOn(scene, old));
    spoken.tell(old, scene);
    drawMinimap();
    markSelection();
  }

  function clearScene() {
    pictures.end();
    mirror.clear();
    overhead.hide();
    minimap.hide();
    pictures.schedule();
  }

  function showAfresh() {
    travel.forget();
    arrival.showAfresh(scene, props.selected);
  }

  // Marks

  function markSelection() {
    const selected = props.selected ?? null;
    standout.select(scene, selected);
    if (scene) overhead.show(scene, selected);
    if (scene) refreshMirror();
  }

  /** Show the overlays that are on. Where they only say something new, screen readers hear of it now and then. */
  function showOverlays() {
    const shown = overlaysIn(scene, tracing.only(props.overlays ?? []));
    const begin = tracing.begin();
    standout.show(shown, begin);
    colours.take(shown.find(({ style }) => style.places.includes("fill")) ?? null);
    const keys = JSON.stringify([shown.map(({ name, key }) => [name, key]), begin]);
    if (keys === shownKeys) {
      wordsTimer ||= setTimeout(retell, WORDS_MS);
      return;
    }
    shownKeys = keys;
    refreshMirror();
  }

  function retell() {
    wordsTimer = 0;
    refreshMirror();
  }

  function hover(item, link, x, y) {
    standout.hover(item?.id ?? null, link);
    groups.rest(item);
    const ofLink = () => (link ? ways.words(link, toWorld(sight.camera, x, y)) : []);
    tooltip.show(item ? wordsOf(item, sight.camera.k, isCut) : ofLink(), x, y);
  }

  function focused(id) {
    travel.focus(id);
    groups.rest(scene ? itemOf(scene, id) : null);
  }

  function isCut(item) {
    return painter.isCut(item, theme);
  }

  // Acts

  function press(id) {
    standout.press(id);
    tooltip.hide();
  }

  function approach(id) {
    tooltip.hide();
    travel.approach(id);
  }

  function moved() {
    tooltip.hide();
    pictures.schedule();
  }

  function rested() {
    refreshMirror();
    pictures.schedule();
  }

  // The view around the pictures

  function drawMinimap() {
    if (scene) minimap.draw(scene, theme, standout.marks);
  }

  function refreshMirror() {
    if (!scene) return;
    const held = mirror.holdsFocus();
    const stop = tabStop(scene, travel.focused, props.selected);
    const area = visibleWorld(sight.camera, sight.size);
    const { marks } = standout;
    mirror.update(scene, { selected: props.selected ?? null, focused: stop, marks, area });
    mirror.place(sight.camera);
    if (held && !mirror.holdsFocus() && stop) mirror.focus(stop);
  }

  function resize() {
    const was = sight.size;
    sight.size = { w: host.clientWidth, h: host.clientHeight };
    if (scene && sight.size.w) {
      if (!was.w) showAfresh();
      else arrival.resettle(scene, was);
    }
    refreshMirror();
    pictures.schedule();
  }

  function rethemed() {
    theme = readTheme(host);
    standout.redraw();
    drawMinimap();
  }

  function destroy() {
    stopKeys();
    tracing.stop();
    groups.stop();
    stopWatching();
    overhead.stop();
    message.stop();
    progress.stop();
    window.removeEventListener("popstate", stepBack);
    pictures.stop();
    colours.stop();
    clearTimeout(wordsTimer);
    host.replaceChildren();
  }

  return { update, destroy };
}
