"""The sizes of boxes, frame titles and labels, from estimated text widths. Independent of fonts and graphs."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from graphlab.shared_constants import (
    LABEL_CHARACTER_PX,
    LABEL_MARGIN_PX,
    READOUT_LINE_PX,
    READOUT_PICTURE_PX,
    SMALL_FONT_PX,
    TITLE_FONT_PX,
    TITLE_WORDS_GAP_PX,
    TOGGLE_ROOM_PX,
)

if TYPE_CHECKING:
    # The layout worker must be ready before the first view, and it does not need the rooms behind these types.
    from graphlab.view import Box, Frame

OP_MIN_PX, OP_MAX_PX = 96, 260
GROUP_MIN_PX, GROUP_MAX_PX = 220, 300
PILL_MIN_PX, PILL_MAX_PX = 84, 240
READOUT_MIN_PX = 132  # a value and a gradient side by side
READOUT_PX = {"": 0, "line": READOUT_LINE_PX, "picture": READOUT_PICTURE_PX}
PILLS = frozenset({"variable", "input", "output", "constant", "stub"})

# Widths in thousandths of the font size, rather too wide (DejaVu Sans, Segoe UI).
NARROW = dict.fromkeys("iljI.,:;'|!()[]/ ", 360) | dict.fromkeys("ftr-", 430)
WIDE = dict.fromkeys("mwMW@%", 940) | dict.fromkeys("ABCDEGHKNOPQRUVXYZ×→", 740)
SEMIBOLD = 1.07
MOST_KEPT = 50_000  # texts whose widths are remembered


@lru_cache(MOST_KEPT)
def text_width(text: str, size_px: float, *, factor: float = 1.0) -> float:
    """The estimated width in pixels of a line in the system's sans font."""
    thousandths = sum(NARROW.get(letter) or WIDE.get(letter) or _other(letter) for letter in text)
    return thousandths * size_px * factor / 1000


def _other(letter: str) -> int:
    """A full-width letter, as in Chinese, Japanese and Korean, is as wide as its font is high."""
    return 1000 if letter >= "\u1100" and east_asian_width(letter) in "WF" else 620


def label_width(label: str) -> float:
    """The width in pixels of a link's label."""
    return len(label) * LABEL_CHARACTER_PX + LABEL_MARGIN_PX


def box_size(box: Box) -> tuple[int, int]:
    """Width and height in pixels of a drawn box; even numbers, so that its middle is a whole pixel."""
    width, height = _words_size(box)
    return (max(width, READOUT_MIN_PX), height + READOUT_PX[box.readout]) if box.readout else (width, height)


def _words_size(box: Box) -> tuple[int, int]:
    text = max(text_width(box.title, TITLE_FONT_PX, factor=SEMIBOLD), text_width(box.subtitle, SMALL_FONT_PX))
    if box.kind == "group":
        return _clamp(text + 28 + TOGGLE_ROOM_PX, GROUP_MIN_PX, GROUP_MAX_PX), 42
    if box.kind in PILLS:
        return _clamp(text + 34, PILL_MIN_PX, PILL_MAX_PX), 36 if box.subtitle else 34
    return _clamp(text + 32, OP_MIN_PX, OP_MAX_PX), 36 if box.subtitle else 32


def frame_title_width(frame: Frame) -> int:
    """The minimum width in pixels for a frame's title, subtitle and button."""
    title = text_width(frame.title, TITLE_FONT_PX, factor=SEMIBOLD)
    subtitle = text_width(frame.subtitle, SMALL_FONT_PX)
    return min(_even(16 + title + TITLE_WORDS_GAP_PX + subtitle + 12 + TOGGLE_ROOM_PX + 8), 640)


def _clamp(width: float, least: int, most: int) -> int:
    return min(max(_even(width), least), most)


def _even(width: float) -> int:
    return 2 * math.ceil(width / 2)
