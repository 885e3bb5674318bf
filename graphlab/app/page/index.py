"""The page that the browser gets first: the graph at once, Dash's part later. Imports nothing from Dash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from graphlab.app.page.examples import Example
from graphlab.app.page.gallery import gallery
from graphlab.app.page.scripts import read_script
from graphlab.packaged import packaged_dir
from graphlab.pictures.bundle import bundle_modules
from graphlab.sources import SourceSpec

MODULES = ("page/clientside", "page/components", "page/drawer", "page/keys", "page/panel_tabs", "page/splitter")
DASH_PLACE = "/_dash-page"  # where the server has Dash's part
NONCE_PLACE = "{nonce}"  # placeholder for the part that differs in each answer


def _style_sheets() -> list[Path]:
    """The page's style sheets sorted by name across folders, with theme.css last."""
    sheets = packaged_dir("assets") / "styles"
    return sorted((path for path in sheets.rglob("*.css") if path.name != "offline.css"), key=lambda path: path.name)


def index_page(examples: Iterable[Example], sources: Mapping[str, SourceSpec | None]) -> str:
    """The page, with the theme set before the first paint, and the front end's styles and modules inside.

    About seventy separate requests would delay the one for the graph. If its address names no source, it shows the
    user's sources and the examples. NONCE_PLACE must be replaced by a nonce wherever it occurs.
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
<script nonce="{NONCE_PLACE}">{read_script("first_theme")}{read_script("first_request")}</script>
<style>{styles}</style>
</head>
<body>
{gallery(examples, sources)}
<script nonce="{NONCE_PLACE}">{bundle_modules(*MODULES)}</script>
<script nonce="{NONCE_PLACE}" data-place="{DASH_PLACE}">{read_script("load_dash")}</script>
</body>
</html>"""
