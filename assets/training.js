/* A run's frame becomes the training panel: words, bar, samples and charts. */
(() => {
  const NAMES = {
    starting: "Starting…",
    running: "Running",
    finished: "Finished",
    stopped: "Stopped",
    failed: "Failed",
    interrupted: "Interrupted",
  };
  const ALIVE = new Set(["starting", "running"]);
  const CHARTS = ["loss", "accuracy"];

  const number = (value) => Math.round(value).toLocaleString("en-US");
  const known = (value) => value !== null && value !== undefined;

  /** A Dash component as JSON. */
  function component(type, props, children) {
    return { namespace: "dash_html_components", type, props: { ...props, children } };
  }

  function factsOf(frame) {
    const rate = frame.examples_per_s ? `${number(frame.examples_per_s)} images/s` : "";
    return [frame.data, frame.device, rate].filter(Boolean).join(" · ");
  }

  function stepOf(frame) {
    const parts = [];
    if (frame.epochs) parts.push(`epoch ${number(frame.epoch ?? 0)} of ${number(frame.epochs)}`);
    if (frame.steps) parts.push(`step ${number(frame.step ?? 0)} of ${number(frame.steps)}`);
    else if (frame.step) parts.push(`step ${number(frame.step)}`);
    return parts.join(" · ") || frame.stage || "";
  }

  function etaOf(frame) {
    if (!ALIVE.has(frame.status) || !known(frame.eta_s)) return "";
    const seconds = Math.max(0, Math.round(frame.eta_s));
    if (seconds < 60) return `${seconds} s left`;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return `${minutes} min ${seconds % 60} s left`;
    return `${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
  }

  function sampleOf(sample) {
    const sure = known(sample.confidence) ? ` (${Math.round(sample.confidence * 100)} % sure)` : "";
    const words = `predicted ${sample.predicted}${sure}, is ${sample.true}`;
    const caption = sample.correct ? `${sample.predicted} ✓` : `✗ ${sample.predicted}, is ${sample.true}`;
    const parts = [component("Img", { src: sample.image, alt: words }), component("Figcaption", {}, caption)];
    return component("Figure", { className: sample.correct ? "sample" : "sample wrong", title: words }, parts);
  }

  function endOf(frame) {
    if (frame.status === "failed") return [frame.message || "the training failed", "failure"];
    const final = Object.entries(frame.final ?? {}).filter(([, value]) => typeof value === "number");
    const words = final.map(([name, value]) => `${name.replaceAll("_", " ")} ${value.toFixed(4)}`);
    if (ALIVE.has(frame.status) || !(words.length || frame.message)) return ["", ""];
    return [[frame.message, words.join(" · ")].filter(Boolean).join("\n"), "final"];
  }

  function hidden() {
    return [true, "", "", "", "0", "", "", [], "", "", false, true];
  }

  /** Outputs in the order of clientside.py. */
  function showRun(frame, url) {
    if (!url && !frame) return hidden();
    const seen = frame ?? { status: "starting" };
    const alive = ALIVE.has(seen.status);
    const [end, endClass] = endOf(seen);
    return [
      false,
      NAMES[seen.status] ?? seen.status,
      seen.status,
      factsOf(seen),
      String(seen.progress ?? (seen.status === "finished" ? 1 : 0)),
      stepOf(seen) || seen.message || "",
      etaOf(seen),
      (seen.samples ?? []).map(sampleOf),
      end,
      endClass,
      alive,
      !alive,
    ];
  }

  // Charts

  let mounted = "";
  let newest = null;
  let runCount = 0;

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function traceOf(points, name, style) {
    const lone = points.length === 1;
    return {
      x: points.map(([x]) => x),
      y: points.map(([, y]) => y),
      name,
      mode: name === "validation" || lone ? "lines+markers" : "lines",
      type: "scatter",
      ...style,
      hovertemplate: `${name} %{y:.4f}<extra></extra>`,
    };
  }

  function axis(title) {
    return {
      title: { text: title, font: { size: 10 }, standoff: 4 },
      gridcolor: colour("--line"),
      linecolor: colour("--line-strong"),
      zeroline: false,
      tickfont: { size: 10 },
      nticks: 4,
      fixedrange: true,
    };
  }

  function figureOf(name, curves, first) {
    const accent = colour("--accent");
    const warm = colour("--warning");
    const title = name.replaceAll("_", " ");
    return {
      data: [
        traceOf(curves.train ?? [], "training", { line: { color: accent, width: 2 } }),
        traceOf(curves.validation ?? [], "validation", {
          line: { color: warm, width: 2, dash: "dash" },
          marker: { color: warm, size: 6, symbol: "diamond" },
        }),
      ],
      layout: {
        uirevision: `run-${runCount}`,
        margin: { l: 38, r: 8, t: 22, b: 30 },
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        font: { family: colour("--sans"), size: 10, color: colour("--ink-soft") },
        title: { text: title, x: 0.01, y: 0.98, yanchor: "top", font: { size: 12, color: colour("--ink") } },
        xaxis: axis("epoch"),
        yaxis: { ...axis(""), rangemode: name === "loss" ? "tozero" : "normal" },
        showlegend: first,
        legend: { orientation: "h", x: 1, xanchor: "right", y: 1, yanchor: "top", yref: "container", font: { size: 10 } },
        hovermode: "x unified",
        hoverlabel: { font: { size: 10 } },
      },
    };
  }

  /** The two charts that matter most: loss, then accuracy or else the first metric there is. */
  function chartNames(curves) {
    const names = Object.keys(curves ?? {});
    const first = CHARTS.filter((name) => names.includes(name));
    const rest = names.filter((name) => !CHARTS.includes(name));
    return [...first, ...rest].slice(0, 2);
  }

  function chartOf(name, curves, first) {
    const config = { displayModeBar: false, responsive: true };
    const props = { id: `chart-${name}`, figure: figureOf(name, curves, first), config, style: { height: "100%" } };
    const graph = { namespace: "dash_core_components", type: "Graph", props };
    return component("Div", { role: "img", "aria-label": `${name} of training and validation by epoch` }, [graph]);
  }

  function drawCharts() {
    if (!newest) return;
    const names = chartNames(newest.curves);
    const wanted = names.join(" ");
    const { set_props: setProps } = window.dash_clientside;
    if (wanted === mounted) {
      names.forEach((name, i) => setProps(`chart-${name}`, { figure: figureOf(name, newest.curves[name], i === 0) }));
      return;
    }
    mounted = wanted;
    setProps("live-charts", { children: names.map((name, i) => chartOf(name, newest.curves[name], i === 0)) });
  }

  /** The first graph comes before Plotly, which is large. */
  function whenGraphIsDrawn(act) {
    if (document.querySelector(".graph-view[data-drawn], .graph-view .message[data-kind='error']")) act();
    else document.addEventListener("graphlab:drawn", act, { once: true });
  }

  function showCharts(frame, url) {
    if (!frame) {
      runCount += 1;
      newest = null;
      return url ?? "";
    }
    newest = frame;
    whenGraphIsDrawn(drawCharts);
    return url ?? "";
  }

  new MutationObserver(drawCharts).observe(document.documentElement, { attributeFilter: ["data-theme"] });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.graphlab_page = Object.assign(window.dash_clientside.graphlab_page || {}, {
    showRun,
    showCharts,
  });
})();
