/** GraphView: holds what is shown, turns props into pictures and acts into props. */

import { anchorBetween, anchorOf, holdStill } from "graphlab/anchor";
import { between, bringIntoSight, centerOn, firstSight, fitRect, resized, visibleWorld, zoomAt } from "graphlab/camera";
import { createDepths } from "graphlab/depths";
import { make } from "graphlab/dom";
import { listenToKeys, listenToPageKeys, listenToPointer } from "graphlab/input";
import { depthOf, downTo, toggled } from "graphlab/opened";
import { marksOf, wordsOf, wordsOfLink } from "graphlab/marks";
import { createMinimap } from "graphlab/minimap";
import { createMirror, tabStop } from "graphlab/mirror";
import { ease, planMotion, wantsStillness } from "graphlab/motion";
import { createCrumbs, createLegend, createMessage, createTooltip, createZoomButtons } from "graphlab/overlay";
import { createPainter } from "graphlab/painter";
import { handleOf, isFrame, itemOf, neighbour, prepareScene } from "graphlab/scene";
import { readTheme } from "graphlab/theme";
import { readAddress, writeAddress } from "graphlab/url";

const SETTLE_MS = 140; // after the last move the picture is drawn sharp again
const PRESSED_MS = 4000; // a press that nobody answered lets go
const MOST_MOVING = 1500; // boxes in sight; with more the new scene simply appears

