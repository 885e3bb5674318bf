"""Pages without Dash: the help, an unknown address, a missing token."""

from __future__ import annotations

import os
from html import escape
from urllib.parse import quote

from graphlab.app.page.scripts import read_script
from graphlab.packaged import packaged_dir

STYLE = """
body {
  display: grid;
  min-height: 100vh;
  margin: 0;
  place-items: center;
  background: var(--ground);
  color: var(--ink);
  font: 15px / 1.6 var(--sans);
}
main { max-width: 34rem; padding: var(--space-5); }
header { display: flex; gap: 10px; align-items: center; font-size: 20px; font-weight: 650; }
header img { width: 28px; height: 28px; }
h1 { margin: var(--space-5) 0 var(--space-2); font-size: 24px; line-height: 1.3; overflow-wrap: anywhere; }
p { margin: 0 0 var(--space-3); color: var(--ink-soft); overflow-wrap: anywhere; }
b { color: var(--ink); }
a { color: var(--accent); }
"""


def new_nonce() -> str:
    """A secret of one answer's scripts, so that the page runs no others."""
    return os.urandom(16).hex()


def notice(title: str, body: str, *, script: str = "") -> tuple[str, str]:
    """A standalone page that needs nothing else from the server, and the nonce of its scripts. `body` is HTML."""
    brand = f'<header><img src="data:image/svg+xml,{_icon()}" alt="">graphlab</header>'
    return plain_page(title, f"<main>\n{brand}\n<h1>{escape(title)}</h1>\n{body}\n</main>", style=STYLE, script=script)


def plain_page(title: str, body: str, *, style: str, script: str = "") -> tuple[str, str]:
    """A page in the theme's colours, without Dash and without further requests, and the nonce of its scripts."""
    nonce = new_nonce()
    theme = (packaged_dir("assets") / "styles" / "theme.css").read_text(encoding="utf-8")
    page = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)} - graphlab</title>
<link rel="icon" type="image/svg+xml" href="data:image/svg+xml,{_icon()}">
<script nonce="{nonce}">{read_script("first_theme")}</script>
<style>{theme}{style}</style>
</head>
<body>
{body}
<script nonce="{nonce}">{script}</script>
</body>
</html>"""
    return page, nonce


def _icon() -> str:
    return quote((packaged_dir("assets") / "favicon.svg").read_text(encoding="utf-8"))
