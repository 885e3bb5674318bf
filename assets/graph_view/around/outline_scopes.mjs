/** What lies in the outline's scopes, asked of the server once for each. */

/** @import { OutlineRow, View } from "../../types.mjs" */

const PLACE = "/outline";

/** @param {() => void} onMore what to do when more scopes may be known */
export function createScopes(onMore) {
  /** @type {Map<string, OutlineRow[]>} scope → its children */
  let childrenOf = new Map();
  let graphKey = "";
  /** @type {Set<string>} */
  let requested = new Set();

  /** Forget what is known when that is of another graph. @param {string} key of the graph */
  function keepOnly(key) {
    if (key !== graphKey) [graphKey, childrenOf, requested] = [key, new Map(), new Set()];
  }

  /** Ask for what lies in scopes that are not known. @param {string[]} scopes @param {View} view */
  async function learn(scopes, { source, graph, all }) {
    const key = graphKey;
    const of = scopes.filter((scope) => !requested.has(scope));
    if (!of.length) return;
    of.forEach((scope) => requested.add(scope));
    try {
      const headers = { "Content-Type": "application/json" };
      const answer = await fetch(PLACE, { method: "POST", headers, body: JSON.stringify({ source, graph, all, of }) });
      /** @type {Record<string, OutlineRow[]>} */
      const rows = await answer.json();
      if (key !== graphKey) return;
      Object.entries(rows).forEach(([scope, children]) => childrenOf.set(scope, children));
    } catch {
      of.forEach((scope) => requested.delete(scope)); // the next scene asks again
    }
    onMore();
  }

  return {
    get childrenOf() {
      return childrenOf;
    },
    keepOnly,
    learn,
  };
}
