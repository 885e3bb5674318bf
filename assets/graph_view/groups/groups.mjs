/** What opens and closes groups: a press on one, the digits, the menu of depths. */

import { createDepths } from "./depths.mjs";
import { createForesight } from "./foresight.mjs";
import { depthOf } from "./opened.mjs";
import { createOpening } from "./opening.mjs";
import { createWhole } from "./whole.mjs";

/** @import { Item, Point, Props, ReadyScene } from "../types.mjs" */

/**
 * @typedef {object} Around
 * @property {() => ReadyScene | null} scene
 * @property {() => Props} props
 * @property {(open: string[]) => void} ask for other open groups
 * @property {(open: string[]) => void} foresee that others may be asked for
 * @property {(item: Item, point: Point | null) => void} hold what is pressed where it is
 * @property {(id: string | null) => void} press show that a group is pressed
 */

/** @param {HTMLElement} place of the zoom buttons, beside which the menu opens @param {Around} around */
export function createGroups(place, { scene, props, ask, foresee, hold, press }) {
  const opening = createOpening(() => props().view?.open ?? null, ask);
  const whole = createWhole(scene, opening);
  const foresight = createForesight(scene, (item) => {
    const now = scene();
    if (now) foresee(opening.foreseen(now, item));
  });
  const depths = createDepths(place, openTo, (id) => whole.offers(id ?? props().selected));

  /**
   * Open or close a group under the pointer; where that is too much to draw, offer how deep it can be opened.
   * @param {(scene: ReadyScene, item: Item) => boolean} act
   */
  const turnBy =
    (act) =>
    /** @param {Item} item @param {Point | null} point */
    (item, point) => {
      const now = scene();
      if (!now) return;
      hold(item, point);
      press(item.id);
      if (act(now, item)) return;
      press(null);
      depths.offer(item.id);
    };

  /** A scene has answered. */
  function answered() {
    opening.answered();
    foresight.forget();
    press(null);
    const now = scene();
    if (now) depths.show(now.depths, now.most, depthOf(props().view?.open));
  }

  /**
   * Open everything down to a depth; in a group that is the whole picture, down to a depth in it.
   * @param {number} depth
   */
  function openTo(depth) {
    const now = scene();
    if (now?.focus) opening.openWhole(now, now.focus, (id) => now.frameOf.has(id), depth + 1);
    else opening.openTo(depth);
  }

  /** @param {number} pressed */
  const digit = (pressed) => openTo(depths.nearest(pressed));

  function stop() {
    foresight.stop();
    depths.stop();
  }

  return { answered, rest: foresight.rest, stop, acts: { toggle: turnBy(opening.toggle), toggleWhole: turnBy(whole.toggle), digit } };
}
