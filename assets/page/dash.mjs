/** How scripts talk to Dash. Dash loads later, so each function looks for it when needed. */

/** @typedef {Record<string, unknown>} DashProps */
/** @typedef {{namespace: string, type: string, props: DashProps}} DashPart a Dash component as JSON */
/** @typedef {string | DashPart | DashPart[]} DashChildren */

const HTML = "dash_html_components";

/** @param {string | object} id @param {DashProps} props */
export function setProps(id, props) {
  window.dash_clientside.set_props(id, props);
}

/** What a callback returns for an output that stays unchanged. */
export function same() {
  return window.dash_clientside.no_update;
}

/** An element as a Dash component. @param {string} type @param {DashProps} props @param {DashChildren} [children] @returns {DashPart} */
export function component(type, props, children) {
  return { namespace: HTML, type, props: { ...props, children } };
}
