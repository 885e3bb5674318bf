"""One box of a scene as a part of a picture: its outline, its text and its marks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from graphlab.layout.scene import PlacedBox
from graphlab.pictures.shapes import Drawable, Font, Paint, Path, Rect, Shape, Words, rounded
from graphlab.pictures.theme import BARS, Theme, family_colour
from graphlab.pictures.words import Measure, fit
from graphlab.view import Box

TITLE_FONT = Font(12, bold=True)
SMALL_FONT = Font(10)
MONO_FONT = Font(10, mono=True)
RADIUS_PX = 6.0
SHEET_PX = 5.0  # the offset of a closed group's second sheet
BAR_PX = 4.0
BUTTON_PX = 17.0  # from a group's right edge to the middle of its + or −

PILLS = frozenset({"variable", "input", "output"})
PLAIN_GROUPS = frozenset({"", "scope", "layer", "model", "other"})
FILLS = {"variable": "variable-fill"}
FONTS = {"constant": MONO_FONT}
DASHES = {"constant": (3.0, 2.0)}
STROKES_PX = {"op": 1.0}
STROKE_OTHERS_PX = 1.3
LEFT_PX = {"group": 14.0}  # where the text of a kind begins; the others' is centred ...
OFF_CENTRE_PX = {"op": 2.0}  # ... or nearly so
WORDLESS_PX = {"group": 50.0, "op": 18.0}  # of a box's width
WORDLESS_OTHERS_PX = 20.0

Mark = Callable[[Theme, PlacedBox], Iterator[Shape]]


def draw_box(theme: Theme, placed: PlacedBox, measure: Measure) -> Drawable:
    """The part that shows a box."""
    box = placed.box
    shapes: list[Shape] = []
    for mark in BEHIND.get(box.kind, ()):
        shapes += mark(theme, placed)
    shapes.append(_outline(theme, placed))
    for mark in ABOVE.get(box.kind, ()):
        shapes += mark(theme, placed)
    shapes += _words(theme, placed, measure)
    if box.problem:
        shapes += _exclamation(theme, placed)
    data = {"box": box.id, "kind": box.kind, "op-type": box.op_type, "problem": box.problem}
    label = box.label or ", ".join(word for word in (box.title, box.subtitle) if word)
    return Drawable(tuple(shapes), {key: value for key, value in data.items() if value}, label)


def sign(theme: Theme, x: float, y: float, *, plus: bool) -> Path:
    """The + or − around a point that shows whether a group is closed or open."""
    minus = (("M", (x - 4, y)), ("L", (x + 4, y)))
    bar = (("M", (x, y - 4)), ("L", (x, y + 4))) if plus else ()
    return Path(minus + bar, Paint(stroke=theme["ink"], stroke_px=1.5))


def _rect(placed: PlacedBox, paint: Paint, shift_px: float = 0.0) -> Rect:
    radius = placed.height_px / 2 if placed.box.kind in PILLS else RADIUS_PX
    radius = min(radius, placed.height_px / 2, placed.width_px / 2)
    x, y = placed.x_px + shift_px, placed.y_px + shift_px
    return Rect(x, y, placed.width_px, placed.height_px, radius, paint)


def _outline(theme: Theme, placed: PlacedBox) -> Rect:
    kind = placed.box.kind
    paint = Paint(
        fill=theme[FILLS.get(kind, "box")],
        stroke=edge_colour(theme, placed.box),
        stroke_px=STROKES_PX.get(kind, STROKE_OTHERS_PX),
        dash=DASHES.get(kind, ()),
    )
    return _rect(placed, paint)


def edge_colour(theme: Theme, box: Box) -> str:
    """The colour of a box's outline."""
    if box.problem:
        return theme["error"]
    if box.kind in PILLS or (box.kind == "group" and box.group_kind not in PLAIN_GROUPS):
        return family_colour(theme, box.family)
    return theme["box-line"]


def _second_sheet(theme: Theme, placed: PlacedBox) -> Iterator[Shape]:
    """The second edge of a closed group, like the next sheet in a stack of paper."""
    yield _rect(placed, Paint(fill=theme["box"]), SHEET_PX)
    yield _rect(placed, Paint(stroke=edge_colour(theme, placed.box), opacity=0.6), SHEET_PX)


def _family_bar(theme: Theme, placed: PlacedBox) -> Iterator[Shape]:
    """The bar in the family's colour; its dashes distinguish families without colour."""
    paint = Paint(fill=family_colour(theme, placed.box.family))
    dashes = BARS.get(placed.box.family, BARS["other"])
    x, y, height = placed.x_px, placed.y_px, placed.height_px
    if not dashes:
        yield Path(rounded(x, y, BAR_PX, height, (3, 0, 0, 3)), paint)
        return
    at, number = 0.0, 0
    while at < height:
        length = min(dashes[number % len(dashes)], height - at)
        if number % 2 == 0:
            yield Rect(x, y + at, BAR_PX, length, 0, paint)
        at, number = at + length, number + 1


def _plus(theme: Theme, placed: PlacedBox) -> Iterator[Shape]:
    yield sign(theme, placed.x_px + placed.width_px - BUTTON_PX, placed.y_px + placed.height_px / 2, plus=True)


def _words(theme: Theme, placed: PlacedBox, measure: Measure) -> Iterator[Shape]:
    """A title and, under it, a short line."""
    box = placed.box
    room = placed.width_px - WORDLESS_PX.get(box.kind, WORDLESS_OTHERS_PX)
    left = LEFT_PX.get(box.kind)
    anchor = "middle" if left is None else "start"
    x = placed.x_px + (placed.width_px / 2 + OFF_CENTRE_PX.get(box.kind, 0) if left is None else left)
    middle = placed.y_px + placed.height_px / 2
    font = FONTS.get(box.kind, TITLE_FONT)
    title = fit(box.title, font, room, measure)
    yield Words(title, x, middle - 6 if box.subtitle else middle + 0.5, font, theme["ink"], anchor)
    if box.subtitle:
        subtitle = fit(box.subtitle, SMALL_FONT, room, measure)
        yield Words(subtitle, x, middle + 8, SMALL_FONT, theme["ink-soft"], anchor)


def _exclamation(theme: Theme, placed: PlacedBox) -> Iterator[Shape]:
    """A mark on the corner of a box with a problem."""
    x, y, radius = placed.x_px + placed.width_px - 3, placed.y_px + 3, 7.5
    yield Rect(x - radius, y - radius, 2 * radius, 2 * radius, radius, Paint(fill=theme["error"]))
    yield Words("!", x, y + 0.5, TITLE_FONT, theme["on-accent"])


# The background and the marks of each kind of box.
BEHIND: dict[str, tuple[Mark, ...]] = {"group": (_second_sheet,)}
ABOVE: dict[str, tuple[Mark, ...]] = {"op": (_family_bar,), "group": (_plus,)}
