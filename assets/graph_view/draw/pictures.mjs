/** The pictures of the view: one for each frame of the browser in which anything changed, still or in motion. */

import { ease } from "../camera/motion.mjs";

/**
 * @import { createMinimap } from "../around/minimap.mjs"
 * @import { Sight } from "../camera/sight.mjs"
 * @import { createMirror } from "../input/mirror.mjs"
 * @import { createStandout } from "../scene/standout.mjs"
 * @import { Moment, Motion, ReadyScene, Theme } from "../types.mjs"
 * @import { createPainter } from "./painter.mjs"
 */

/**
 * @param {HTMLElement} host
 * @param {object} parts of the view
 * @param {ReturnType<typeof createPainter>} parts.painter
 * @param {ReturnType<typeof createMirror>} parts.mirror
 * @param {ReturnType<typeof createMinimap>} parts.minimap
 * @param {Sight} parts.sight
 * @param {ReturnType<typeof createStandout>} parts.standout
 * @param {() => {scene: ReadyScene | null, theme: Theme}} state what is to be seen
 */
export function createPictures(host, { painter, mirror, minimap, sight, standout }, state) {
  /** @type {{plan: Motion, start: number} | null} */
  let motion = null; // {plan, start}
  /** @type {Moment | null} */
  let moment = null; // where things are in this frame of a motion
  let arrived = 0; // scenes
  let announced = 0;
  let request = 0;

  function schedule() {
    if (!request) request = requestAnimationFrame(paint);
  }

  /** Another scene is to be seen. @param {Motion | null} plan the motion into it */
  function arrive(plan) {
    motion = plan && { plan, start: performance.now() };
    arrived += 1;
  }

  /** @param {number} now */
  function paint(now) {
    request = 0;
    const { scene, theme } = state();
    sight.step(now);
    stepMotion(now, theme);
    const { camera, size, isMoving, isGliding } = sight;
    const drawState = { camera, marks: standout.marks, motion: moment, redraw: standout.redraw };
    painter.paint({ scene, theme, state: drawState, size, moving: isMoving && !motion, version: standout.version });
    mirror.place(camera);
    if (scene) minimap.place(scene, camera, size);
    host.toggleAttribute("data-moving", motion !== null || isGliding);
    if (motion || isGliding) schedule();
    if (scene) announce();
  }

  /** @param {number} now @param {Theme} theme */
  function stepMotion(now, theme) {
    const t = motion ? Math.min(1, Math.max(0, (now - motion.start) / theme.motionMs)) : 1;
    moment = motion && t < 1 ? motion.plan.at(ease(t)) : null;
    if (t >= 1) motion = null;
  }

  function announce() {
    if (announced === arrived) return;
    announced = arrived;
    host.dataset.drawn = String(arrived);
    performance.mark("graphlab:drawn");
    host.dispatchEvent(new CustomEvent("graphlab:drawn", { bubbles: true }));
  }

  return { schedule, arrive, end: () => (motion = null), stop: () => cancelAnimationFrame(request) };
}
