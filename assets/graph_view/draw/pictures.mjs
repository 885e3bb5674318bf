/** The pictures of the view: one for each frame of the browser in which anything changed, still or in motion. */

import { ease } from "../camera/motion.mjs";

/**
 * @param {HTMLElement} host
 * @param {{painter: object, mirror: object, minimap: object, sight: object, standout: object}} parts of the view
 * @param {() => {scene: import("../scene/scene.mjs").Scene | null, theme: object}} state what is to be seen
 */
export function createPictures(host, { painter, mirror, minimap, sight, standout }, state) {
  let motion = null; // {plan, start}
  let moment = null; // where things are in this frame of a motion
  let arrived = 0; // scenes
  let announced = 0;
  let request = 0;

  function schedule() {
    if (!request) request = requestAnimationFrame(paint);
  }

  /** Another scene is to be seen. @param {object | null} plan the motion into it */
  function arrive(plan) {
    motion = plan && { plan, start: performance.now() };
    arrived += 1;
  }

  function paint(now) {
    request = 0;
    const { scene, theme } = state();
    sight.step(now);
    stepMotion(now, theme);
    const { camera, size, isMoving, isGliding } = sight;
    const look = { camera, marks: standout.marks, motion: moment, redraw: standout.redraw };
    painter.paint({ scene, theme, look, size, moving: isMoving && !motion, version: standout.version });
    mirror.place(camera);
    if (scene) minimap.place(scene, camera, size);
    host.toggleAttribute("data-moving", motion !== null || isGliding);
    if (motion || isGliding) schedule();
    if (scene) announce();
  }

  function stepMotion(now, theme) {
    const t = motion ? Math.min(1, Math.max(0, (now - motion.start) / theme.motionMs)) : 1;
    moment = t < 1 ? motion.plan.at(ease(t)) : null;
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
