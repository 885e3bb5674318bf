/** How much of the graph is the picture: a group that is shown as the whole, and what is hidden. */

import { isGroup, itemOf } from "../scene/scene.mjs";

/** @import { Changes, SetProps, State } from "../types.mjs" */

/**
 * The acts that change it; one that has no use now asks for nothing.
 * @param {() => State} state
 * @param {SetProps} ask for other props
 */
export function createExtent(state, ask) {
  /** @param {Changes | null} changes @returns {boolean} whether there were some */
  function askFor(changes) {
    if (changes) ask(changes);
    return changes !== null;
  }

  return {
    /** Focus on a group, without an id on the selected one. @param {string | null} [id] */
    enter: (id) => askFor(changesToEnter(state(), id)),
    /** Show what is around the focus. @returns {boolean} whether there was one */
    out: () => askFor(changesToLeave(state())),
    /** @param {string} level of the trail */
    backTo: (level) => askFor(changesToGoBack(state(), level)),
    /** Go to what a stub stands for. @param {string} leadsTo */
    follow: (leadsTo) => askFor(changesToFollow(state(), leadsTo)),
    /** Leave a box out of the picture, without an id the selected one. @param {string | null} [id] */
    hide: (id) => askFor(withHidden(state(), id)),
    /** Show a hidden box again, without an id all of them. @param {string} [id] */
    restore: (id) => askFor(withRestored(state(), id)),
    /** The focus that the address asks for is not there: ask no more. */
    forgetLost: () => askFor({ view: viewWith(state(), { focus: null }) }),
  };
}

/** @param {State} state @param {Partial<NonNullable<State["view"]>>} changes */
function viewWith({ view }, changes) {
  return { ...view, ...changes };
}

/**
 * A group, or "" for the graph, as the whole picture; `selected` is selected in it.
 * @param {State} state
 * @param {string} focus
 * @param {string | null | undefined} selected
 * @returns {Changes | null}
 */
function focusedOn(state, focus, selected) {
  if (state.scene?.focus === undefined) return null;
  return { view: viewWith(state, { focus: focus || null }), selected };
}

/** @param {State} state @param {string | null} [id] */
export function changesToEnter(state, id = state.selected) {
  const item = state.scene && id ? itemOf(state.scene, id) : null;
  return item && isGroup(item) ? focusedOn(state, item.id, state.selected) : null;
}

/** @param {State} state */
export function changesToLeave(state) {
  const levels = state.scene?.trail ?? [];
  return levels.length < 2 ? null : changesToGoBack(state, levels[levels.length - 2].id);
}

/** Go back to a level of the trail and select the group that was left. @param {State} state @param {string} level */
export function changesToGoBack(state, level) {
  const levels = (state.scene?.trail ?? []).map(({ id }) => id);
  return focusedOn(state, level, levels[levels.indexOf(level) + 1]);
}

/** @param {State} state @param {string} leadsTo @returns {Changes | null} */
export function changesToFollow(state, leadsTo) {
  const { scene, view, center } = state;
  if (!scene) return null;
  const around = scene.trail.map(({ id }) => id).filter(Boolean);
  const open = view?.open ? [...new Set([...view.open.filter((word) => !around.includes(word.slice(1))), ...around])] : scene.open;
  const hide = view?.hide?.filter((id) => id !== leadsTo);
  return {
    view: viewWith(state, { focus: null, open, hide }),
    selected: leadsTo,
    center: { box: leadsTo, n: (center?.n ?? 0) + 1 },
  };
}

/** @param {State} state @param {string | null} [id] @returns {Changes | null} */
export function withHidden(state, id = state.selected) {
  const { scene, view } = state;
  const item = scene && id ? itemOf(scene, id) : null;
  if (!item || item.leadsTo || scene?.focus === undefined) return null;
  return { view: viewWith(state, { hide: [...(view?.hide ?? []), item.id] }), selected: null };
}

/** @param {State} state @param {string} [id] @returns {Changes} */
export function withRestored(state, id) {
  const hide = id ? (state.view?.hide ?? []).filter((other) => other !== id) : [];
  return { view: viewWith(state, { hide }), ...(id ? { selected: id } : {}) };
}
