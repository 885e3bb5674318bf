"""The parts of a picture, independent of any file format: rectangles, paths, words and images, in painting order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

KAPPA = 0.5523  # of the radius: the distance of a quarter circle's control points

Step = tuple[str, tuple[float, ...]]  # M, L, C or Z with its points, flat


@dataclass(frozen=True)
class Paint:
    """How a shape is filled and outlined; "" means not at all."""

    fill: str = ""
    stroke: str = ""
    stroke_px: float = 1.0
    dash: tuple[float, ...] = ()
    opacity: float = 1.0


@dataclass(frozen=True)
class Rect:
    """A rectangle with rounded corners; a circle if the radius is half of both sides."""

    x_px: float
    y_px: float
    width_px: float
    height_px: float
    radius_px: float
    paint: Paint


@dataclass(frozen=True)
class Path:
    """Lines and cubic Bezier curves."""

    steps: tuple[Step, ...]
    paint: Paint


@dataclass(frozen=True)
class Font:
    """The system's sans font, or monospace."""

    size_px: float
    bold: bool = False
    mono: bool = False


@dataclass(frozen=True)
class Words:
    """A line of text around (`anchor` middle) or right of (start) a point, whose y is the middle of the letters.

    `halo` is the colour of a rim that separates the letters from what is behind them; "" for none.
    """

    text: str
    x_px: float
    y_px: float
    font: Font
    colour: str
    anchor: str = "middle"
    halo: str = ""


@dataclass(frozen=True)
class Bitmap:
    """A PNG in a data URI that fills a rectangle; an enlarged pixel is a square unless it `is_smooth`."""

    x_px: float
    y_px: float
    width_px: float
    height_px: float
    uri: str
    is_smooth: bool


Shape = Rect | Path | Words | Bitmap


@dataclass(frozen=True)
class Drawable:
    """Shapes that belong together, with `data-` attributes that describe them, and a full title."""

    shapes: tuple[Shape, ...]
    data: dict[str, str] = field(default_factory=dict)
    title: str = ""


@dataclass(frozen=True)
class Picture:
    """A whole picture in pixels of the scene: y down, parts from back to front."""

    width_px: float
    height_px: float
    ground: str
    parts: tuple[Drawable, ...]


def rounded(x: float, y: float, width: float, height: float, radii: Sequence[float]) -> tuple[Step, ...]:
    """A rectangle's outline, with the radii of its corners clockwise from the top left."""
    top_left, top_right, bottom_right, bottom_left = radii
    right, bottom = x + width, y + height
    return (
        ("M", (x + top_left, y)),
        ("L", (right - top_right, y)),
        *_corner(right, y, (-top_right, 0), (0, top_right)),
        ("L", (right, bottom - bottom_right)),
        *_corner(right, bottom, (0, -bottom_right), (-bottom_right, 0)),
        ("L", (x + bottom_left, bottom)),
        *_corner(x, bottom, (bottom_left, 0), (0, -bottom_left)),
        ("L", (x, y + top_left)),
        *_corner(x, y, (0, top_left), (top_left, 0)),
        ("Z", ()),
    )


def _corner(x: float, y: float, start: tuple[float, float], end: tuple[float, float]) -> Iterator[Step]:
    """A quarter circle around the corner (x, y); `start` and `end` are its ends relative to it."""
    from_corner = 1 - KAPPA
    if start != end:
        yield (
            "C",
            (
                x + start[0] * from_corner,
                y + start[1] * from_corner,
                x + end[0] * from_corner,
                y + end[1] * from_corner,
                x + end[0],
                y + end[1],
            ),
        )


def outline(rect: Rect) -> tuple[Step, ...]:
    """A rectangle as a path."""
    return rounded(rect.x_px, rect.y_px, rect.width_px, rect.height_px, [rect.radius_px] * 4)
