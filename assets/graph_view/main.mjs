/** GraphView: holds what is shown, turns props into pictures and acts into props. */

import { anchorBetween, anchorOf, holdStill } from "graphlab/anchor";
import { bringIntoSight, centerOn, firstSight, resized, visibleWorld } from "graphlab/camera";
import { createDepths } from "graphlab/depths";
import { make } from "graphlab/dom";
import { listenToKeys, listenToPageKeys, listenToPointer } from "graphlab/input";
import { wordsOf, wordsOfLink } from "graphlab/marks";
import { createMinimap } from "graphlab/minimap";
import { createMirror, tabStop } from "graphlab/mirror";
import { ease, planMotion, wantsStillness } from "graphlab/motion";
import { depthOf } from "graphlab/opened";
import { createOpening } from "graphlab/opening";
import { createCrumbs, createLegend, createMessage, createTooltip, createZoomButtons } from "graphlab/overlay";
import { createPainter } from "graphlab/painter";
import { handleOf, itemOf, neighbour, prepareScene } from "graphlab/scene";
import { createSight } from "graphlab/sight";
import { createStandout } from "graphlab/standout";
import { readTheme } from "graphlab/theme";
import { readAddress, writeAddress } from "graphlab/url";

const MOST_MOVING = 1500; // boxes in sight; with more the new scene simply appears

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

  /** @type {import("./scene.mjs").Scene | null} */
  let scene = null;
  let given = null; // the scene prop that `scene` was made of
  let theme = readTheme(host);
  let props = { view: null, selected: null };
  let focused = null;
  let anchor = null; // {id, x, y, fx, fy, dx}: what was toggled and where the pointer was on it
  let centered = null;
  let motion = null; // {plan, start}
  let moment = null; // where things are in this frame of a motion
  let drawn = 0;
  let announced = 0;
  let frameRequest = 0;

  const standout = createStandout(schedule);
  const sight = createSight({ motionMs: () => theme.motionMs, onMove: moved, onRest: rested });
  const opening = createOpening((open) => setProps({ view: { ...props.view, open } }));
  const depths = createDepths(createZoomButtons(host, { fit, zoom: sight.zoom }), opening.openTo);
  const acts = {
    state: () => ({ scene, camera: sight.camera }),
    pan: sight.pan,
    zoom: sight.zoom,
    press: standout.press,
    digit: (pressed) => opening.openTo(depths.nearest(pressed)),
    ...{ toggle, select, hover, walk, fit, leave },
  };
  const legend = createLegend(host);
  const crumbs = createCrumbs(host, goTo);
  const minimap = createMinimap(host, sight.lookAt);
  const tooltip = createTooltip(host);
  const message = createMessage(host);
  listenToPointer(surface, acts);
  surface.addEventListener("scroll", followScroll);
  listenToKeys(mirror, acts);
  mirror.layer.addEventListener("focusin", (event) => onFocus(mirror.idOf(event.target)));
  const stopKeys = listenToPageKeys(acts);
  const sizes = new ResizeObserver(resize);
  sizes.observe(host);
  const themes = new MutationObserver(rethemed);
  themes.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  window.addEventListener("popstate", fromAddress);
  resize();
  fromAddress();

  function fromAddress() {
    setProps(readAddress());
  }

  // Props in

  /** @param {Props} next */
  function update(next) {
    const before = props;
    props = next;
    const { view, selected = null, look } = next;
    if (view) writeAddress({ view, selected, look: look ?? {} }, before.view !== null);
    if (next.scene !== given) takeScene(next.scene);
    if ((next.selected ?? null) !== (before.selected ?? null)) markSelection();
    if (next.found !== before.found) markFound(next.found);
    message.show(next.message ?? null, scene !== null);
    takeCenter(next.center);
  }

  function takeScene(next) {
    const old = scene;
    const oldCamera = sight.camera;
    given = next;
    scene = next ? prepareScene(next) : null;
    opening.answered();
    standout.press(null);
    motion = null;
    if (!scene) {
      clearScene();
      return;
    }
    if (!old || old.key !== scene.key || !sight.size.w) showAfresh();
    else followOn(old, oldCamera);
    anchor = null;
    drawn += 1;
    legend.show(scene.families, scene.styles);
    depths.show(scene.depths, scene.most, depthOf(props.view?.open));
    minimap.draw(scene, theme);
    markSelection();
    refreshMirror();
  }

  function clearScene() {
    mirror.clear();
    crumbs.hide();
    minimap.hide();
    legend.show([], []);
    schedule();
  }

  function showAfresh() {
    focused = null;
    const item = props.selected ? itemOf(scene, props.selected) : null;
    const first = firstCamera();
    sight.jump(item ? bringIntoSight(first, handleOf(item), sight.size) : first);
  }

  function firstCamera(window = sight.size) {
    return firstSight(wholeRect(), scene.order[0]?.item ?? wholeRect(), window);
  }

  /** The same graph with other groups open: what the reader looks at stays where it is. */
  function followOn(old, oldCamera) {
    const hold = anchor && itemOf(scene, anchor.id) ? anchor : anchorBetween(old, scene, oldCamera, sight.size);
    sight.jump(hold ? holdStill(itemOf(scene, hold.id), hold, oldCamera) : firstCamera());
    const many = scene.boxGrid.touching(visibleWorld(sight.camera, sight.size)).length > MOST_MOVING;
    if (many || wantsStillness()) return;
    const plan = planMotion({ scene: old, camera: oldCamera }, { scene, camera: sight.camera });
    motion = { plan, start: performance.now() };
  }

  function takeCenter(center) {
    if (!center || !scene || center.n === centered) return;
    const item = itemOf(scene, center.box);
    if (!item) return;
    centered = center.n;
    sight.glideTo(centerOn(sight.camera, handleOf(item), sight.size));
    onFocus(center.box);
  }

  // Marks

  function markSelection() {
    const selected = props.selected ?? null;
    standout.select(scene, selected);
    if (scene) crumbs.show(scene, selected);
    if (scene) refreshMirror();
  }

  function markFound(found) {
    standout.find(found);
    refreshMirror();
  }

  function hover(item, link, x, y) {
    standout.hover(item?.id ?? null, link);
    tooltip.show(item ? wordsOf(item, sight.camera.k, isCut) : link ? wordsOfLink(scene, link) : [], x, y);
  }

  function isCut(item) {
    return painter.isCut(item, theme);
  }

  // Acts

  function toggle(item, point) {
    anchor = anchorOf(item, sight.camera, point);
    standout.press(item.id);
    tooltip.hide();
    opening.toggle(scene, item, props.view.open);
  }

  function select(id) {
    if ((props.selected ?? null) === id) return;
    if (id) focused = id;
    setProps({ selected: id });
  }

  function walk(id, key) {
    const next = neighbour(scene, itemOf(scene, id), key);
    if (!next) return;
    onFocus(next.id);
    mirror.focus(next.id);
    select(next.id);
  }

  function onFocus(id) {
    if (!id || !scene) return;
    focused = id;
    const item = itemOf(scene, id);
    if (item) sight.reveal(handleOf(item));
    refreshMirror();
  }

  function leave(id) {
    if (props.selected) select(null);
    else mirror.layer.querySelector(`[data-box="${CSS.escape(id)}"]`)?.blur();
  }

  function goTo(id) {
    if (!id) {
      fit();
      return;
    }
    const frame = scene.frameOf.get(id);
    if (frame) sight.fit(frame);
    select(id);
  }

  function fit() {
    if (scene) sight.fit(wholeRect());
  }

  function wholeRect() {
    return { x: 0, y: 0, w: scene.width, h: scene.height };
  }

  /** What brings a box into sight from outside (a screen reader, a search in the page) scrolls: the camera goes along. */
  function followScroll() {
    const { scrollLeft, scrollTop } = surface;
    if (!scrollLeft && !scrollTop) return;
    surface.scrollTo(0, 0);
    sight.pan(-scrollLeft, -scrollTop);
  }

  function moved() {
    tooltip.hide();
    schedule();
  }

  function rested() {
    refreshMirror();
    schedule();
  }

  // Pictures out

  function schedule() {
    if (!frameRequest) frameRequest = requestAnimationFrame(paint);
  }

  function paint(now) {
    frameRequest = 0;
    sight.step(now);
    stepMotion(now);
    const { camera, size, isMoving, isGliding } = sight;
    const look = { camera, marks: standout.marks, motion: moment };
    painter.paint({ scene, theme, look, size, moving: isMoving && !motion, version: standout.version });
    mirror.place(camera);
    if (scene) minimap.place(scene, camera, size);
    host.toggleAttribute("data-moving", motion !== null || isGliding);
    if (motion || isGliding) schedule();
    announce();
  }

  function stepMotion(now) {
    const t = motion ? Math.min(1, Math.max(0, (now - motion.start) / theme.motionMs)) : 1;
    moment = t < 1 ? motion.plan.at(ease(t)) : null;
    if (t >= 1) motion = null;
  }

  function announce() {
    if (!scene || announced === drawn) return;
    announced = drawn;
    host.dataset.drawn = String(drawn);
    performance.mark("graphlab:drawn");
    host.dispatchEvent(new CustomEvent("graphlab:drawn", { bubbles: true }));
  }

  function refreshMirror() {
    if (!scene) return;
    const held = mirror.holdsFocus();
    const stop = tabStop(scene, focused, props.selected);
    const area = visibleWorld(sight.camera, sight.size);
    mirror.update(scene, { selected: props.selected ?? null, focused: stop, found: standout.marks.found, area });
    mirror.place(sight.camera);
    if (held && !mirror.holdsFocus() && stop) mirror.focus(stop);
  }

  function resize() {
    const was = sight.size;
    sight.size = { w: host.clientWidth, h: host.clientHeight };
    if (scene && sight.size.w) {
      if (!was.w) showAfresh();
      else resettle(was);
    }
    refreshMirror();
    schedule();
  }

  /** In a window of another size, whoever has not moved yet sees what the first sight shows there. */
  function resettle(was) {
    const { camera, size } = sight;
    const first = firstCamera(was);
    const unmoved = first.x === camera.x && first.y === camera.y && first.k === camera.k;
    sight.jump(unmoved ? firstCamera() : resized(camera, wholeRect(), was, size));
  }

  function rethemed() {
    theme = readTheme(host);
    standout.redraw();
    if (scene) minimap.draw(scene, theme);
  }

  function destroy() {
    stopKeys();
    sizes.disconnect();
    themes.disconnect();
    message.stop();
    window.removeEventListener("popstate", fromAddress);
    cancelAnimationFrame(frameRequest);
    host.replaceChildren();
  }

  return { update, destroy };
}
