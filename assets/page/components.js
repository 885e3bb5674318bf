/* Registers graphlab's Dash components. The view itself is in graph_view/. */
(() => {
  const { createElement, useEffect, useRef } = window.React;
  const types = window.PropTypes;
  const { modules } = window.graphlab; // they stand in the page

  /** @param {object} props the props of GraphView in components.py, with Dash's setProps */
  function GraphView(props) {
    const place = useRef(null);
    const view = useRef(null);
    const latest = useRef(props);
    latest.current = props;
    useEffect(() => {
      view.current = modules["page/early"].takeOver(place.current, props.id, (changes) => latest.current.setProps(changes));
      view.current.update(latest.current);
      return () => view.current.destroy();
    }, []);
    useEffect(() => view.current?.update(props));
    return createElement("div", { ref: place, style: { display: "contents" } });
  }

  GraphView.propTypes = {
    id: types.string,
    view: types.object,
    selected: types.string,
    look: types.object,
    pins: types.array,
    message: types.object,
    center: types.object,
    page: types.string,
    searched: types.string,
    folder: types.string,
    ready: types.string,
    graphs: types.array,
    renewed: types.number,
    overlays: types.array,
    lineage: types.object,
    setProps: types.func,
  };

  /** @param {{url: string | null, setProps: function(object): void}} props */
  function RunStream(props) {
    const latest = useRef(props);
    latest.current = props;
    useEffect(() => {
      latest.current.setProps({ frame: null, status: props.url ? "connecting" : "closed" });
      return props.url ? modules["page/runs/stream"].follow(props.url, (changes) => latest.current.setProps(changes)) : undefined;
    }, [props.url]);
    return null;
  }

  RunStream.propTypes = {
    id: types.string,
    url: types.string,
    frame: types.object,
    status: types.string,
    setProps: types.func,
  };

  /** @param {{runs: object[] | null, setProps: function(object): void}} props */
  function RunningRuns(props) {
    const latest = useRef(props);
    latest.current = props;
    useEffect(() => {
      const isNew = (runs) => JSON.stringify(runs) !== JSON.stringify(latest.current.runs);
      return modules["page/runs/running"].watchRuns((runs) => isNew(runs) && latest.current.setProps({ runs }));
    }, []);
    return null;
  }

  RunningRuns.propTypes = { id: types.string, runs: types.array, setProps: types.func };

  /** @param {{id: string, label: string, options: {value: string, label: string}[], value: string}} props */
  function Choice(props) {
    const tell = (event) => props.setProps({ value: event.target.value, chosen: event.target.value });
    const options = props.options.map(({ value, label }) => createElement("option", { key: value, value }, label));
    const list = { id: props.id, value: props.value, onChange: tell, "aria-label": `${props.label} by` };
    return createElement(
      "label",
      { className: "choice", title: `${props.label} by` },
      createElement("span", { className: "label", "aria-hidden": "true" }, `${props.label}:`),
      createElement("select", list, options),
    );
  }

  Choice.propTypes = {
    id: types.string,
    label: types.string,
    options: types.array,
    value: types.string,
    chosen: types.string,
    setProps: types.func,
  };

  const TYPING_PAUSE_MS = 120;

  /**
   * The field keeps its own text: one that Dash writes back to loses letters under fast typing.
   * @param {{id: string, placeholder: string, controls: string, setProps: function(object): void}} props
   */
  function SearchBox(props) {
    const latest = useRef(props);
    latest.current = props;
    const timer = useRef(0);
    useEffect(() => () => clearTimeout(timer.current), []);
    const tell = (event) => {
      const value = event.target.value;
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

  SearchBox.propTypes = {
    id: types.string,
    value: types.string,
    placeholder: types.string,
    controls: types.string,
    setProps: types.func,
  };

  window.graphlab = { ...window.graphlab, Choice, GraphView, RunningRuns, RunStream, SearchBox };
})();
