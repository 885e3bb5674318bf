/** A few lines to build elements with, and to learn from events where they come from. */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/**
 * A button with a name for the hover and for screen readers.
 * @param {string} name
 * @param {string} className
 * @param {() => void} act
 * @param {...(Node | string)} children
 */
export function makeButton(name, className, act, ...children) {
  const button = make("button", { type: "button", class: className, title: name, "aria-label": name }, ...children);
  button.addEventListener("click", () => act());
  return button;
}

/** The element that an event happened at; null for a document or a window. @param {Event} event */
export function targetOf(event) {
  return event.target instanceof HTMLElement || event.target instanceof SVGElement ? event.target : null;
}

/** What a selector names around the place of an event. @param {Event} event @param {string} selector */
export function closestTo(event, selector) {
  const element = targetOf(event)?.closest(selector);
  return element instanceof HTMLElement ? element : null;
}

/**
 * What draws on a canvas; raises TypeError where a browser has none.
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [options]
 */
export function contextOf(canvas, options) {
  const context = canvas.getContext("2d", options);
  if (!context) throw new TypeError("this browser cannot draw on a canvas");
  return context;
}

/**
 * Follow an element's size and the page's theme.
 * @param {Element} element
 * @param {() => void} onSize
 * @param {() => void} onTheme
 * @returns {() => void} stops following
 */
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
