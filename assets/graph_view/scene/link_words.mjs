/** The words beside the pointer on a link: its ends, and each tensor with where it really comes from and goes to. */

import { itemOf } from "./scene.mjs";
import { LINK_NAMES } from "../theme.mjs";

/**
 * @import { LinkTensor } from "../../types.mjs"
 * @import { ReadyScene, SceneLink } from "../types.mjs"
 */

/**
 * @param {ReadyScene} scene
 * @param {SceneLink} link
 * @returns {string[]}
 */
export function wordsOfLink(scene, link) {
  /** @param {string} id */
  const title = (id) => itemOf(scene, id)?.title ?? id;
  const lines = [`${title(link.src)} → ${title(link.dst)}`, LINK_NAMES[link.style] ?? ""];
  for (const tensor of link.tensors ?? []) lines.push(...tensorLines(scene, link, tensor));
  if (link.more) lines.push(`and ${link.more.toLocaleString("en-US")} more`);
  if (link.tensors && !isGroupId(link.dst)) lines.push(`\u2003→ ${link.dst}`);
  return lines.filter(Boolean);
}

/** @param {string} id */
const isGroupId = (id) => id.endsWith("/");

/**
 * A tensor by its name, type and shape, and the ops that it feeds inside a closed group; see layout/tensors.py.
 * @param {ReadyScene} scene
 * @param {SceneLink} link @param {LinkTensor} tensor */
function tensorLines(scene, link, tensor) {
  const [words, port, src, count = 0, ...targets] = tensor;
  const name = `${src || link.src}${port >= 0 ? `:${port}` : ""}`;
  const what = words >= 0 ? scene.tensors[words] : "";
  const others = count - targets.length;
  const rest = others > 0 ? ` and ${others.toLocaleString("en-US")} more` : "";
  return [[name, what].filter(Boolean).join("  "), targets.length ? `\u2003→ ${targets.join(", ")}${rest}` : ""];
}
