"""The scripts that run before the page's modules, and those of pages without modules."""

from __future__ import annotations

from graphlab.packaged import packaged_dir


def read_script(name: str) -> str:
    """The text of assets/page/head/NAME.js, for inclusion in a page."""
    return (packaged_dir("assets") / "page" / "head" / f"{name}.js").read_text(encoding="utf-8")
