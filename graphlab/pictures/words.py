"""Text that any file can hold, cut to the room it has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from graphlab.layout.sizes import LABEL_CHARACTER_PX, SEMIBOLD, text_width
from graphlab.pictures.shapes import Font

Measure = Callable[[str, Font], float]  # the width in pixels of a line of text

LONGEST = 400  # characters of which more never fit
# What XML cannot hold, and control characters that no letter stands for.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
REPLACEMENT = "\ufffd"


def clean(text: str) -> str:
    """The text with a mark in the place of each character that is none: what every file format can hold."""
    return _UNFIT.sub(REPLACEMENT, text)


@lru_cache(maxsize=20_000)
def estimate(text: str, font: Font) -> float:
    """The width that the layout expects of a text, whatever font it is shown in; full-width characters counted so."""
    if font.mono:
        width = LABEL_CHARACTER_PX / 10 * len(text) * font.size_px
    else:
        width = text_width(text, font.size_px, factor=SEMIBOLD if font.bold else 1.0)
    full = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return width + full * 0.38 * font.size_px


def fit(text: str, font: Font, room_px: float, measure: Measure) -> str:
    """The text, with an ellipsis where it is wider than the room."""
    text = re.sub(r"\s", " ", clean(text))
    if len(text) <= LONGEST and measure(text, font) <= room_px:
        return text
    low, high = 0, min(len(text), LONGEST)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(f"{text[:middle]}…", font) <= room_px:
            low = middle
        else:
            high = middle - 1
    return f"{text[:low].rstrip()}…" if low else ""
