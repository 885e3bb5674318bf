/** That an evaluation is still running: what it does, and a button that stops it. */

import { make } from "../../graph_view/dom.mjs";

const PATIENCE_MS = 400; // an answer that comes sooner needs no words

/** @param {() => void} stop */
export function createRunning(stop) {
  const words = make("span", { role: "status" });
  const button = make("button", { type: "button", class: "button" }, "Stop");
  const element = make("div", { class: "values-running" }, words, button);
  let timer = 0;
  element.hidden = true;
  button.addEventListener("click", stop);
  return {
    element,
    begin() {
      clearTimeout(timer);
      timer = Number(setTimeout(() => {
        words.textContent = words.textContent || "Running…";
        element.hidden = false;
      }, PATIENCE_MS));
    },
    /** @param {string} text */
    say: (text) => (words.textContent = text ? `Running… ${text}` : "Running…"),
    end() {
      clearTimeout(timer);
      words.textContent = "";
      element.hidden = true;
    },
  };
}
