"""One box of a scene as a part of a picture: its outline, its text and its marks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from graphlab.layout.scene import PlacedBox
from graphlab.pictures.shapes import Drawable, Font, Paint, Path, Rect, Shape, Words, rounded
from graphlab.pictures.theme import Theme, family_colour
from graphlab.pictures.values.draw import draw_readouts, words_area
from graphlab.pictures.values.types import Readouts
from graphlab.pictures.words import Measure, fit
from graphlab.shared_constants import (
    BAR_DASHES,
    BAR_PX,
    BAR_RADIUS_PX,
    BOX_RADIUS_PX,
    BOX_STROKE_PX,
    BOX_SUBTITLE_DOWN_PX,
    BOX_TITLE_UP_PX,
    BOX_WORDLESS_PX,
    CONSTANT_DASHES,
    GROUP_WORDLESS_PX,
    LONE_WORDS_DOWN_PX,
    OP_STROKE_PX,
    OP_WORDLESS_PX,
    OP_WORDS_RIGHT_PX,
    PILL_KINDS,
    PILL_RADIUS_PX,
    PLAIN_GROUP_KINDS,
    PROBLEM_INSET_PX,
    PROBLEM_RADIUS_PX,
    SHEET_OPACITY,
    SHEET_PX,
    SIGN_HALF_PX,
    SIGN_STROKE_PX,
    SMALL_FONT_PX,
    TITLE_FONT_PX,
    TOGGLE_PX,
    WORDS_LEFT_PX,
)
from graphlab.view import Box

TITLE_FONT = Font(TITLE_FONT_PX, bold=True)
SMALL_FONT = Font(SMALL_FONT_PX)
MONO_FONT = Font(SMALL_FONT_PX, mono=True)

# By kind of box, where it differs from the usual.
FILLS = {"variable": "variable-fill"}
FONTS = {"constant": MONO_FONT}
DASHES = {"constant": CONSTANT_DASHES}
STROKES_PX = {"op": OP_STROKE_PX}
LEFT_PX = {"group": WORDS_LEFT_PX}  # where the words begin; the others' are centred ...
OFF_CENTRE_PX = {"op": OP_WORDS_RIGHT_PX}  # ... or nearly so
WORDLESS_PX = {"group": GROUP_WORDLESS_PX, "op": OP_WORDLESS_PX}

Mark = Callable[[Theme, PlacedBox], Iterator[Shape]]


def draw_box(theme: Theme, placed: PlacedBox, measure: Measure, readouts: Readouts = ()) -> Drawable:
    """The part that shows a box, with its values if it has room for them."""
    box = placed.box
    shapes: list[Shape] = []
    for mark in BEHIND.get(box.kind, ()):
        shapes += mark(theme, placed)
    shapes.append(_outline(theme, placed))
    for mark in ABOVE.get(box.kind, ()):
        shapes += mark(theme, placed)
    shapes += _words(theme, words_area(placed), measure)
    shapes += draw_readouts(theme, placed, readouts, measure)
    if box.problem:
        shapes += _exclamation(theme, placed)
    value = ", ".join(readout.words for readout in readouts if readout.words)
    data = {"box": box.id, "kind": box.kind, "op-type": box.op_type, "problem": box.problem, "value": value}
    label = ", ".join(word for word in (box.label or box.title, "" if box.label else box.subtitle, value) if word)
    return Drawable(tuple(shapes), {key: value for key, value in data.items() if value}, label)


def sign(theme: Theme, x: float, y: float, *, plus: bool) -> Path:
    """The + or − around a point that shows whether a group is closed or open."""
    minus = (("M", (x - SIGN_HALF_PX, y)), ("L", (x + SIGN_HALF_PX, y)))
    bar = (("M", (x, y - SIGN_HALF_PX)), ("L", (x, y + SIGN_HALF_PX))) if plus else ()
    return Path(minus + bar, Paint(stroke=theme["ink"], stroke_px=SIGN_STROKE_PX))


def _rect(placed: PlacedBox, paint: Paint, shift_px: float = 0.0) -> Rect:
    radius = min(placed.height_px / 2, PILL_RADIUS_PX) if placed.box.kind in PILL_KINDS else BOX_RADIUS_PX
    radius = min(radius, placed.height_px / 2, placed.width_px / 2)
    x, y = placed.x_px + shift_px, placed.y_px + shift_px
    return Rect(x, y, placed.width_px, placed.height_px, radius, paint)


def _outline(theme: Theme, placed: PlacedBox) -> Rect:
    kind = placed.box.kind
    paint = Paint(
        fill=theme[FILLS.get(kind, "box")],
        stroke=edge_colour(theme, placed.box),
        stroke_px=STROKES_PX.get(kind, BOX_STROKE_PX),
        dash=DASHES.get(kind, ()),
    )
    return _rect(placed, paint)


def edge_colour(theme: Theme, box: Box) -> str:
    """The colour of a box's outline."""
    if box.problem:
        return theme["error"]
    if box.kind in PILL_KINDS or (box.kind == "group" and box.group_kind not in PLAIN_GROUP_KINDS):
        return family_colour(theme, box.family)
    return theme["box-line"]


