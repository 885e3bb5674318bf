"""The page that the browser gets first: the graph at once, Dash's part later. Imports nothing of Dash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from graphlab.app.page.examples import Example
from graphlab.app.page.gallery import gallery
from graphlab.app.page.notices import THEME_SCRIPT
from graphlab.packaged import packaged_dir
from graphlab.pictures.bundle import bundle_modules
from graphlab.sources import SourceSpec

MODULES = ("page/early", "page/runs/stream", "page/runs/running")  # what the page's scripts call
DASH_PLACE = "/_dash-page"  # where the server has Dash's part
NONCE_PLACE = "{nonce}"  # stands for what each answer with the page has of its own

# Before the first paint: which of the two pages the address asks for. The graph is asked for now, so that it can be
# drawn while Dash starts.
HEAD_SCRIPT = """
root.dataset.page = new URLSearchParams(location.search).get("source") ? "workspace" : "gallery";
if (root.dataset.page === "workspace") {
  const answer = fetch("/scene" + location.search).then((response) => response.json());
  window.graphlab = { first: answer.catch(() => null) }; // without it, the view asks again
}
"""

# Dash's part is asked for when the graph is there. Its scripts run when that is drawn, which they would hold up for
# longer than all else that it waits for; at the latest after a while, in which the server may be laying out something
# large.
DASH_SCRIPT = """
{
  const PATIENCE_MS = 600;
  const AGAIN_MS = 1000;
  const NONCE = document.currentScript.nonce; // lets Dash's scripts run, too
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const first = Promise.resolve(window.graphlab?.first);
  const drawn = new Promise((done) => {
    const painted = () => requestAnimationFrame(() => setTimeout(done));
    document.addEventListener("graphlab:drawn", painted, { once: true });
    first.then((answer) => answer?.scene || done());
    setTimeout(done, PATIENCE_MS);
  });
  const ask = async () => {
    const response = await fetch("DASH_PLACE");
    if (!response.ok) throw new Error(response.status);
    return response.text();
  };
  const load = () => ask().catch(() => pause(AGAIN_MS).then(load));
  const run = (held) => new Promise((done) => {
    const script = document.createElement("script");
    for (const { name, value } of held.attributes) script.setAttribute(name, value);
    script.nonce = NONCE;
    script.textContent = held.textContent;
    script.onload = script.onerror = done;
    document.body.append(script);
    if (!script.src) done();
  });
  const start = async () => {
    await Promise.race([first, pause(PATIENCE_MS)]);
    const holder = document.createElement("template");
    holder.innerHTML = await load();
    const scripts = [...holder.content.querySelector("template").content.querySelectorAll("script")];
    document.body.append(holder.content);
    for (const href of scripts.map((script) => script.getAttribute("src")).filter(Boolean)) {
      const link = Object.assign(document.createElement("link"), { rel: "preload", as: "script", href });
      link.fetchPriority = "low"; // the graph goes first
      document.head.append(link);
    }
    await drawn;
    for (const script of scripts) await run(script);
  };
  if (document.documentElement.dataset.page === "workspace") start();
}
""".replace("DASH_PLACE", DASH_PLACE)


def _style_sheets() -> list[Path]:
    """The page's style sheets in the order of their names, whichever folder they are in; theme.css comes last."""
    sheets = packaged_dir("assets") / "styles"
    return sorted((path for path in sheets.rglob("*.css") if path.name != "offline.css"), key=lambda path: path.name)


def index_page(examples: Iterable[Example], given: Mapping[str, SourceSpec | None]) -> str:
    """The page, with the theme set before the first paint, and the front end's styles and modules inside.

    Some seventy requests of their own would hold up the one for the graph. Where its address names no source it shows
    those that were given and the examples. NONCE_PLACE is to be replaced by a nonce wherever it is.
    """
    styles = "\n".join(path.read_text(encoding="utf-8") for path in _style_sheets())
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>graphlab</title>
<link rel="icon" type="image/svg+xml" href="/assets/favicon.svg">
<script nonce="{NONCE_PLACE}">{THEME_SCRIPT}{HEAD_SCRIPT}</script>
<style>{styles}</style>
</head>
<body>
{gallery(examples, given)}
<script nonce="{NONCE_PLACE}">{bundle_modules(*MODULES)}</script>
<script nonce="{NONCE_PLACE}">{DASH_SCRIPT}</script>
</body>
</html>"""
