/** A button with a menu: how it opens, closes and is walked with the arrow keys. Knows nothing about what it offers. */

import { make, targetOf } from "../dom.mjs";

/**
 * A line of a menu; what is already chosen is `checked`, where that can be said.
 * @typedef {{name: string, detail: string, disabled: boolean, act: () => void, className?: string, checked?: boolean}} MenuItem
 */

/**
 * @param {HTMLElement} place beside which it opens; its first element is the button
 * @param {HTMLButtonElement} button
 * @param {string} label
 */
export function createMenu(place, button, label) {
  const list = make("div", { class: "menu", role: "menu", "aria-label": label });
  button.setAttribute("aria-haspopup", "menu");
  place.prepend(button);
  place.append(list);
  close();
  list.addEventListener("keydown", walk);
  document.addEventListener("pointerdown", closeFromOutside);

  /** @param {MenuItem[]} items @param {string} first selects the item that gets the focus */
  function open(items, first = "*") {
    list.replaceChildren(...items.map((item) => itemElement(item, close)));
    list.hidden = false;
    button.setAttribute("aria-expanded", "true");
    enabledIn(list).find((element) => element.matches(first))?.focus();
  }

  function close() {
    list.hidden = true;
    button.setAttribute("aria-expanded", "false");
  }

  /** @param {KeyboardEvent} event */
  function walk(event) {
    const all = enabledIn(list);
    const at = all.findIndex((element) => element === document.activeElement);
    if (event.key === "Escape") {
      close();
      button.focus();
    } else if (event.key === "ArrowDown") all[(at + 1) % all.length].focus();
    else if (event.key === "ArrowUp") all[(at - 1 + all.length) % all.length].focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {Event} event */
  function closeFromOutside(event) {
    if (!place.contains(targetOf(event))) close();
  }

  const stop = () => document.removeEventListener("pointerdown", closeFromOutside);
  return { open, close, stop, isOpen: () => !list.hidden };
}

/** @param {HTMLElement} list */
function enabledIn(list) {
  return [...list.querySelectorAll("button")].filter((button) => !button.disabled);
}

/** @param {MenuItem} item @param {() => void} close */
function itemElement({ name, detail, disabled, act, className, checked }, close) {
  const role = checked === undefined ? "menuitem" : "menuitemradio";
  const words = [make("span", {}, name), make("span", { class: "menu-detail" }, detail)];
  const element = make("button", { type: "button", role, ...(className ? { class: className } : {}) }, ...words);
  if (checked !== undefined) element.setAttribute("aria-checked", String(checked));
  element.disabled = disabled;
  element.addEventListener("click", () => {
    close();
    act();
  });
  return element;
}