def _second_sheet(theme: Theme, placed: PlacedBox) -> Iterator[Shape]:
    """The second edge of a closed group, like the next sheet in a stack of paper."""
    yield _rect(placed, Paint(fill=theme["box"]), SHEET_PX)
    yield _rect(placed, Paint(stroke=edge_colour(theme, placed.box), opacity=SHEET_OPACITY), SHEET_PX)


def _family_bar(theme: Theme, placed: PlacedBox) -> Iterator[Shape]:
    """The bar in the family's colour; its dashes distinguish families without colour."""
    paint = Paint(fill=family_colour(theme, placed.box.family))
    dashes = BAR_DASHES.get(placed.box.family, BAR_DASHES["other"])
    x, y, height = placed.x_px, placed.y_px, placed.height_px
    if not dashes:
        yield Path(rounded(x, y, BAR_PX, height, (BAR_RADIUS_PX, 0, 0, BAR_RADIUS_PX)), paint)
        return
    at, number = 0.0, 0
    while at < height:
        length = min(dashes[number % len(dashes)], height - at)
        if number % 2 == 0:
            yield Rect(x, y + at, BAR_PX, length, 0, paint)
        at, number = at + length, number + 1


def _plus(theme: Theme, placed: PlacedBox) -> Iterator[Shape]:
    middle = placed.y_px + words_area(placed).height_px / 2
    yield sign(theme, placed.x_px + placed.width_px - TOGGLE_PX / 2, middle, plus=True)


def _words(theme: Theme, placed: PlacedBox, measure: Measure) -> Iterator[Shape]:
    """A title and, under it, a short line."""
    box = placed.box
    room = placed.width_px - WORDLESS_PX.get(box.kind, BOX_WORDLESS_PX)
    left = LEFT_PX.get(box.kind)
    anchor = "middle" if left is None else "start"
    x = placed.x_px + (placed.width_px / 2 + OFF_CENTRE_PX.get(box.kind, 0) if left is None else left)
    middle = placed.y_px + placed.height_px / 2
    font = FONTS.get(box.kind, TITLE_FONT)
    title = fit(box.title, font, room, measure)
    title_y = middle - BOX_TITLE_UP_PX if box.subtitle else middle + LONE_WORDS_DOWN_PX
    yield Words(title, x, title_y, font, theme["ink"], anchor)
    if box.subtitle:
        subtitle = fit(box.subtitle, SMALL_FONT, room, measure)
        yield Words(subtitle, x, middle + BOX_SUBTITLE_DOWN_PX, SMALL_FONT, theme["ink-soft"], anchor)


def _exclamation(theme: Theme, placed: PlacedBox) -> Iterator[Shape]:
    """A mark on the corner of a box with a problem."""
    x, y = placed.x_px + placed.width_px - PROBLEM_INSET_PX, placed.y_px + PROBLEM_INSET_PX
    radius = PROBLEM_RADIUS_PX
    yield Rect(x - radius, y - radius, 2 * radius, 2 * radius, radius, Paint(fill=theme["error"]))
    yield Words("!", x, y + LONE_WORDS_DOWN_PX, TITLE_FONT, theme["on-accent"])


# The background and the marks of each kind of box.
BEHIND: dict[str, tuple[Mark, ...]] = {"group": (_second_sheet,)}
ABOVE: dict[str, tuple[Mark, ...]] = {"op": (_family_bar,), "group": (_plus,)}
