"""Values below the words of a box, as `assets/graph_view/draw/draw_readouts.mjs` draws them on its canvas."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from graphlab.layout.scene import PlacedBox
from graphlab.layout.sizes import READOUT_PX
from graphlab.overlay.types import Readout
from graphlab.pictures.shapes import Bitmap, Font, Paint, Rect, Shape, Words
from graphlab.pictures.theme import Theme
from graphlab.pictures.words import Measure, fit_numbers
from graphlab.shared_constants import (
    CHIP_ASIDE_PX,
    CHIP_WORDLESS_PX,
    LONE_WORDS_DOWN_PX,
    READOUT_BELOW_PX,
    READOUT_GAP_PX,
    READOUT_LINE_PX,
    READOUT_NUMBER_PX,
    READOUT_RADIUS_PX,
    READOUT_RANGE_PX,
    READOUT_SIDE_PX,
    READOUT_TEXT_GAP_PX,
    READOUT_TEXT_PX,
    READOUT_TEXT_SHARE,
    SMALL_FONT_PX,
)

SIGNS = {"gradient": "∂ ", "difference": "Δ "}
SMALL_FONT = Font(SMALL_FONT_PX)
MONO_FONT = Font(SMALL_FONT_PX, mono=True)
BAD_PX = 1.5
FRAME_PX = 0.6
HEADER_BEFORE = 16  # bytes of a PNG before its width
HEADER_LETTERS = 32  # of base64, which contain the width and the height
OVERLAP_PX = 0.3  # of two shades, so that nothing shines through


def words_area(placed: PlacedBox) -> PlacedBox:
    """The box without the room for its values."""
    return replace(placed, height_px=placed.height_px - READOUT_PX[placed.box.readout])


def readout_texts(readout: Readout) -> list[str]:
    """The text of a readout, with a sign for what it is of; then the same with fewer and fewer digits."""
    return [f"{SIGNS.get(readout.of, '')}{text}" for text in (readout.text, *readout.shorter)]


def draw_readouts(theme: Theme, placed: PlacedBox, readouts: Sequence[Readout], measure: Measure) -> Iterator[Shape]:
    """The values of a box; nothing if none is known."""
    height = READOUT_PX[placed.box.readout]
    if not height or not readouts:
        return
    left, bottom = placed.x_px + READOUT_SIDE_PX, placed.y_px + placed.height_px
    area = Rect(left, bottom - height, placed.width_px - 2 * READOUT_SIDE_PX, height - READOUT_BELOW_PX, 0, Paint())
    width = (area.width_px - READOUT_GAP_PX * (len(readouts) - 1)) / len(readouts)
    if all(readout.form == "number" for readout in readouts):
        yield from _chips(theme, area, readouts, width, measure)
        return
    for index, readout in enumerate(readouts):
        part = replace(area, x_px=left + index * (width + READOUT_GAP_PX), width_px=width)
        if readout.form == "picture":
            yield from _picture(theme, part, readout, measure)
        elif readout.form in ("strip", "histogram"):
            yield from (_strip if readout.form == "strip" else _histogram)(theme, _line_in(part), readout, measure)
        else:
            [text] = fit_numbers([readout_texts(readout)], MONO_FONT, width - CHIP_WORDLESS_PX, measure)
            yield from _chip(theme, _line_in(part), readout, text)


def _chips(theme: Theme, area: Rect, readouts: Sequence[Readout], most: float, measure: Measure) -> Iterator[Shape]:
    """Numbers side by side in the middle, each as wide as it needs."""
    least = READOUT_NUMBER_PX - CHIP_WORDLESS_PX

    def width_of(text: str, font: Font) -> float:
        return max(least, measure(text, font))

    room = len(readouts) * (most - CHIP_WORDLESS_PX)
    texts = fit_numbers([readout_texts(readout) for readout in readouts], MONO_FONT, room, width_of)
    word_widths = [width_of(text, MONO_FONT) for text in texts]
    aside = min(CHIP_ASIDE_PX, most - sum(word_widths) / len(readouts))
    widths = [width + aside for width in word_widths]
    left = area.x_px + (area.width_px - sum(widths) - READOUT_GAP_PX * (len(widths) - 1)) / 2
    for readout, text, width in zip(readouts, texts, widths, strict=True):
        yield from _chip(theme, replace(area, x_px=left, width_px=width), readout, text)
        left += width + READOUT_GAP_PX


def _chip(theme: Theme, area: Rect, readout: Readout, text: str) -> Iterator[Shape]:
    name = "value" if readout.of == "value" else "gradient"
    bad = _is_bad(readout)
    paint = Paint(fill=theme[f"{name}-fill"], stroke=theme["error"] if bad else "", stroke_px=BAD_PX)
    yield replace(area, radius_px=READOUT_RADIUS_PX, paint=paint)
    middle = area.y_px + area.height_px / 2 + LONE_WORDS_DOWN_PX
    colour = theme["error"] if bad else theme[f"{name}-ink"]
    yield Words(text, area.x_px + area.width_px / 2, middle, MONO_FONT, colour)


def _is_bad(readout: Readout) -> bool:
    """Whether numbers are NaN or infinite, or there is no value."""
    return bool(readout.bad) or readout.form == "problem"


def _line_in(area: Rect) -> Rect:
    """The lowest line of the room."""
    height = READOUT_LINE_PX - READOUT_BELOW_PX
    return replace(area, y_px=area.y_px + area.height_px - height, height_px=height)


def _strip(theme: Theme, area: Rect, readout: Readout, measure: Measure) -> Iterator[Shape]:
    yield replace(area, paint=Paint(fill=theme["shade-ground"]))
    width = area.width_px / max(1, len(readout.levels))
    for index, level in enumerate(readout.levels):
        if level:
            paint = Paint(fill=theme["below" if level < 0 else "above"], opacity=abs(level) / 100)
            overlap = OVERLAP_PX if index + 1 < len(readout.levels) else 0
            yield replace(area, x_px=area.x_px + index * width, width_px=width + overlap, paint=paint)
    yield _frame(theme, area, readout)


def _histogram(theme: Theme, area: Rect, readout: Readout, measure: Measure) -> Iterator[Shape]:
    widest = area.width_px * READOUT_TEXT_SHARE - READOUT_TEXT_GAP_PX
    [text] = fit_numbers([readout_texts(readout)], SMALL_FONT, widest, measure)
    room = 0 if area.width_px < READOUT_RANGE_PX else measure(text, SMALL_FONT) + READOUT_TEXT_GAP_PX
    bars = replace(area, width_px=area.width_px - room)
    yield replace(bars, paint=Paint(fill=theme["shade-ground"]))
    paint = Paint(fill=theme["above" if readout.of == "value" else "below"])
    width = bars.width_px / max(1, len(readout.levels))
    for index, level in enumerate(readout.levels):
        height = bars.height_px * level / 100
        if level:
            corner = bars.x_px + index * width, bars.y_px + bars.height_px - height
            yield Rect(*corner, max(0.8, width - 0.6), height, 0, paint)
    yield _frame(theme, bars, readout)
    if room:
        middle = area.y_px + area.height_px / 2 + LONE_WORDS_DOWN_PX
        left = bars.x_px + bars.width_px + READOUT_TEXT_GAP_PX
        yield Words(text, left, middle, SMALL_FONT, _soft(theme, readout), "start")


def _soft(theme: Theme, readout: Readout) -> str:
    return theme["error" if readout.bad else "ink-soft"]


def _frame(theme: Theme, area: Rect, readout: Readout) -> Rect:
    bad = _is_bad(readout)
    paint = Paint(stroke=theme["error" if bad else "box-line"], stroke_px=BAD_PX if bad else FRAME_PX)
    return replace(area, paint=paint)


def _picture(theme: Theme, area: Rect, readout: Readout, measure: Measure) -> Iterator[Shape]:
    width, height = size_of(readout.picture)
    room = area.height_px - READOUT_TEXT_PX
    scale = min(area.width_px / width, room / height)
    left = area.x_px + (area.width_px - width * scale) / 2
    top = area.y_px + (room - height * scale) / 2
    rect = Rect(left, top, width * scale, height * scale, 0, Paint())
    yield Bitmap(rect.x_px, rect.y_px, rect.width_px, rect.height_px, readout.picture, is_smooth=scale < 1)
    yield _frame(theme, rect, readout)
    [text] = fit_numbers([readout_texts(readout)], SMALL_FONT, area.width_px, measure)
    bottom = area.y_px + area.height_px - READOUT_TEXT_PX / 2 + 1
    yield Words(text, area.x_px + area.width_px / 2, bottom, SMALL_FONT, _soft(theme, readout))


@lru_cache(maxsize=4_000)
def size_of(uri: str) -> tuple[int, int]:
    """The width and the height in pixels of a PNG in a data URI: the first numbers of its header."""
    header = base64.b64decode(uri.partition(",")[2][:HEADER_LETTERS])
    width, height = struct.unpack(">II", header[HEADER_BEFORE : HEADER_BEFORE + 8])
    return width, height
