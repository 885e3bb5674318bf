/** A pad to draw a digit on, with the pen, a finger, the mouse or the arrow keys; beside it what the graph gets. */

import { contextOf, make, makeButton } from "../../../graph_view/dom.mjs";
import { base64Of, bytesOf } from "./bytes.mjs";
import { drawnDigit, penRadius } from "./digits.mjs";

/** @import { InputField, WayPart } from "../input_types.mjs" */
/** @import { Stroke } from "./digits.mjs" */

const PAD = 280; // px of the drawing, whatever its size on the page
const STEP = PAD / 28; // of the arrow keys
const NEAR = 2; // px; points closer than that add nothing
/** @type {Record<string, [number, number]>} */
const MOVES = { ArrowUp: [0, -STEP], ArrowDown: [0, STEP], ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0] };
const KEYS = "Arrow keys move the pen, Space lowers or lifts it, Delete clears the pad.";

/** @param {InputField} field @param {(problem?: string) => void} changed @returns {WayPart} */
export function createDrawing(field, changed) {
  const { width, height } = sidesOf(field);
  const pad = make("canvas", { class: "values-pad", width: String(PAD), height: String(PAD), tabindex: "0", role: "application", "aria-label": `Drawing pad for ${field.label}. ${KEYS}`, title: KEYS });
  const result = make("canvas", { class: "values-drawn", width: String(width), height: String(height), role: "img", "aria-label": `The drawing as ${width} × ${height} pixels` });
  /** @type {Stroke[]} */
  let strokes = [];
  let greys = new Uint8Array(width * height);
  const pen = { x: PAD / 2, y: PAD / 2, isDown: false, isShown: false };

  const undo = makeButton("Undo the last stroke", "link", () => take(strokes.slice(0, -1)), "Undo");
  const clear = makeButton("Clear the pad", "link", () => take([]), "Clear");

  /** @param {Stroke[]} next */
  function take(next) {
    strokes = next;
    pen.isDown = false;
    redraw();
    changed(strokes.length ? "" : "Draw on the pad");
  }

  function redraw() {
    if (strokes.length) greys = drawnDigit(strokes, PAD, width, height);
    else greys.fill(0);
    paint();
  }

  function paint() {
    paintStrokes(pad, strokes, pen);
    paintGreys(result, greys);
    for (const button of [undo, clear]) button.disabled = strokes.length === 0;
  }

  /** @param {number} x @param {number} y */
  function extend(x, y) {
    const stroke = strokes.at(-1) ?? [];
    const last = stroke.at(-1);
    if (last && Math.hypot(x - last[0], y - last[1]) < NEAR) return;
    stroke.push([x, y]);
    redraw();
    changed();
  }

  /** @param {PointerEvent} event */
  function begin(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    pad.focus({ preventScroll: true });
    pad.setPointerCapture(event.pointerId);
    pen.isShown = pen.isDown = false;
    strokes = [...strokes, []];
    follow(event);
  }

  /** @param {PointerEvent} event */
  function follow(event) {
    if (!pad.hasPointerCapture(event.pointerId)) return;
    const sight = pad.getBoundingClientRect();
    const steps = event.getCoalescedEvents?.() ?? [];
    for (const step of steps.length ? steps : [event]) {
      extend(((step.clientX - sight.left) / sight.width) * PAD, ((step.clientY - sight.top) / sight.height) * PAD);
    }
  }

  /** @param {KeyboardEvent} event */
  function byKey(event) {
    const move = MOVES[event.key];
    if (!move && ![" ", "Delete", "Backspace"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "Delete" || event.key === "Backspace") return take([]);
    pen.isShown = true;
    if (move) {
      pen.x = Math.min(PAD, Math.max(0, pen.x + move[0]));
      pen.y = Math.min(PAD, Math.max(0, pen.y + move[1]));
    } else {
      pen.isDown = !pen.isDown;
      if (pen.isDown) strokes = [...strokes, []];
    }
    if (pen.isDown) extend(pen.x, pen.y);
    paint();
  }

  pad.addEventListener("pointerdown", begin);
  pad.addEventListener("pointermove", follow);
  pad.addEventListener("keydown", byKey);
  pad.addEventListener("blur", () => {
    pen.isShown = pen.isDown = false;
    paint();
  });
  const side = make("div", { class: "values-beside" }, result, make("span", { class: "values-hint" }, "centred and scaled as in MNIST"), undo, clear);
  paint();
  return {
    element: make("div", { class: "values-drawing" }, pad, side),
    put(setting) {
      const bytes = setting.data ? bytesOf(setting.data) : new Uint8Array();
      if (bytes.length === greys.length) greys = bytes;
      paint();
    },
    setting: () => {
      if (!greys.some(Boolean)) return null;
      return { kind: "drawing", data: base64Of(greys), darkest: field.darkest, brightest: field.brightest };
    },
    focus: () => pad.focus(),
  };
}

/** Height and width of an input for an image: [h,w], [n,h,w], [h,w,c] or [n,h,w,c]. @param {InputField} field */
export function sidesOf(field) {
  const shape = field.shape ?? [];
  const hasChannels = shape.length === 4 || (shape.length === 3 && [1, 3].includes(shape[2] ?? 0));
  const sides = hasChannels ? shape.slice(-3, -1) : shape.slice(-2);
  return { height: sides[0] ?? 0, width: sides[1] ?? 0 };
}

/** @param {HTMLCanvasElement} pad @param {Stroke[]} strokes @param {{x: number, y: number, isDown: boolean, isShown: boolean}} pen */
function paintStrokes(pad, strokes, pen) {
  const context = contextOf(pad);
  context.clearRect(0, 0, PAD, PAD);
  context.lineWidth = 2 * penRadius(PAD);
  context.lineCap = context.lineJoin = "round";
  context.strokeStyle = "white"; // digits are white on black, in both themes
  for (const stroke of strokes) {
    context.beginPath();
    stroke.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
    if (stroke.length === 1) context.lineTo(stroke[0][0], stroke[0][1] + 0.01);
    context.stroke();
  }
  if (!pen.isShown) return;
  context.lineWidth = 2;
  context.strokeStyle = pen.isDown ? "orange" : "grey";
  context.beginPath();
  context.arc(pen.x, pen.y, penRadius(PAD) + 2, 0, 2 * Math.PI);
  context.stroke();
}

/** @param {HTMLCanvasElement} canvas @param {Uint8Array} greys */
function paintGreys(canvas, greys) {
  const context = contextOf(canvas);
  const image = context.createImageData(canvas.width, canvas.height);
  greys.forEach((grey, i) => image.data.set([grey, grey, grey, 255], 4 * i));
  context.putImageData(image, 0, 0);
}
