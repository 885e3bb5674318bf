/** How much of the graph is the picture: a group that is shown as the whole, and what is hidden. */

import { isGroup, itemOf } from "../scene/scene.mjs";

/** @import { SetProps, State } from "../types.mjs" */

/**
 * @param {() => State} state
 * @param {SetProps} ask for other props
 */
export function createExtent(state, ask) {
  /**
   * A group, or "" for the graph, as the whole picture; `selected` is selected in it.
   * @param {string} focus
   * @param {string | null | undefined} selected
   */
  function show(focus, selected) {
    const { scene, view } = state();
    if (scene?.focus === undefined) return;
    ask({ view: { ...view, focus: focus || null }, selected });
  }

  /** Focus on a group, without an id on the selected one. */
  function enter(id = state().selected) {
    const { scene, selected } = state();
    const item = scene && id ? itemOf(scene, id) : null;
    if (item && isGroup(item)) show(item.id, selected);
  }

  /** Show what is around the focus. @returns {boolean} whether there was one */
  function out() {
    const levels = state().scene?.trail ?? [];
    if (levels.length < 2) return false;
    backTo(levels[levels.length - 2].id);
    return true;
  }

  /** Back to a level of the trail, with what was come out of selected there. @param {string} level */
  function backTo(level) {
    const levels = (state().scene?.trail ?? []).map(({ id }) => id);
    show(level, levels[levels.indexOf(level) + 1]);
  }

  /** Go to what a stub stands for. @param {string} leadsTo */
  function follow(leadsTo) {
    const { scene, view, center } = state();
    if (!scene) return;
    const around = scene.trail.map(({ id }) => id).filter(Boolean);
    const open = view?.open ? [...new Set([...view.open.filter((word) => !around.includes(word.slice(1))), ...around])] : scene.open;
    const hide = view?.hide?.filter((id) => id !== leadsTo);
    ask({
      view: { ...view, focus: null, open, hide },
      selected: leadsTo,
      center: { box: leadsTo, n: (center?.n ?? 0) + 1 },
    });
  }

  /** Leave a box out of the picture, without an id the selected one. */
  function hide(id = state().selected) {
    const { scene, view } = state();
    const item = scene && id ? itemOf(scene, id) : null;
    if (!item || item.leadsTo || scene?.focus === undefined) return;
    ask({ view: { ...view, hide: [...(view?.hide ?? []), item.id] }, selected: null });
  }

  /** Show a hidden box again, without an id all of them. @param {string} [id] */
  function restore(id) {
    const { view } = state();
    ask({ view: { ...view, hide: id ? (view?.hide ?? []).filter((other) => other !== id) : [] }, ...(id ? { selected: id } : {}) });
  }

  /** The focus that the address asks for is not there: ask no more. */
  function forgetLost() {
    ask({ view: { ...state().view, focus: null } });
  }

  return { enter, out, backTo, follow, hide, restore, forgetLost };
}
