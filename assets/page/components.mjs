/**
 * graphlab's Dash components, see graphlab/app/page/components.py. React comes with Dash, later than this: each looks for
 * it when it is drawn. The view itself is in graph_view/.
 */

import { takeOver } from "./early.mjs";
import { watchRuns } from "./runs/running.mjs";
import { follow } from "./runs/stream.mjs";
import { mountValues } from "./values/values.mjs";

/**
 * @import { Props, SetProps } from "../graph_view/types.mjs"
 * @import { RunningRun } from "../types.mjs"
 */

const TYPING_PAUSE_MS = 120;

/** @param {Props & {id: string, setProps: SetProps}} props */
function GraphView(props) {
  const { createElement, useEffect, useRef } = window.React;
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const view = useRef(/** @type {ReturnType<typeof takeOver> | null} */ (null));
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    if (!place.current) return undefined;
    const mounted = takeOver(place.current, props.id, (changes) => latest.current.setProps(changes));
    view.current = mounted;
    mounted.update(latest.current);
    return () => mounted.destroy();
  }, []);
  useEffect(() => view.current?.update(props));
  return createElement("div", { ref: place, style: { display: "contents" } });
}

/** @param {{id: string}} props */
function ValuesPanel(props) {
  const { createElement, useEffect, useRef } = window.React;
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => (place.current ? mountValues(place.current) : undefined), []);
  return createElement("div", { ref: place, id: props.id, className: "values-panel" });
}

/** @param {{url: string | null, setProps: (changes: object) => void}} props */
function RunStream(props) {
  const { useEffect, useRef } = window.React;
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    latest.current.setProps({ snapshot: null, status: props.url ? "connecting" : "closed" });
    return props.url ? follow(props.url, (changes) => latest.current.setProps(changes)) : undefined;
  }, [props.url]);
  return null;
}

/** @param {{runs: RunningRun[] | null, setProps: (changes: object) => void}} props */
function RunningRuns(props) {
  const { useEffect, useRef } = window.React;
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    /** @param {RunningRun[]} runs */
    const tell = (runs) => {
      if (JSON.stringify(runs) !== JSON.stringify(latest.current.runs)) latest.current.setProps({ runs });
    };
    return watchRuns(tell);
  }, []);
  return null;
}

/**
 * @param {{id: string, label: string, options: {value: string, label: string}[], value: string,
 *   setProps: (changes: {value: string, chosen: string}) => void}} props
 */
function LabeledSelect(props) {
  const { createElement } = window.React;
  /** @param {{target: HTMLSelectElement}} event */
  const tell = ({ target: { value } }) => props.setProps({ value, chosen: value });
  const options = props.options.map(({ value, label }) => createElement("option", { key: value, value }, label));
  const list = { id: props.id, value: props.value, onChange: tell, "aria-label": `${props.label} by` };
  return createElement(
    "label",
    { className: "choice", title: `${props.label} by` },
    createElement("span", { className: "label", "aria-hidden": "true" }, `${props.label}:`),
    createElement("select", list, options),
  );
}

/**
 * The field keeps its own text: one that Dash writes back to loses letters under fast typing.
 * @param {{id: string, placeholder: string, controls: string, setProps: (changes: {value: string}) => void}} props
 */
function SearchBox(props) {
  const { createElement, useEffect, useRef } = window.React;
  const latest = useRef(props);
  latest.current = props;
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  /** @param {{target: HTMLInputElement}} event */
  const tell = ({ target: { value } }) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current.setProps({ value }), TYPING_PAUSE_MS);
  };
  const field = createElement("input", {
    id: props.id,
    type: "text",
    placeholder: props.placeholder,
    autoComplete: "off",
    className: "dash-input-element",
    role: "combobox",
    "aria-label": "Search the graph",
    "aria-controls": props.controls,
    "aria-autocomplete": "list",
    "aria-expanded": "true",
    onInput: tell,
  });
  return createElement("div", { className: "dash-input-container" }, field);
}

window.graphlab = { ...window.graphlab, LabeledSelect, GraphView, RunningRuns, RunStream, SearchBox, ValuesPanel };
