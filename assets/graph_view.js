/* Registers graphlab's Dash components. The view itself lives in the modules of graph_view/. */
(() => {
  const { createElement, useEffect, useRef } = window.React;
  const types = window.PropTypes;

  /** @param {object} props the props of GraphView in components.py, with Dash's setProps */
  function GraphView(props) {
    const place = useRef(null);
    const view = useRef(null);
    const latest = useRef(props);
    latest.current = props;
    useEffect(() => {
      let gone = false;
      import("graphlab/early").then(({ takeOver }) => {
        if (gone) return;
        view.current = takeOver(place.current, props.id, (changes) => latest.current.setProps(changes));
        view.current.update(latest.current);
      });
      return () => {
        gone = true;
        view.current?.destroy();
      };
    }, []);
    useEffect(() => view.current?.update(props));
    return createElement("div", { ref: place, style: { display: "contents" } });
  }

  GraphView.propTypes = {
    id: types.string,
    scene: types.object,
    view: types.object,
    selected: types.string,
    message: types.object,
    center: types.object,
    setProps: types.func,
  };

  /** @param {{url: string | null, setProps: function(object): void}} props */
  function RunStream(props) {
    const latest = useRef(props);
    latest.current = props;
    useEffect(() => {
      let stop = null;
      let gone = false;
      latest.current.setProps({ frame: null, status: props.url ? "connecting" : "closed" });
      if (props.url) {
        import("graphlab/stream").then(({ follow }) => {
          if (!gone) stop = follow(props.url, (changes) => latest.current.setProps(changes));
        });
      }
      return () => {
        gone = true;
        stop?.();
      };
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

  window.graphlab = { ...window.graphlab, GraphView, RunStream };
})();