/** @typedef {{scene: object, view: object, selected: string, message: object, center: object}} Props */

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
  let camera = { x: 0, y: 0, k: 1 };
  let size = { w: 0, h: 0 };
  let theme = readTheme(host);
  let props = { view: null, selected: null };
  let marks = { hover: null, hoverLink: null, pressed: null, found: {}, ...marksOf(null, null) };
  let focused = null;
  let anchor = null; // {id, x, y, fx, fy, dx}: what was toggled and where the pointer was on it
  let pending = null; // {words, open}: the open groups asked for last, until a scene answers
  let pressTimer = 0;
  let centered = null;
  let glide = null; // {from, to, start}: a camera on its way
  let motion = null; // {plan, start}
  let moment = null; // where things are in this frame of a motion
  let movedAt = -Infinity;
  let settleTimer = 0;
  let version = 0;
  let drawn = 0;
  let announced = 0;
  let frameRequest = 0;

  const acts = { state: () => ({ scene, camera }), pan, zoom, toggle, select, hover, press, walk, fit, leave, digit };
  const depths = createDepths(createZoomButtons(host, { fit, zoom }), openTo);
  const legend = createLegend(host);
  const crumbs = createCrumbs(host, goTo);
  const minimap = createMinimap(host, lookAt);
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
    const { view, selected } = readAddress();
    setProps({ view, selected });
  }

  // Props in

  /** @param {Props} next */
  function update(next) {
    const before = props;
    props = next;
    if (next.view) writeAddress(next.view, next.selected ?? null, before.view !== null);
    if (next.scene !== given) takeScene(next.scene);
    if ((next.selected ?? null) !== (before.selected ?? null)) markSelection();
    if (next.found !== before.found) markFound();
    message.show(next.message ?? null, scene !== null);
    takeCenter(next.center);
  }

  function takeScene(next) {
    const old = scene;
    const oldCamera = camera;
    given = next;
    scene = next ? prepareScene(next) : null;
    pending = null;
    marks.pressed = null;
    clearTimeout(pressTimer);
    version += 1;
    motion = null;
    if (!scene) {
      clearScene();
      return;
    }
    if (!old || old.key !== scene.key || !size.w) showAfresh();
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
    glide = null;
    camera = firstCamera();
    const item = props.selected ? itemOf(scene, props.selected) : null;
    if (item) camera = bringIntoSight(camera, handleOf(item), size);
  }

  function firstCamera(window = size) {
    return firstSight(wholeRect(), scene.order[0]?.item ?? wholeRect(), window);
  }

  /** The same graph with other groups open: what the reader looks at stays where it is. */
  function followOn(old, oldCamera) {
    glide = null;
    const hold = anchor && itemOf(scene, anchor.id) ? anchor : anchorBetween(old, scene, camera, size);
    camera = hold ? holdStill(itemOf(scene, hold.id), hold, camera) : firstCamera();
    const many = scene.boxGrid.touching(visibleWorld(camera, size)).length > MOST_MOVING;
    if (many || wantsStillness()) return;
    const plan = planMotion({ scene: old, camera: oldCamera }, { scene, camera });
    motion = { plan, start: performance.now() };
  }

  function takeCenter(center) {
    if (!center || !scene || center.n === centered) return;
    const item = itemOf(scene, center.box);
    if (!item) return;
    centered = center.n;
    glideTo(centerOn(camera, handleOf(item), size));
    onFocus(center.box);
  }

  // Marks

  function markSelection() {
    version += 1;
    const selected = props.selected ?? null;
    marks = { ...marks, ...marksOf(scene, selected) };
    if (scene) crumbs.show(scene, selected);
    if (scene) refreshMirror();
    schedule();
  }

  function markFound() {
    version += 1;
    marks = { ...marks, found: props.found ?? {} };
    refreshMirror();
    schedule();
  }

  function press(id) {
    marks.pressed = id;
    version += 1;
    clearTimeout(pressTimer);
    pressTimer = setTimeout(release, PRESSED_MS);
    schedule();
  }

  function release() {
    marks.pressed = null;
    version += 1;
    schedule();
  }

  function hover(item, link, x, y) {
    const id = item?.id ?? null;
    if (id !== marks.hover || link !== marks.hoverLink) {
      marks.hover = id;
      marks.hoverLink = link;
      version += 1;
      schedule();
    }
    tooltip.show(item ? wordsOf(item, camera.k, isCut) : link ? wordsOfLink(scene, link) : [], x, y);
  }

  function isCut(item) {
    return painter.isCut(item, theme);
  }

  // Acts

  function toggle(item, point) {
    const { words, open } = pending ?? { words: props.view.open, open: scene.open };
    const isOpen = isFrame(item);
    pending = {
      words: toggled(words, open, item.id, isOpen),
      open: isOpen ? open.filter((id) => id !== item.id) : [...open, item.id],
    };
    anchor = anchorOf(item, camera, point);
    press(item.id);
    tooltip.hide();
    setProps({ view: { ...props.view, open: pending.words } });
  }

  /** Open everything down to a depth. */
  function openTo(depth) {
    pending = null;
    setProps({ view: { ...props.view, open: downTo(depth) } });
  }

  function digit(pressed) {
    openTo(depths.nearest(pressed));
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
    if (item && !glide) {
      const to = bringIntoSight(camera, handleOf(item), size);
      if (to.x !== camera.x || to.y !== camera.y) glideTo(to);
    }
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
    if (frame) glideTo(fitRect(frame, size));
    select(id);
  }

  function fit() {
    if (scene) glideTo(fitRect(wholeRect(), size));
  }

  function wholeRect() {
    return { x: 0, y: 0, w: scene.width, h: scene.height };
  }

  function pan(dx, dy) {
    glide = null;
    camera = { ...camera, x: camera.x + dx, y: camera.y + dy };
    moved();
  }

  /** What brings a box into sight from outside (a screen reader, a search in the page) scrolls: the camera goes along. */
  function followScroll() {
    const { scrollLeft, scrollTop } = surface;
    if (!scrollLeft && !scrollTop) return;
    surface.scrollTo(0, 0);
    pan(-scrollLeft, -scrollTop);
  }

  function zoom(factor, x = size.w / 2, y = size.h / 2) {
    glide = null;
    camera = zoomAt(camera, factor, x, y);
    moved();
  }

  function lookAt(x, y) {
    glide = null;
    camera = { ...camera, x: size.w / 2 - x * camera.k, y: size.h / 2 - y * camera.k };
    moved();
  }

  function glideTo(to) {
    if (wantsStillness()) camera = to;
    else glide = { from: camera, to, start: performance.now() };
    moved();
  }

  /** The camera moved: draw soon, and sharp once it rests. */
  function moved() {
    movedAt = performance.now();
    tooltip.hide();
    clearTimeout(settleTimer);
    settleTimer = setTimeout(() => {
      refreshMirror();
      schedule();
    }, SETTLE_MS);
    schedule();
  }

  // Pictures out

  function schedule() {
    if (!frameRequest) frameRequest = requestAnimationFrame(paint);
  }

  function progress(start, now) {
    return Math.min(1, Math.max(0, (now - start) / theme.motionMs));
  }

  function paint(now) {
    frameRequest = 0;
    stepGlide(now);
    stepMotion(now);
    const moving = glide !== null || performance.now() - movedAt < SETTLE_MS - 20;
    const look = { camera, marks, motion: moment };
    painter.paint({ scene, theme, look, size, moving: moving && !motion, version });
    mirror.place(camera);
    if (scene) minimap.place(scene, camera, size);
    host.toggleAttribute("data-moving", motion !== null || glide !== null);
    if (motion || glide) schedule();
    announce();
  }

  function stepGlide(now) {
    if (!glide) return;
    const t = progress(glide.start, now);
    camera = between(glide.from, glide.to, ease(t));
    if (t >= 1) {
      glide = null;
      moved();
    }
  }

  function stepMotion(now) {
    const t = motion ? progress(motion.start, now) : 1;
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
    mirror.update(scene, { selected: props.selected ?? null, focused: stop, found: marks.found, area: visibleWorld(camera, size) });
    mirror.place(camera);
    if (held && !mirror.holdsFocus() && stop) mirror.focus(stop);
  }

  function resize() {
    const was = size;
    size = { w: host.clientWidth, h: host.clientHeight };
    if (scene && size.w) {
      if (!was.w) showAfresh();
      else resettle(was);
    }
    refreshMirror();
    schedule();
  }

  /** In a window of another size, whoever has not moved yet sees what the first sight shows there. */
  function resettle(was) {
    glide = null;
    const first = firstCamera(was);
    const unmoved = first.x === camera.x && first.y === camera.y && first.k === camera.k;
    camera = unmoved ? firstCamera() : resized(camera, wholeRect(), was, size);
  }

  function rethemed() {
    theme = readTheme(host);
    version += 1;
    if (scene) minimap.draw(scene, theme);
    schedule();
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
