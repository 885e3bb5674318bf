/** An uploaded image: offers ways to resize one of another size, and which numbers black and white become. */

import { make } from "../../../graph_view/dom.mjs";
import { MOST_FILE_BYTES, base64Of, sizeWords } from "./bytes.mjs";
import { sidesOf } from "./drawing.mjs";
import { createFilePicker } from "./files.mjs";

/** @import { InputField, WayPart } from "../input_types.mjs" */

const REDUCED_PX = 1024; // the longer side of an image that is reduced before it is sent
const WAYS = { crop: "Crop and resize", pad: "Fit with borders", stretch: "Stretch" };
const LEVELS = [[0, 1], [0, 255], [-1, 1]];

/** @param {InputField} field @param {(problem?: string) => void} changed @returns {WayPart} */
export function createUpload(field, changed) {
  const { width, height } = sidesOf(field);
  const group = `resize-${field.name}`;
  const ways = Object.entries(WAYS).map(([way, words]) => {
    const radio = make("input", { type: "radio", name: group, value: way });
    return { way, radio, element: make("label", {}, radio, words) };
  });
  const offer = make("p", {}, "");
  const resize = make("div", { class: "values-resize", role: "group", "aria-label": "How to resize the image" }, offer, ...ways.map((one) => one.element));
  const preview = make("img", { class: "values-preview", alt: "" });
  const levels = createLevels(field, () => changed());
  let chosen = { data: "", file: "", width: 0, height: 0 };
  let differs = false; // the size of the image from that of the input
  resize.hidden = preview.hidden = true;

  const picker = createFilePicker("Choose an image", `${field.label}, image file`, "image/*", async (file) => {
    const read = await readImage(file);
    if (typeof read === "string") {
      changed(read);
      return;
    }
    if (preview.src) URL.revokeObjectURL(preview.src);
    preview.src = URL.createObjectURL(file);
    preview.hidden = false;
    chosen = read;
    differs = read.width > 0 && ((width || read.width) !== read.width || (height || read.height) !== read.height);
    resize.hidden = !differs;
    offer.textContent = `The image is ${read.width} × ${read.height}, and the input ${width || read.width} × ${height || read.height}. Resize it:`;
    changed();
  });
  const way = () => ways.find((one) => one.radio.checked)?.way ?? "";
  resize.addEventListener("change", () => changed());
  return {
    element: make("div", { class: "values-upload" }, picker.element, preview, resize, levels.element),
    put(setting) {
      chosen = { ...chosen, data: setting.data ?? "", file: setting.file ?? "" };
      for (const one of ways) one.radio.checked = one.way === setting.resize;
      if (chosen.file) picker.say(chosen.file);
    },
    setting: () => {
      if (!chosen.file || (differs && !way())) return null;
      const [darkest, brightest] = levels.chosen();
      return { kind: "image", data: chosen.data, file: chosen.file, resize: way(), darkest, brightest };
    },
    focus: () => picker.focus(),
  };
}

/** Which numbers black and white become. @param {InputField} field @param {() => void} changed */
function createLevels(field, changed) {
  const select = make("select", { "aria-label": `${field.label}, numbers of black and white` });
  select.append(...LEVELS.map(([dark, bright], i) => make("option", { value: String(i) }, `${dark} to ${bright}`)));
  const usual = LEVELS.findIndex(([dark, bright]) => dark === field.darkest && bright === field.brightest);
  select.value = String(Math.max(0, usual));
  select.addEventListener("change", changed);
  return {
    element: make("label", { class: "values-size" }, make("span", {}, "Black to white"), select),
    chosen: () => LEVELS[Number(select.value)],
  };
}

/** The file's bytes and the image's size, or why it cannot be used. @param {File} file */
async function readImage(file) {
  const bitmap = await createImageBitmap(file).catch(() => null);
  const size = { width: bitmap?.width ?? 0, height: bitmap?.height ?? 0 };
  if (file.size <= MOST_FILE_BYTES) {
    return { data: base64Of(new Uint8Array(await file.arrayBuffer())), file: file.name, ...size };
  }
  if (!bitmap) return `${file.name} is ${sizeWords(file.size)}: use an image of at most ${sizeWords(MOST_FILE_BYTES)}`;
  return reduced(bitmap, file.name);
}

/** A large photo, reduced so that it can be sent. @param {ImageBitmap} bitmap @param {string} name */
async function reduced(bitmap, name) {
  const scale = Math.min(1, REDUCED_PX / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [Math.round(bitmap.width * scale), Math.round(bitmap.height * scale)];
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, width, height);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.92 });
  const file = `${name} (${bitmap.width} × ${bitmap.height}, reduced to ${width} × ${height})`;
  return { data: base64Of(new Uint8Array(await blob.arrayBuffer())), file, width, height };
}
