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

/** Follow an element's size and the page's theme. @returns {() => void} stops following */
export function watchLook(element, onSize, onTheme) {
  const sizes = new ResizeObserver(onSize);
  sizes.observe(element);
  const themes = new MutationObserver(onTheme);
  themes.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  return () => {
    sizes.disconnect();
    themes.disconnect();
  };
}
