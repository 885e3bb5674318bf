/** The histogram of a tensor, and the scale of its colours. */

import { contextOf, make } from "../../../graph_view/dom.mjs";
import { colourAt, css, heatTheme, placeOnScale } from "./colours.mjs";
import { numberText } from "./numbers.mjs";

/**
 * @import { TensorStatistics } from "../drawer_types.mjs"
 * @import { HeatOptions } from "./paint.mjs"
 */

const SIZE = { width: 220, height: 40 };
const BAR_STEPS = 64;
const SCALE_PX = { width: 120, height: 10 };

/** The histogram; its bars have the colours of the heat map. @param {HTMLElement} host */
export function createHistogram(host) {
  const canvas = make("canvas", { class: "drawer-histogram", role: "img" });
  const low = make("span", { class: "drawer-end" });
  const high = make("span", { class: "drawer-end" });
  host.append(canvas, make("div", { class: "drawer-ends" }, low, high));

  /** @param {TensorStatistics | null} statistics @param {HeatOptions} options */
  function show(statistics, options) {
    const counts = statistics?.counts ?? [];
    const [from, to] = [statistics?.minimum ?? 0, statistics?.maximum ?? 0];
    host.hidden = !counts.length;
    if (host.hidden) return;
    low.textContent = numberText(from);
    high.textContent = numberText(to);
    canvas.setAttribute("aria-label", `Histogram from ${low.textContent} to ${high.textContent}`);
    const context = sized(canvas, SIZE);
    const theme = heatTheme(canvas);
    const most = Math.max(...counts);
    const width = SIZE.width / counts.length;
    counts.forEach((count, bin) => {
      const value = from + ((bin + 0.5) / counts.length) * (to - from);
      const height = count ? Math.max(1, (count / most) * (SIZE.height - 2)) : 0;
      context.fillStyle = css(colourAt(placeOnScale(value, options.limits, options.isCentred), theme));
      context.fillRect(bin * width, SIZE.height - height, width - 1, height);
      context.fillStyle = theme.soft;
      if (count) context.fillRect(bin * width, SIZE.height - height, width - 1, 1);
    });
    context.fillStyle = theme.line;
    context.fillRect(0, SIZE.height - 1, SIZE.width, 1);
  }

  return { show };
}

/** The scale of the colours with its ends, and the colour of NaN and infinity. @param {HTMLElement} host */
export function createScaleBar(host) {
  const canvas = make("canvas", { class: "drawer-scale-bar", "aria-hidden": "true" });
  const low = make("span", { class: "drawer-end" });
  const high = make("span", { class: "drawer-end" });
  const bad = make("span", { class: "drawer-bad" });
  host.append(low, canvas, high, bad);

  /** @param {TensorStatistics | null} statistics @param {HeatOptions} options */
  function show(statistics, options) {
    const [from, to] = endsOf(options);
    low.textContent = numberText(from);
    high.textContent = numberText(to);
    const context = sized(canvas, SCALE_PX);
    const theme = heatTheme(canvas);
    for (let step = 0; step < BAR_STEPS; step += 1) {
      const value = from + ((step + 0.5) / BAR_STEPS) * (to - from);
      context.fillStyle = css(colourAt(placeOnScale(value, options.limits, options.isCentred), theme));
      context.fillRect((step * SCALE_PX.width) / BAR_STEPS, 0, SCALE_PX.width / BAR_STEPS + 1, SCALE_PX.height);
    }
    const { nan, infinite } = statistics ?? { nan: 0, infinite: 0 };
    bad.hidden = !nan && !infinite;
    bad.textContent = [nan && `${nan.toLocaleString("en-US")} NaN`, infinite && `${infinite.toLocaleString("en-US")} infinite`]
      .filter(Boolean)
      .join(", ");
  }

  return { show };
}

/** The numbers at the ends of the scale. @param {HeatOptions} options @returns {[number, number]} */
export function endsOf({ limits, isCentred }) {
  const most = Math.max(Math.abs(limits[0]), Math.abs(limits[1]));
  return isCentred ? [-most, most] : limits;
}

/** @param {HTMLCanvasElement} canvas @param {{width: number, height: number}} size */
export function sized(canvas, { width, height }) {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.ceil(width * ratio);
  canvas.height = Math.ceil(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = contextOf(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}
