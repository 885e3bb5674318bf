/** Files from the user's computer: a button to choose one, or a drop on it. */

import { make } from "../../../graph_view/dom.mjs";

/**
 * @param {string} words @param {string} label @param {string} accept
 * @param {(file: File) => void} onFile
 */
export function createFilePicker(words, label, accept, onFile) {
  const input = make("input", { type: "file", accept, "aria-label": label });
  const name = make("span", { class: "values-file" }, "or drop it here");
  const element = make("div", { class: "values-drop" }, make("label", { class: "button" }, input, words), name);

  /** @param {File | undefined} file */
  function take(file) {
    if (!file) return;
    name.textContent = file.name;
    onFile(file);
  }

  input.addEventListener("change", () => {
    take(input.files?.[0]);
    input.value = ""; // so that the same file can be chosen again after a change
  });
  element.addEventListener("dragover", (event) => {
    event.preventDefault();
    element.classList.add("over");
  });
  element.addEventListener("dragleave", () => element.classList.remove("over"));
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    element.classList.remove("over");
    take(event.dataTransfer?.files[0]);
  });
  return {
    element,
    /** @param {string} text */
    say: (text) => (name.textContent = text),
    focus: () => input.focus(),
  };
}
