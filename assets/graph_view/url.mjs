/**
 * The view in the page's address: ?source=..&graph=..&all=1&open=a/&open=b/&focus=a/&hide=c&values=1&select=.. It stands
 * after a # instead in a page that says so (`data-address="hash"`): one file without a server, whose address may change
 * nowhere else.
 */

import { addressText, writeAddressText } from "./address.mjs";

/** @import { Emphasis, View } from "../types.mjs" */

/**
 * What the address says; `form` is what the Values tab is set to, see page/values/shared_form.mjs.
 * @typedef {{view: View, selected: string | null, emphasis: Emphasis, pins: string[], form: string | null}} AddressState
 */

/** @type {["colour", "lineage"]} */
const EMPHASIS = ["colour", "lineage"];
const OWN = ["source", "graph", "all", "open", "focus", "hide", "values", "inputs", "select", "pin", ...EMPHASIS];

/** What the page's address asks for. */
export function readAddress() {
  return parseAddress(addressText());
}

/**
 * What an address asks for. No `open` at all leaves the choice to the server (null);
 * an empty one asks for everything closed.
 * @param {string} search
 * @returns {AddressState}
 */
function parseAddress(search) {
  const params = new URLSearchParams(search);
  const open = params.has("open") ? params.getAll("open").filter(Boolean) : null;
  return {
    view: {
      ...{ source: params.get("source"), graph: params.get("graph"), open, all: params.get("all") === "1" },
      ...{ focus: params.get("focus"), hide: params.getAll("hide").filter(Boolean) },
      values: params.get("values") === "1",
    },
    selected: params.get("select"),
    pins: params.getAll("pin").filter(Boolean),
    form: params.get("inputs"),
    emphasis: Object.fromEntries(EMPHASIS.flatMap((name) => (params.get(name) ? [[name, params.get(name)]] : []))),
  };
}

/**
 * The address of a view; parameters that are none of ours stay.
 * @param {AddressState} state
 * @param {string} current the address now
 */
function formatAddress({ view, selected, emphasis, pins, form }, current) {
  const params = new URLSearchParams(current);
  OWN.forEach((name) => params.delete(name));
  if (view.source) params.set("source", view.source);
  if (view.graph) params.set("graph", view.graph);
  if (view.all) params.set("all", "1");
  if (view.open) (view.open.length ? view.open : [""]).forEach((id) => params.append("open", id));
  if (view.focus) params.set("focus", view.focus);
  view.hide?.forEach((id) => params.append("hide", id));
  if (view.values) params.set("values", "1");
  if (view.values && form) params.set("inputs", form);
  if (selected) params.set("select", selected);
  pins.forEach((id) => params.append("pin", id));
  EMPHASIS.forEach((name) => emphasis[name] && params.set(name, emphasis[name]));
  return params.toString().replaceAll("%2F", "/").replaceAll("%3A", ":");
}

/**
 * Whether two views show the same thing; the order of the open groups and of what is hidden does not matter.
 * @param {View | null} a
 * @param {View | null} b
 */
export function sameView(a, b) {
  if (!a || !b) return a === b;
  /** @param {string[] | null | undefined} ids */
  const set = (ids) => (ids ? [...ids].sort().join("\n") : null);
  return (
    (a.source || null) === (b.source || null) &&
    (a.graph || null) === (b.graph || null) &&
    Boolean(a.all) === Boolean(b.all) &&
    Boolean(a.values) === Boolean(b.values) &&
    (a.focus || null) === (b.focus || null) &&
    set(a.hide ?? []) === set(b.hide ?? []) &&
    set(a.open) === set(b.open)
  );
}

/** Whether two lists hold the same, in the same order. @param {string[]} a @param {string[]} b */
export const sameNames = (a, b) => a.join("\n") === b.join("\n");

/** Whether two views emphasise the same. @param {Emphasis} a @param {Emphasis} b */
export const sameEmphasis = (a, b) => EMPHASIS.every((name) => (a[name] || null) === (b[name] || null));

/**
 * Write what is shown into the page's address. Another view is a step that Back undoes; another selection, emphasis
 * or pin is none.
 * @param {AddressState} state
 * @param {boolean} step whether a view was shown before
 * @returns {boolean} whether this was a step
 */
export function writeAddress(state, step) {
  const { view, selected, emphasis, pins, form } = state;
  const here = readAddress();
  const isSameForm = here.form === (view.values ? form : null);
  const isSame = sameView(here.view, view) && here.selected === selected && sameEmphasis(here.emphasis, emphasis);
  if (isSame && isSameForm && sameNames(here.pins, pins)) return false;
  const isStep = step && !sameView(here.view, view);
  writeAddressText(formatAddress(state, addressText()), isStep);
  return isStep;
}
