/** A few lines to build elements with. */

/**
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A button with a name for the hover and for screen readers. */
export function makeButton(name, className, act, ...children) {
  const button = make("button", { type: "button", class: className, title: name, "aria-label": name }, ...children);
  button.addEventListener("click", act);
  return button;
}
