/** What lies in the outline's scopes, asked of the server once for each. */

/** @import { OutlineRow, View } from "../../types.mjs" */

const PLACE = "/outline";

/** @param {() => void} onMore what to do when more scopes may be known */
export function createScopes(onMore) {
  /** @type {Map<string, OutlineRow[]>} scope → its children */
  let known = new Map();
  let knownOf = "";
  /** @type {Set<string>} */
  let asked = new Set();

  /** Forget what is known when that is of another graph. @param {string} key of the graph */
  function keepOnly(key) {
    if (key !== knownOf) [knownOf, known, asked] = [key, new Map(), new Set()];
  }

  /** Ask for what lies in scopes that are not known. @param {string[]} scopes @param {View} view */
  async function learn(scopes, { source, graph, all }) {
    const key = knownOf;
    const of = scopes.filter((scope) => !asked.has(scope));
    if (!of.length) return;
    of.forEach((scope) => asked.add(scope));
    try {
      const headers = { "Content-Type": "application/json" };
      const answer = await fetch(PLACE, { method: "POST", headers, body: JSON.stringify({ source, graph, all, of }) });
      /** @type {Record<string, OutlineRow[]>} */
      const told = await answer.json();
      if (key !== knownOf) return;
      Object.entries(told).forEach(([scope, children]) => known.set(scope, children));
    } catch {
      of.forEach((scope) => asked.delete(scope)); // the next scene asks again
    }
    onMore();
  }

  return {
    get known() {
      return known;
    },
    keepOnly,
    learn,
  };
}
