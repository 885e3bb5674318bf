/* A run's curves as charts: training and validation of one metric in one picture, in the page's colours. */
(() => {
  const FIRST = ["loss", "accuracy"];
  const MOST = 4; // two are in sight, the others below them
  const MOST_LOGGED = 40; // of a log, which may hold any number
  const MARGIN = { l: 38, r: 66, t: 22, b: 8 };
  const FIRST_STEPS = 0.1; // of an epoch: far off, they would press the rest of the curve flat
  const ENOUGH_POINTS = 8; // in the first epoch, for its start to be left out
  const TICKS_PX = 12; // more at the bottom where the epochs are written
  const LABEL_PX = 12; // the height of a value beside its curve
  const GAP_MS = 500; // between two drawings of a running run: they cost more than all else on the page
  const WHOLE_RUN = 10; // so many epochs are shown from the start; of more, those that are near

  let mounted = "";
  let newest = null;
  let runCount = 0;
  let timer = 0;
  let drawnAt = -Infinity;
  let drawn = ""; // what the charts show
  let watcher = null;
  let isSeen = false; // whether the charts' place is in the window: not while the drawer is closed

  const isLogged = (frame) => frame.status === "logged";
  const known = (value) => typeof value === "number";
  const spoken = (name) => name.replaceAll("_", " ");
  const setProps = (id, props) => window.dash_clientside.set_props(id, props);

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  /** The metrics to draw: loss, accuracy, then the others. */
  function chartNames(frame) {
    const names = Object.keys(frame?.curves ?? {});
    const rest = names.filter((name) => !FIRST.includes(name));
    const most = frame && isLogged(frame) ? MOST_LOGGED : MOST;
    return [...FIRST.filter((name) => names.includes(name)), ...rest].slice(0, most);
  }

  /** Dash takes no dots and braces in an id. */
  const chartId = (name) => `chart-${name.replace(/[.{}]/g, "_")}`;

  /** Epochs are written under the second chart, and once more under the last; each chart of a log has its own steps. */
  function isLabelled(frame, index, count) {
    return isLogged(frame) || index === Math.min(1, count - 1) || index === count - 1;
  }

  /** The last step of any curve of a log's chart. */
  function lastStep({ train = [], validation = [] }) {
    return Math.max(1, train.at(-1)?.[0] ?? 0, validation.at(-1)?.[0] ?? 0);
  }

  /** The last epoch on the axis: it stays for long, so that the curve grows and the axis does not. */
  function lastEpoch(frame) {
    const done = Math.max(1, Math.ceil(frame.step ? frame.epoch : (frame.epoch ?? 1) - 1));
    if (!["starting", "running"].includes(frame.status)) return done;
    if (frame.epochs <= WHOLE_RUN) return Math.max(1, frame.epochs);
    return Math.min(frame.epochs, roundUp(Math.max(WHOLE_RUN, done * 1.25)));
  }

  /** The next of 1, 2, 5, 10, 20, 50 ... */
  function roundUp(value) {
    const power = 10 ** Math.floor(Math.log10(value));
    return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value);
  }

  /** After an epoch the first steps are left out of the range; their curve comes in from the edge. */
  function rangeOf(name, { train = [], validation = [] }) {
    const detailed = train.filter(([x]) => x <= 1).length >= ENOUGH_POINTS;
    const from = detailed && train.at(-1)?.[0] >= 1 ? FIRST_STEPS : 0;
    const points = [...train.filter(([x]) => x >= from), ...validation];
    const values = points.map(([, y]) => y).filter(known);
    if (!values.length) return [0, 1];
    const low = name === "loss" ? Math.min(0, ...values) : Math.min(...values);
    const high = Math.max(...values);
    const room = (high - low || Math.abs(high) || 1) * 0.06;
    return [low === 0 ? 0 : low - room, high + room];
  }

  function traceOf(points, name, style) {
    return {
      x: points.map(([x]) => x),
      y: points.map(([, y]) => y),
      text: points.map(([, y]) => valueText(y)),
      name,
      mode: name === "validation" || points.length === 1 ? "lines+markers" : "lines",
      type: "scatter",
      ...style,
      hovertemplate: `${name} %{text}<extra></extra>`,
    };
  }

  function axis(more) {
    return {
      gridcolor: colour("--line"),
      linecolor: colour("--line-strong"),
      zeroline: false,
      tickfont: { size: 10 },
      fixedrange: true,
      ...more,
    };
  }

  function valueText(value) {
    if (!known(value)) return "NaN";
    if (Math.abs(value) < 100) return window.dash_clientside.graphlab_page.measure(value);
    if (Math.abs(value) < 1000) return value.toFixed(2);
    return value.toLocaleString("en-US", { notation: "compact", maximumFractionDigits: 2 });
  }

  /** The newest value of each curve, beside the plot at its height; two that would overlap move apart. */
  function valueLabels(curves, range, plotPx) {
    const lines = [
      ["", curves.train, colour("--accent")],
      ["val ", curves.validation, colour("--warning")],
    ];
    const labels = lines
      .filter(([, points]) => points?.length)
      .map(([prefix, points, ink]) => ({ text: prefix + valueText(points.at(-1)[1]), ink, y: points.at(-1)[1] ?? range[0] }))
      .sort((a, b) => a.y - b.y);
    const [low, high] = labels.map(({ y }) => ((y - range[0]) / (range[1] - range[0])) * plotPx);
    const apart = labels.length === 2 ? Math.max(0, LABEL_PX - (high - low)) / 2 : 0;
    // Near the ground both move up, so that the lower one stays clear of the epochs.
    const lift = Math.max(0, apart - low);
    return labels.map(({ text, ink, y }, i) => ({
      text,
      y,
      yshift: (i ? apart : -apart) + lift,
      x: 1,
      xref: "paper",
      xanchor: "left",
      xshift: 7,
      yanchor: "middle",
      showarrow: false,
      font: { size: 10, color: ink },
    }));
  }

  const axisWord = (frame) => ({
    text: isLogged(frame) ? "step" : "epoch",
    x: 1,
    y: 0,
    xref: "paper",
    yref: "paper",
    xanchor: "left",
    yanchor: "top",
    xshift: 8,
    yshift: -1,
    showarrow: false,
    font: { size: 10 },
  });

  function layoutOf(name, frame, labelled) {
    const curves = frame.curves[name];
    const range = rangeOf(name, curves);
    const end = isLogged(frame) ? lastStep(curves) : lastEpoch(frame);
    const margin = { ...MARGIN, b: MARGIN.b + (labelled ? TICKS_PX : 0) };
    const heightPx = document.getElementById(chartId(name))?.clientHeight || 100;
    const values = valueLabels(curves, range, heightPx - margin.t - margin.b);
    return {
      uirevision: `run-${runCount}`,
      margin,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: colour("--sans"), size: 10, color: colour("--ink-soft") },
      title: { text: spoken(name), x: 0, y: 1, yanchor: "top", pad: { t: 2 }, font: { size: 12, color: colour("--ink") } },
      xaxis: axis({ range: [0, end], tick0: 0, dtick: roundUp(Math.max(1, end / 5)), showticklabels: labelled }),
      yaxis: axis({ range, nticks: 4, exponentformat: "e", tickformat: range[1] >= 10000 ? ".2~s" : "" }),
      annotations: labelled ? [...values, axisWord(frame)] : values,
      showlegend: false,
      hovermode: "x unified",
      hoverlabel: { font: { size: 10 } },
    };
  }

  function figureOf(name, frame, labelled) {
    const curves = frame.curves[name];
    const warm = colour("--warning");
    return {
      data: [
        traceOf(curves.train ?? [], "training", { line: { color: colour("--accent"), width: 2 } }),
        traceOf(curves.validation ?? [], "validation", {
          line: { color: warm, width: 2, dash: "dash" },
          marker: { color: warm, size: 6, symbol: "diamond" },
          cliponaxis: false,
        }),
      ],
      layout: layoutOf(name, frame, labelled),
    };
  }

  function chartOf(name, frame, labelled) {
    const config = { displayModeBar: false, responsive: true };
    const props = { id: chartId(name), figure: figureOf(name, frame, labelled), config, style: { height: "100%" } };
    const graph = { namespace: "dash_core_components", type: "Graph", props };
    const words = `${spoken(name)} of training and validation by ${isLogged(frame) ? "step" : "epoch"}`;
    return part("Div", { className: labelled ? "chart labelled" : "chart", role: "img", "aria-label": words }, [graph]);
  }

  function part(type, props, children) {
    return { namespace: "dash_html_components", type, props: { ...props, children } };
  }

  function legend() {
    const keys = ["training", "validation"].map((name) => part("Span", { className: `key-${name}` }, name));
    return part("Div", { className: "chart-keys" }, keys);
  }

  /** What a drawing depends on besides the theme: a frame without a new point changes nothing. */
  const drawable = ({ curves, status, epoch, epochs }) => JSON.stringify([curves, status, epoch, epochs]);

  function watchPlace() {
    watcher ??= new IntersectionObserver((entries) => {
      isSeen = entries.at(-1).isIntersecting;
      drawInTime();
    });
    watcher.observe(document.getElementById("live-charts"));
  }

  /** At once where the run has just begun or is over; else when it is time, if there is something new to be seen. */
  function drawInTime() {
    watchPlace();
    if (!isSeen || !newest || drawable(newest) === drawn) return;
    clearTimeout(timer);
    const wait = newest.status === "running" ? drawnAt + GAP_MS - performance.now() : 0;
    if (wait > 0) timer = setTimeout(drawInTime, wait);
    else draw();
  }

  function draw() {
    if (!isSeen || !newest) return;
    drawnAt = performance.now();
    drawn = drawable(newest);
    const names = chartNames(newest);
    if (!names.length) return;
    const figures = names.map((name, i) => [name, newest, isLabelled(newest, i, names.length)]);
    if (names.join(" ") === mounted) {
      figures.forEach((figure) => setProps(chartId(figure[0]), { figure: figureOf(...figure) }));
      return;
    }
    mounted = names.join(" ");
    setProps("live-charts", { children: [legend(), ...figures.map((figure) => chartOf(...figure))] });
  }

  /** The first graph comes before Plotly, which is large. */
  function whenGraphIsDrawn(act) {
    if (document.querySelector(".graph-view[data-drawn], .graph-view .message[data-kind='error']")) act();
    else document.addEventListener("graphlab:drawn", act, { once: true });
  }

  /** A run without a frame is a new one: the curves of the one before it go. */
  function showCharts(frame, url) {
    newest = frame ?? null;
    if (frame) whenGraphIsDrawn(drawInTime);
    else {
      drawn = "";
      drawnAt = -Infinity;
      runCount += 1;
      if (mounted) setProps("live-charts", { children: [] });
      mounted = "";
    }
    return url ?? "";
  }

  /** Unseen charts get the other theme's colours when they come in sight. */
  function redraw() {
    drawn = "";
    draw();
  }

  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.graphlab_page = Object.assign(window.dash_clientside.graphlab_page || {}, { showCharts });
})();
