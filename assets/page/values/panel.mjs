/** The Values tab: asks for a graph's form and for evaluations, and keeps each graph's form while others are shown. */

import { make, makeButton } from "../../graph_view/dom.mjs";
import { createForm } from "./form.mjs";
import { createLatest } from "./latest.mjs";

/** @import { Ask, EvaluateRequest, Evaluated, PageState, SharedForm, ValuesAnswer } from "./input_types.mjs" */
/** @import { View } from "../../types.mjs" */
/** @import { Form } from "./form.mjs" */

const AGAIN_MS = 400; // until a form that is being made is asked for once more
const POLL_MS = 100; // the same for an evaluation

/**
 * @typedef {object} PanelParts
 * @property {Ask} ask
 * @property {(follow: (page: PageState) => void) => void} watchShown
 * @property {(changes: {selected: string}) => void} want changes what the page shows
 * @property {(evaluated: Evaluated) => void} onEvaluated
 * @property {() => SharedForm} [initial] what the first form is set to
 * @property {HTMLElement} [between] what stands before the base that evaluations are compared with
 */

/** @param {HTMLElement} host @param {PanelParts} parts */
export function createValuesPanel(host, { ask, watchShown, want, onEvaluated, between = make("div"), initial = () => ({}) }) {
  const message = make("p", { class: "values-message", role: "status" });
  host.classList.add("values");
  /** @type {Map<string, {form: Form, ready: string}>} */
  const forms = new Map();
  /** @type {PageState} */
  let page = { view: null };
  let isActive = false;
  let opening = "";
  let failed = ""; // the form that could not be made: only the user asks for it again
  let placed = "";
  let last = { source: "", weights: () => "" }; // the form that was in sight before

  const evaluations = createLatest(runEvaluation);

  /** @param {PageState} next */
  function follow(next) {
    page = next;
    const { view, ready = "" } = next;
    if (isActive && view?.source && next.ready !== "" && failed !== keyOf(view) + ready) void openForm(view, ready);
  }

  /** @param {View} view @param {string} ready */
  async function openForm(view, ready) {
    const key = keyOf(view);
    const cached = forms.get(key);
    const isNew = placed !== key;
    if (cached) place(cached.form, key);
    if (opening === key + ready) return;
    if (cached?.ready === ready) {
      if (isNew) void renewWeights();
      return;
    }
    opening = key + ready;
    const isWanted = () => opening === key + ready && page.view !== null && keyOf(page.view) === key;
    const answer = await settled("open", () => ({ view }), AGAIN_MS, isWanted, (text) => cached || say(text));
    if (!isWanted()) return;
    opening = "";
    if (!answer.form) {
      failed = key + ready;
      if (!cached) sayFailure(messageText(answer), () => void openForm(view, ready));
      return;
    }
    if (cached?.form.update(answer.form)) {
      forms.set(key, { form: cached.form, ready });
      changed(key);
      return;
    }
    const form = createForm(answer.form, (name) => cached?.form.settingOf(name), {
      changed: () => changed(key),
      stop,
      select: (selected) => want({ selected }),
    });
    if (!forms.size) form.restore(initial());
    forms.set(key, { form, ready });
    placed = "";
    place(form, key);
  }

  /** A graph's form, which evaluates when it comes into sight. @param {Form} form @param {string} key */
  function place(form, key) {
    if (placed === key) return;
    placed = key;
    const source = page.view?.source ?? "";
    if (last.source === source) form.chooseWeights(last.weights()); // they are of all graphs of a source
    last = { source, weights: form.wantedWeights };
    host.replaceChildren(form.element, between, form.compareElement);
    changed(key);
  }

  /** @param {string} text */
  function say(text) {
    placed = "";
    message.textContent = text;
    host.replaceChildren(message);
  }

  /** @param {string} text @param {() => void} again */
  function sayFailure(text, again) {
    say(text);
    host.append(makeButton("Try again", "button", again, "Try again"));
  }

  /** @param {string} key */
  function changed(key) {
    if (isActive && page.view && keyOf(page.view) === key) evaluations.push(key);
  }

  /** @param {string} key @param {() => boolean} isLatest */
  async function runEvaluation(key, isLatest) {
    const form = forms.get(key)?.form;
    if (!form) return;
    form.running.begin();
    const request = requestOf(form);
    const answer = await settled("evaluate", () => request, POLL_MS, isLatest, form.running.say);
    form.running.end();
    takeEvaluation(key, request, answer);
    if (answer.errors && isLatest()) form.showProblems(answer.errors);
  }

  /** @param {string} key @param {EvaluateRequest} request @param {ValuesAnswer} answer */
  function takeEvaluation(key, request, { evaluation, overlays = [] }) {
    if (!evaluation) return;
    const form = forms.get(key)?.form;
    form?.showEvaluation(evaluation, request);
    if (page.view && keyOf(page.view) === key) onEvaluated({ evaluation, overlays, request, base: form?.base() ?? null });
  }

  /** @param {Form} form @returns {EvaluateRequest} */
  function requestOf(form) {
    const base = form.base();
    const view = page.view ?? {};
    return { ...form.state(), view, compare: base?.evaluation ?? "", base: base?.state ?? null };
  }

  /**
   * The answer that is not `again`; a failure as the sentence of an answer.
   * @param {string} act @param {() => object} body @param {number} pause_ms
   * @param {() => boolean} isWanted @param {(text: string) => void} onWords
   * @returns {Promise<ValuesAnswer>}
   */
  async function settled(act, body, pause_ms, isWanted, onWords) {
    for (;;) {
      /** @type {ValuesAnswer} */
      const answer = await ask(act, body());
      if (!answer.again || !isWanted()) return answer;
      onWords(messageText(answer));
      await new Promise((resolve) => setTimeout(resolve, pause_ms));
      if (!isWanted()) return answer;
    }
  }

  /** What was computed so far is shown if the server answers with it. */
  async function stop() {
    const form = page.view && forms.get(keyOf(page.view))?.form;
    if (!page.view || !form) return;
    const [key, request] = [keyOf(page.view), requestOf(form)];
    evaluations.stop();
    const isShown = () => page.view !== null && keyOf(page.view) === key;
    takeEvaluation(key, request, await settled("stop", () => ({ view: request.view }), POLL_MS, isShown, form.running.say));
  }

  /** Offer the weights that there are now: a run may have kept others since. */
  async function renewWeights() {
    if (!isActive || !page.view) return;
    const [view, key] = [page.view, keyOf(page.view)];
    const { weights } = await ask("weights", { view });
    if (weights) forms.get(key)?.form.offerWeights(weights);
  }

  watchShown(follow);
  return {
    renewWeights,
    /** While the tab is hidden, nothing is asked. @param {boolean} active */
    setActive(active) {
      if (active === isActive) return;
      if (active) placed = ""; // its values have left the boxes
      isActive = active;
      if (active) follow(page);
    },
    /** Evaluate again, such as after a change of the model. */
    evaluate() {
      if (page.view) changed(keyOf(page.view));
    },
    stop,
  };
}

/** @param {View} view */
function keyOf({ source, graph }) {
  return JSON.stringify([source, graph ?? null]);
}

/** @param {ValuesAnswer} answer */
function messageText({ message }) {
  if (!message || typeof message === "string") return message ?? "";
  return [message.title, message.detail].filter(Boolean).join(": ");
}
