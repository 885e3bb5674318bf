"""Text that any file format can contain, cut to the available space."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from graphlab.layout.sizes import SEMIBOLD, text_width
from graphlab.pictures.shapes import Font
from graphlab.shared_constants import LABEL_CHARACTER_PX, SMALL_FONT_PX

Measure = Callable[[str, Font], float]  # returns the width in pixels of a line of text

LONGEST = 400  # texts longer than this never fit
# Characters that XML cannot contain, and control characters without a glyph.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
REPLACEMENT = "\ufffd"


def clean(text: str) -> str:
    """The text with invalid characters replaced by a mark, so that every file format can contain it."""
    return _UNFIT.sub(REPLACEMENT, text)


@lru_cache(maxsize=20_000)
def estimate(text: str, font: Font) -> float:
    """The width that the layout expects for a text, in whatever font it is shown."""
    if font.mono:
        return LABEL_CHARACTER_PX / SMALL_FONT_PX * len(text) * font.size_px
    return text_width(text, font.size_px, factor=SEMIBOLD if font.bold else 1.0)


def fit(text: str, font: Font, room_px: float, measure: Measure) -> str:
    """The text, with an ellipsis if it is wider than the room."""
    text = _line(text)
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


def _line(text: str) -> str:
    return re.sub(r"\s", " ", clean(text))


def fit_numbers(options: Sequence[Sequence[str]], font: Font, room_px: float, measure: Measure) -> list[str]:
    """One text of each of the options, the longest first, that fit side by side; the widest is shortened first.

    Where not even the shortest fit, they are cut.
    """
    chosen = [0] * len(options)
    while True:
        texts = [_line(texts[index]) for texts, index in zip(options, chosen, strict=True)]
        widths = [measure(text, font) for text in texts]
        if sum(widths) <= room_px:
            return texts
        left = [place for place, index in enumerate(chosen) if index + 1 < len(options[place])]
        if not left:
            return [fit(text, font, room_px / len(texts), measure) for text in texts]
        chosen[max(left, key=lambda place: widths[place])] += 1
