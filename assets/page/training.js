/* A run's frame becomes the training panel: words, bar, numbers and images. The charts are in charts.js. */
(() => {
  const NAMES = {
    unknown: "Reading the run…", // until its first frame comes
    starting: "Starting…",
    running: "Running",
    finished: "Finished",
    stopped: "Stopped",
    failed: "Failed",
    interrupted: "Interrupted",
    diverged: "Diverged",
    logged: "From the log",
  };
  const ALIVE = new Set(["starting", "running"]);
  const FIRST = ["accuracy", "loss"];
  const HASTE_MS = 500; // a second press so soon was meant for the first button
  const STOP_MS = 5000; // a stop takes 2 s at most; later the button is free again
  const BROKEN = new Set(["failed", "interrupted", "diverged"]);
  const SHORT_LABEL = 3; // letters of a label that fits under a small image

  const number = (value) => Math.round(value).toLocaleString("en-US");
  const known = (value) => value !== null && value !== undefined;
  const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);
  const byId = (id) => document.getElementById(id);
  const setProps = (id, props) => window.dash_clientside.set_props(id, props);

  /** A Dash component as JSON. */
  function component(type, props, children) {
    return { namespace: "dash_html_components", type, props: { ...props, children } };
  }

  // What the run uses

  function rateOf(frame) {
    if (!frame.examples_per_s) return "";
    const what = /image|mnist|x-ray/i.test(frame.data ?? "") ? "images" : "examples";
    return `${number(frame.examples_per_s)} ${what}/s`;
  }

  function factsOf(frame) {
    // Where a file lies is in the title; what data it is must stay in sight.
    const data = (frame.data ?? "").replace(/, from [/\\].*$/, "");
    const device = (frame.device ?? "").replace(/\((R|TM)\)|\bCPU @.*$/gi, "").trim();
    const parts = [["data", data], ["device", device], ["rate", rateOf(frame)]].filter(([, words]) => words);
    const between = component("Span", { className: "between" }, " · ");
    return parts.flatMap(([className, words], i) => [...(i ? [between] : []), component("Span", { className }, words)]);
  }

  /** `30 Nov, 20:41:07`: two runs of one source are told apart by it. */
  function startText(seconds) {
    const parts = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" };
    return new Date(seconds * 1000).toLocaleString("en-GB", parts);
  }

  /** What the run trains with, the callbacks and weights it uses, and what the majority class alone would score. */
  function settingsOf(frame) {
    if (!frame.started_s) return [];
    const words = [
      `${number(frame.epochs)} epoch${frame.epochs === 1 ? "" : "s"}`,
      known(frame.batch_size) && `batch size ${number(frame.batch_size)}`,
      known(frame.learning_rate) && `learning rate ${Number(frame.learning_rate.toPrecision(4))}`,
      known(frame.seed) && `seed ${frame.seed}`,
      `started ${startText(frame.started_s)}`,
      frame.resumed && `resumed ${frame.resumed === 1 ? "once" : `${frame.resumed} times`}`,
    ];
    const lines = [words.filter(Boolean).join(" · "), frame.uses?.length ? `Uses ${frame.uses.join(", ")}` : "", frame.baseline];
    return lines.filter(Boolean).map((line) => component("Div", {}, line));
  }

  // Where the run is

  function placeOf(frame) {
    if (!frame.epoch) return "";
    const epoch = `epoch ${number(frame.epoch)} of ${number(frame.epochs)}`;
    if (frame.status === "finished" || frame.stage) return epoch;
    if (frame.steps) return `${epoch} · step ${number(frame.step ?? 0)} of ${number(frame.steps)}`;
    return frame.step ? `${epoch} · step ${number(frame.step)}` : epoch;
  }

  function stepOf(frame) {
    const place = placeOf(frame);
    if (frame.status === "logged") return "";
    if (frame.status === "stopped") return place ? `Stopped in ${place}` : "Stopped before the first epoch";
    if (!ALIVE.has(frame.status) && frame.status !== "finished") return place && `Ended in ${place}`;
    const words = [place, frame.stage && `${frame.stage}…`].filter(Boolean).join(" · ");
    if (!words) return ALIVE.has(frame.status) ? "Starting the training process…" : "";
    return place ? words : capital(words);
  }

  function etaOf(frame) {
    if (!ALIVE.has(frame.status) || !known(frame.eta_s)) return "";
    const seconds = Math.max(0, Math.round(frame.eta_s));
    if (seconds < 60) return `${seconds} s left`;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return `${minutes} min ${seconds % 60} s left`;
    return `${number(Math.floor(minutes / 60))} h ${minutes % 60} min left`;
  }

  /** From 0 to 1; null, a bar without a measure, until the first step is done. */
  function barOf(frame) {
    if (ALIVE.has(frame.status) && !frame.epoch) return null;
    return String(frame.status === "finished" ? 1 : (frame.progress ?? 0));
  }

  // How it ended

  function metricNames(final) {
    const names = new Set(Object.keys(final).map((name) => name.replace(/^val_/, "")));
    return [...FIRST.filter((name) => names.delete(name)), ...names];
  }

  function numbersOf(frame) {
    const final = frame.final ?? {};
    const { measure } = window.dash_clientside.graphlab_page;
    const cell = (name) => component("Td", {}, name in final ? measure(final[name]) : "–");
    const row = (name) => [component("Th", {}, name.replaceAll("_", " ")), cell(name), cell(`val_${name}`)];
    const when = frame.status === "logged" ? "last step" : frame.status === "finished" ? "last epoch" : "last full epoch";
    const head = [when, "training", "validation"].map((words) => component("Th", {}, words));
    const rows = [head, ...metricNames(final).map(row)].map((cells) => component("Tr", {}, cells));
    return component("Table", { className: "numbers" }, component("Tbody", {}, rows));
  }

  function endOf(frame) {
    const warning = frame.warning ? [component("Div", { className: "warned" }, frame.warning)] : [];
    if (ALIVE.has(frame.status)) return warning;
    const failed = BROKEN.has(frame.status);
    const words = frame.message || (failed ? "training failed" : "");
    return [
      ...warning,
      ...(words ? [component("Div", { className: failed ? "failure" : "ending" }, words)] : []),
      ...(Object.keys(frame.final ?? {}).length ? [numbersOf(frame)] : []),
    ];
  }

  // What the model says of images

  function sampleOf(sample) {
    const sure = known(sample.confidence) ? ` (${Math.round(sample.confidence * 100)} % sure)` : "";
    const words = `predicted ${sample.predicted}${sure}, true label ${sample.true}`;
    const caption = `${sample.correct ? "✓" : "✗"} ${sample.predicted} · ${sample.true}`;
    const parts = [component("Img", { src: sample.image, alt: words }), component("Figcaption", {}, caption)];
    return component("Figure", { className: sample.correct ? "sample" : "sample wrong", title: words }, parts);
  }

  function samplesOf(samples) {
    if (!samples?.length) return [];
    const long = samples.some((sample) => Math.max(sample.predicted.length, sample.true.length) > SHORT_LABEL);
    return [
      component("P", { className: "sample-words" }, "Validation images: predicted · true label"),
      component("Div", { className: long ? "sample-grid long" : "sample-grid" }, samples.map(sampleOf)),
    ];
  }

  // Buttons and form

  let pressedAt = -Infinity;
  let stoppingAt = -Infinity;

  /** A button that goes away hands its focus to the one that takes its place. */
  function keepFocus(alive) {
    const [from, to] = alive ? ["train-start", "train-stop"] : ["train-stop", "train-start"];
    if (document.activeElement?.id === from) setTimeout(() => byId(to)?.focus({ preventScroll: true }), 100);
  }

  function stopWords(alive) {
    if (!alive) stoppingAt = -Infinity;
    return performance.now() - stoppingAt < STOP_MS ? "Stopping…" : "Stop";
  }

  /** Why a field cannot be used; "" if it can. */
  function wrongOf(field) {
    if (field.validity.valid) return "";
    const name = field.closest("label").querySelector("span").textContent;
    if (!field.max) return `${name} must be a number above 0`;
    const kind = field.step === "1" ? "a whole number" : "a number";
    const [least, most] = [field.min, field.max].map((text) =>
      Number(text).toLocaleString("en-US", { maximumFractionDigits: 10 }),
    );
    return `${name} must be ${kind} from ${least} to ${most}`;
  }

  /** The Start button starts another run while one is going. */
  const startWords = (alive) => (alive ? "Start another" : "Start");

  /** Whether the run can follow its last checkpoint. */
  const isResumable = (frame) => !ALIVE.has(frame.status) && frame.checkpoint > 0;

  function resumeWords(frame) {
    return frame.checkpoint < frame.epochs ? `Resume after epoch ${number(frame.checkpoint)}` : "Train more epochs";
  }

  /** Marks the first wrong field and says what is wrong with it. */
  function refuses() {
    const field = [...document.querySelectorAll(".form input")].find(wrongOf);
    if (!field) return false;
    setProps("train-note", { children: wrongOf(field) });
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", "train-note");
    field.focus();
    return true;
  }

  function pressed(event) {
    const button = event.target.closest?.("#train-start, #train-stop, #train-resume");
    if (!button) return;
    const hasty = event.timeStamp - pressedAt < HASTE_MS;
    if (hasty || (button.id !== "train-stop" && refuses())) {
      event.stopPropagation();
      return;
    }
    pressedAt = event.timeStamp;
    if (button.id !== "train-stop") return;
    stoppingAt = performance.now();
    setTimeout(() => setProps("train-stop", { children: "Stopping…" }));
  }

  function edited(event) {
    if (event.target.getAttribute?.("aria-invalid") !== "true") return;
    event.target.removeAttribute("aria-invalid");
    setProps("train-note", { children: "" });
  }

  // Before React sees the click: a form with a wrong field must not reach the server.
  document.addEventListener("click", pressed, true);
  document.addEventListener("input", edited);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches?.(".form input")) byId("train-start").click();
  });

  /** Outputs in the order of clientside.py. */
  function showRun(frame, url) {
    if (!url && !frame) return [true, "", "", [], "", "0", "", "", [], [], [], "Start", true, "", true, "Stop"];
    const seen = frame ?? { status: "unknown" };
    const alive = ALIVE.has(seen.status);
    keepFocus(alive);
    return [
      false,
      NAMES[seen.status] ?? seen.status,
      seen.status,
      factsOf(seen),
      [seen.data, seen.device].filter(Boolean).join(" · "),
      barOf(seen),
      stepOf(seen),
      etaOf(seen),
      samplesOf(seen.samples),
      endOf(seen),
      settingsOf(seen),
      startWords(alive),
      !isResumable(seen),
      resumeWords(seen),
      !alive,
      stopWords(alive),
    ];
  }

  window.dash_clientside = window.dash_clientside || {};
  const parts = { component, number, showRun, startText };
  window.dash_clientside.graphlab_page = Object.assign(window.dash_clientside.graphlab_page || {}, parts);
})();
