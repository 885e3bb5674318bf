/* The search field: a combobox whose list is #results, and the way from match to match. */
(() => {
  let targets = []; // where the search leads, best first
  let total = 0;
  let at = -1; // the match that was gone to last
  let steps = 0;

  const field = () => document.querySelector("input#search");
  const results = () => [...document.querySelectorAll("#results .result")];
  const setProps = (id, props) => window.dash_clientside.set_props(id, props);

  function markResult(list, index) {
    list.forEach((item, i) => item.setAttribute("aria-selected", String(i === index)));
    const chosen = list[index];
    if (!chosen) field().removeAttribute("aria-activedescendant");
    else {
      field().setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    }
  }

  function keySearch(event) {
    const list = results();
    const marked = list.findIndex((item) => item.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") markResult(list, Math.min(list.length - 1, marked + 1));
    else if (event.key === "ArrowUp") markResult(list, Math.max(0, marked - 1));
    else if (event.key === "Enter" && list.length) list[Math.max(0, marked)].click();
    else if (event.key === "Escape") event.target.blur();
    else return;
    event.preventDefault();
  }

  function words() {
    if (!total) return "";
    const place = at < 0 ? "" : `${(at + 1).toLocaleString("en-US")} of `;
    return `${place}${total.toLocaleString("en-US")}${at < 0 ? " found" : ""}`;
  }

  /** Go on to the next match, or back to the previous one; behind the last comes the first. */
  function step(by) {
    if (!targets.length) return;
    at = at < 0 && by < 0 ? targets.length - 1 : (at + by + targets.length) % targets.length;
    goneTo();
    steps += 1;
    setProps("step", { data: { target: targets[at], n: steps } });
  }

  function goneTo() {
    setProps("found-count", { children: words() });
  }

  /** A new search begins before its first match; the same one, asked again of another view, continues where it was. */
  function showFound(found) {
    const next = found?.targets ?? [];
    if (next.join("\n") !== targets.join("\n")) at = -1;
    targets = next;
    total = found?.total ?? 0;
    return [!total, words()];
  }

  document.addEventListener("click", (event) => {
    const line = event.target.closest?.("#results .result");
    if (line) {
      // A chosen result closes the list.
      document.activeElement?.blur();
      at = Math.min(results().indexOf(line), targets.length - 1);
      goneTo();
    }
    if (event.target.closest?.("#found-on")) step(1);
    if (event.target.closest?.("#found-back")) step(-1);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.id === "search") keySearch(event);
    if (event.key === "F3" && targets.length) {
      event.preventDefault();
      step(event.shiftKey ? -1 : 1);
    }
    const typing = event.target.closest?.("input, textarea, select, dialog, [contenteditable=true]");
    const held = !event.getModifierState("AltGraph") && (event.ctrlKey || event.altKey);
    if (event.key !== "/" || typing || held || event.metaKey) return;
    event.preventDefault();
    field()?.focus();
    field()?.select();
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.graphlab_page = Object.assign(window.dash_clientside.graphlab_page || {}, { showFound });
})();
