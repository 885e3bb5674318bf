/* The page's switches and keys around the graph. Dash's clientside callbacks find their functions here. */
(() => {
  const NAMES = { system: "system", light: "light", dark: "dark" };
  const systemDark = window.matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;

  const isDark = () => systemDark.matches;

  function applyTheme(choice) {
    root.dataset.choice = choice;
    root.dataset.theme = choice === "dark" || (choice === "system" && isDark()) ? "dark" : "light";
  }

  systemDark.addEventListener("change", () => applyTheme(root.dataset.choice));

  function remember(key, value) {
    try {
      localStorage.setItem(key, value);
    } catch {
      // Storage may be forbidden; the choice then lasts as long as the page.
    }
  }

  /** Each click: the other theme than the one seen, then the one seen, then the system's again. */
  function nextTheme(choice) {
    const other = isDark() ? "light" : "dark";
    const same = isDark() ? "dark" : "light";
    return { system: other, [other]: same, [same]: "system" }[choice];
  }

  function cycleTheme(clicks) {
    if (clicks) {
      applyTheme(nextTheme(root.dataset.choice));
      remember("graphlab:theme", root.dataset.choice);
    }
    const words = `Theme: ${NAMES[root.dataset.choice]}`;
    return [`button theme theme-${root.dataset.choice}`, words, words];
  }

  function toggleQuiet(_clicks, view) {
    return { ...view, all: !view?.all };
  }

  /** A switch of the form: its value, which is empty while it is off, and whether it is on. */
  function toggleSwitch(clicks) {
    const on = (clicks ?? 0) % 2 === 0;
    return [on ? "stop" : "", String(on)];
  }

  /** The source's text and what its full text says, and whether the quiet view is shown. */
  function showView(view) {
    const source = view?.source ?? "";
    return [source, source, String(!view?.all)];
  }

  const USUAL_COLOUR = "type";

  function chooseColour(chosen, look) {
    const { colour: _before, ...rest } = look ?? {};
    return chosen === USUAL_COLOUR ? rest : { ...rest, colour: chosen };
  }

  function showColour(look, options) {
    const colour = look?.colour;
    return options.some(({ value }) => value === colour) ? colour : USUAL_COLOUR;
  }

  function asItIs(value) {
    return value;
  }

  // In small windows the panel is a drawer

  const smallWindow = window.matchMedia("(max-width: 1100px)");
  const panel = () => document.getElementById("panel");
  const panelToggle = () => document.getElementById("panel-toggle");

  function togglePanel(_clicks, className) {
    const open = !className.includes("open");
    // Focus follows once the class has made the drawer visible.
    if (open) setTimeout(() => panel().focus({ preventScroll: true }), 50);
    else if (panel().contains(document.activeElement)) panelToggle().focus();
    return [open ? "panel open" : "panel", String(open)];
  }

  /** Escape closes the drawer, unless it means something where the focus is. */
  function leaveDrawer(event) {
    if (event.key !== "Escape" || !smallWindow.matches || !panel()?.classList.contains("open")) return;
    const from = event.target;
    if (from === document.body || from === panelToggle() || panel().contains(from)) panelToggle().click();
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without a secure origin there is no clipboard object; the old way still works.
      const field = document.createElement("textarea");
      field.value = text;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
  }

  async function share() {
    await copy(location.href);
    const label = document.querySelector("#share .label");
    label.textContent = "Link copied";
    label.classList.add("told");
    setTimeout(() => {
      label.textContent = "Share";
      label.classList.remove("told");
    }, 2000);
    return "Copy a link to exactly this view";
  }

  // The border between Inspect and Training

  const SHARE_KEY = "graphlab:inspect-share";

  function shareSpace(splitter, percent) {
    const value = Math.round(Math.min(85, Math.max(15, percent)));
    root.style.setProperty("--chosen-share", `${value}%`);
    splitter.setAttribute("aria-valuenow", String(value));
    remember(SHARE_KEY, String(value));
  }

  /** The page's own split, which depends on what there is to see. */
  function unshareSpace(splitter) {
    root.style.removeProperty("--chosen-share");
    remember(SHARE_KEY, "");
    tellShare(splitter);
  }

  function shareOf(splitter) {
    return (splitter.previousElementSibling.offsetHeight / splitter.parentElement.offsetHeight) * 100;
  }

  function tellShare(splitter) {
    splitter.setAttribute("aria-valuenow", String(Math.round(shareOf(splitter))));
  }

  function dragSplitter(event) {
    const splitter = event.target.closest?.(".splitter");
    if (!splitter) return;
    event.preventDefault();
    splitter.focus();
    splitter.setPointerCapture(event.pointerId);
    const bounds = splitter.parentElement.getBoundingClientRect();
    const move = (to) => shareSpace(splitter, ((to.clientY - bounds.top) / bounds.height) * 100);
    splitter.addEventListener("pointermove", move);
    splitter.addEventListener("pointerup", () => splitter.removeEventListener("pointermove", move), { once: true });
  }

  function keySplitter(event) {
    if (!event.target.matches?.(".splitter")) return;
    const step = { ArrowUp: -5, ArrowDown: 5 }[event.key];
    if (step) shareSpace(event.target, shareOf(event.target) + step);
    else if (event.key === "Enter") unshareSpace(event.target);
    else return;
    event.preventDefault();
  }

  function restoreShare() {
    try {
      const stored = Number(localStorage.getItem(SHARE_KEY));
      if (stored) root.style.setProperty("--chosen-share", `${stored}%`);
    } catch {
      // No storage: the page's own split.
    }
  }

  restoreShare();

  /** `?` shows all keys, once more hides them. */
  function openKeys(event) {
    const dialog = document.getElementById("keys");
    const held = !event.getModifierState("AltGraph") && (event.ctrlKey || event.altKey);
    if (event.key !== "?" || !dialog || held || event.metaKey) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable=true]")) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else dialog.showModal();
  }

  document.addEventListener("click", (event) => {
    const closes = event.target.dataset?.closes;
    if (closes) document.getElementById(closes).close();
  });
  document.addEventListener("pointerdown", dragSplitter);
  document.addEventListener("dblclick", (event) => {
    if (event.target.matches?.(".splitter")) unshareSpace(event.target);
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches?.(".splitter")) tellShare(event.target);
  });
  document.addEventListener("keydown", (event) => {
    keySplitter(event);
    leaveDrawer(event);
    openKeys(event);
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.graphlab_page = Object.assign(window.dash_clientside.graphlab_page || {}, {
    cycleTheme,
    toggleQuiet,
    toggleSwitch,
    showView,
    chooseColour,
    showColour,
    asItIs,
    togglePanel,
    share,
  });
})();
