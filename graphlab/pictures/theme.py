"""Colours and fonts of the page's theme file, for pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from graphlab.packaged import packaged_dir
from graphlab.shared_constants import FRAME_GROUNDS

Theme = Mapping[str, str]  # a custom property's name, without its dashes, to its value
DEFAULT = "light"

_BLOCK = re.compile(r"([^{}]+)\{([^{}]*)\}")
_PROPERTY = re.compile(r"--([\w-]+)\s*:\s*([^;]+);")


@lru_cache(maxsize=4)
def read_theme(name: str) -> Theme:
    """The custom properties of `theme.css` under this theme; "" is light."""
    css = (packaged_dir("assets") / "styles" / "theme.css").read_text(encoding="utf-8")
    return parse_theme(css, name or DEFAULT)


def parse_theme(css: str, name: str) -> Theme:
    """The custom properties of a root element whose `data-theme` has that name; later rules win."""
    root_selectors = {":root", f':root[data-theme="{name}"]'}
    values: dict[str, str] = {}
    for selectors, body in _BLOCK.findall(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)):
        if root_selectors & {selector.strip() for selector in selectors.split(",")}:
            values |= {key: value.strip() for key, value in _PROPERTY.findall(body)}
    return values


def ground_at(theme: Theme, depth: int) -> str:
    """The background of a frame of this depth; −1 is the page. It always differs from the enclosing frame's."""
    if depth < 0:
        return theme["ground"]
    return theme[f"frame-{depth if depth < FRAME_GROUNDS else FRAME_GROUNDS - 1 - (depth - FRAME_GROUNDS + 1) % 2}"]


def family_colour(theme: Theme, family: str) -> str:
    """The colour of a family of ops."""
    return theme.get(f"family-{family}", theme["family-other"])
