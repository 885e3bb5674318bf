/** Where the camera stands when a scene arrives: at first, after something was opened, in a window of another size. */

import { anchorBetween, anchorOf, holdStill } from "./anchor.mjs";
import { bringIntoSight, firstSight, resized, visibleWorld } from "./camera.mjs";
import { planMotion, wantsStillness } from "./motion.mjs";
import { handleOf, itemOf } from "../scene/scene.mjs";

/**
 * @import { Item, Point, ReadyScene, Size, Motion } from "../types.mjs"
 * @import { Anchor } from "./anchor.mjs"
 * @import { Sight } from "./sight.mjs"
 */

const MOST_MOVING = 1500; // boxes in sight; with more the new scene simply appears

/** The rectangle that a scene fills. @param {ReadyScene} scene */
export function wholeRect(scene) {
  return { x: 0, y: 0, w: scene.width, h: scene.height };
}

/** @param {Sight} sight */
export function createArrival(sight) {
  /** @type {Anchor | null} */
  let anchor = null; // {id, x, y, fx, fy, dx}: what was toggled and where the pointer was on it

  /** Have what is toggled stay where it is in the next scene. @param {Item} item @param {Point | null} point */
  function hold(item, point) {
    anchor = anchorOf(item, sight.camera, point);
  }

  /**
   * Another graph, or the first: as much of it as can be read, with the selected box in sight.
   * @param {ReadyScene} scene
   * @param {string | null} selected
   */
  function showAfresh(scene, selected) {
    anchor = null;
    const item = selected ? itemOf(scene, selected) : null;
    const first = firstCamera(scene);
    sight.jump(item ? bringIntoSight(first, handleOf(item), sight.size) : first);
  }

  /** @param {ReadyScene} scene */
  function firstCamera(scene, window = sight.size) {
    return firstSight(wholeRect(scene), scene.order[0]?.item ?? wholeRect(scene), window);
  }

  /**
   * The same graph with other groups open: what the reader looks at stays where it is.
   * @param {ReadyScene} scene
   * @param {ReadyScene} old
   * @returns {Motion | null} the motion from the old scene into the new one, if there is to be one
   */
  function followOn(scene, old) {
    const was = sight.camera;
    const toggled = anchor && itemOf(scene, anchor.id);
    const fixedPoint = toggled ? anchor : anchorBetween(old, scene, was, sight.size);
    const item = fixedPoint && itemOf(scene, fixedPoint.id);
    anchor = null;
    sight.jump(fixedPoint && item ? holdStill(item, fixedPoint, was) : firstCamera(scene));
    // Toggled by a key, it may have been held by a middle that was out of sight.
    if (toggled) sight.jump(bringIntoSight(sight.camera, handleOf(toggled), sight.size));
    const many = scene.boxGrid.touching(visibleWorld(sight.camera, sight.size)).length > MOST_MOVING;
    if (many || wantsStillness()) return null;
    return planMotion({ scene: old, camera: was }, { scene, camera: sight.camera });
  }

  /**
   * In a window of another size, whoever has not moved yet sees what the first sight shows there.
   * @param {ReadyScene} scene
   * @param {Size} was
   */
  function resettle(scene, was) {
    const { camera, size } = sight;
    const first = firstCamera(scene, was);
    const unmoved = first.x === camera.x && first.y === camera.y && first.k === camera.k;
    sight.jump(unmoved ? firstCamera(scene) : resized(camera, wholeRect(scene), was, size));
  }

  return { hold, showAfresh, followOn, resettle };
}
