/** Rows of the source's own data, to choose one: thumbnails, or the first numbers. */

import { make } from "../../../graph_view/dom.mjs";

/** @import { InputField, RowPreview, WayPart } from "../input_types.mjs" */

const FIRST = 6;
const SHORT = 6; // letters that fit below a thumbnail
let groups = 0;

/** @param {InputField} field @param {() => void} changed @returns {WayPart} */
export function createRows(field, changed) {
  const isNarrow = field.rows.every((row) => row.picture || row.text.length <= SHORT);
  const group = `values-rows-${(groups += 1)}`;
  const list = make("div", {
    class: isNarrow ? "values-rows narrow" : "values-rows",
    role: "radiogroup",
    "aria-label": `${field.label}, rows of the data`,
  });
  const items = field.rows.map((row) => makeRow(row, group));
  const more = make("button", { type: "button", class: "link" });
  let chosen = field.rows[0]?.row ?? 0;

  /** @param {boolean} all */
  function draw(all) {
    list.replaceChildren(...items.slice(0, all ? items.length : FIRST).map((item) => item.element));
    more.hidden = all || items.length <= FIRST;
    more.textContent = `${items.length - FIRST} more`;
  }

  more.addEventListener("click", () => {
    draw(true);
    items[FIRST]?.radio.focus();
  });
  list.addEventListener("change", () => {
    chosen = items.find((item) => item.radio.checked)?.row.row ?? chosen;
    changed();
  });
  draw(false);
  return {
    element: make("div", {}, list, more),
    put(setting) {
      chosen = setting.row ?? 0;
      for (const item of items) item.radio.checked = item.row.row === chosen;
      if (items.findIndex((item) => item.radio.checked) >= FIRST) draw(true);
    },
    setting: () => ({ kind: "row", row: chosen }),
    focus: () => items.find((item) => item.radio.checked)?.radio.focus(),
  };
}

/** @param {RowPreview} row @param {string} group */
function makeRow(row, group) {
  const words = row.label ? `Row ${row.row}, label ${row.label}` : `Row ${row.row}`;
  const radio = make("input", { type: "radio", name: group, value: String(row.row), "aria-label": words });
  const shape = row.picture ? make("img", { src: row.picture, alt: "" }) : make("code", {}, row.text);
  const label = make("span", {}, row.label || String(row.row));
  label.hidden = row.label === row.text;
  return { row, radio, element: make("label", { class: "values-row", title: words }, radio, shape, label) };
}
