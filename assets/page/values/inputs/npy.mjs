/** An uploaded .npy file. */

import { MOST_FILE_BYTES, base64Of, sizeWords } from "./bytes.mjs";
import { createFilePicker } from "./files.mjs";

/** @import { InputField, WayPart } from "../input_types.mjs" */

/** @param {InputField} field @param {(problem?: string) => void} changed @returns {WayPart} */
export function createNpy(field, changed) {
  let data = "";
  let name = "";
  const picker = createFilePicker("Choose a .npy file", `${field.label}, .npy file`, ".npy", async (file) => {
    if (file.size > MOST_FILE_BYTES) {
      changed(`${file.name} is ${sizeWords(file.size)}: use a file of at most ${sizeWords(MOST_FILE_BYTES)}`);
      return;
    }
    data = base64Of(new Uint8Array(await file.arrayBuffer()));
    name = file.name;
    changed();
  });
  return {
    element: picker.element,
    put(setting) {
      data = setting.data ?? "";
      name = setting.file ?? "";
      if (name) picker.say(name);
    },
    setting: () => (name ? { kind: "npy", data, file: name } : null),
    focus: () => picker.focus(),
  };
}
