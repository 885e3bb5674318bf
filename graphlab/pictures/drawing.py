"""A scene as a picture that looks like the page: what `assets/graph_view/draw/draw.mjs` draws on its canvas."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from graphlab.layout.scene import PlacedFrame, PlacedLink, Scene
from graphlab.pictures.boxes import MONO_FONT, SMALL_FONT, TITLE_FONT, draw_box, sign
from graphlab.pictures.shapes import Drawable, Font, Paint, Path, Picture, Rect, Shape, Words
from graphlab.pictures.theme import Theme, ground_at
from graphlab.pictures.values.types import Readouts
from graphlab.pictures.words import Measure, fit
from graphlab.shared_constants import (
    ARROW_HALF_PX,
    ARROW_LEAST_PX,
    ARROW_PX,
    FRAME_RADIUS_PX,
    FRAME_WORDLESS_PX,
    LINK_DASHES,
    LINK_PX,
    LINK_STEPS,
    TITLE_ASIDE_PX,
    TITLE_HALF_PX,
    TITLE_MIDDLE_PX,
    TITLE_WORDS_GAP_PX,
    TOGGLE_PX,
    WORDS_LEFT_PX,
)


def draw_scene(
    scene: Scene, theme: Theme, measure: Measure, readouts: Mapping[str, Readouts] = MappingProxyType({})
) -> Picture:
    """The picture of a scene: frames, links with their labels, titles of frames, boxes, from back to front.

    `measure` returns the width of a text; text wider than its room is cut with an ellipsis. `readouts` are the values
    of boxes by id.
    """
    frames = sorted(scene.frames, key=lambda placed: placed.frame.depth)
    parts = [
        *(_frame(theme, placed) for placed in frames),
        *(_link(theme, placed) for placed in scene.links),
        *(_label(theme, placed, frames) for placed in scene.links if placed.label),
        *(_title(theme, placed, measure) for placed in frames),
        *(draw_box(theme, placed, measure, readouts.get(placed.id, ())) for placed in scene.boxes),
    ]
    return Picture(scene.width_px, scene.height_px, theme["ground"], tuple(parts))


def _frame(theme: Theme, placed: PlacedFrame) -> Drawable:
    frame = placed.frame
    paint = Paint(fill=ground_at(theme, frame.depth), stroke=theme["frame-line"])
    radius = min(FRAME_RADIUS_PX, placed.width_px / 2, placed.height_px / 2)
    rect = Rect(placed.x_px, placed.y_px, placed.width_px, placed.height_px, radius, paint)
    return Drawable((rect,), {"box": frame.id, "kind": "group"}, frame.label or frame.title)


def _title(theme: Theme, placed: PlacedFrame, measure: Measure) -> Drawable:
    """A frame's name on its own background, above the links that run through its title bar."""
    frame = placed.frame
    left, middle = placed.x_px + WORDS_LEFT_PX, placed.y_px + TITLE_MIDDLE_PX
    room = placed.width_px - FRAME_WORDLESS_PX
    ground = Paint(fill=ground_at(theme, frame.depth))
    shapes: list[Shape] = []
    for text, font, colour in ((frame.title, TITLE_FONT, "ink"), (frame.subtitle, SMALL_FONT, "ink-soft")):
        label = fit(text, font, room, measure)
        width = measure(label, font)
        if label:
            ground_left, ground_top = left - TITLE_ASIDE_PX, middle - TITLE_HALF_PX
            shapes.append(Rect(ground_left, ground_top, width + 2 * TITLE_ASIDE_PX, 2 * TITLE_HALF_PX, 0, ground))
            shapes.append(Words(label, left, middle, font, theme[colour], "start"))
        left, room = left + width + TITLE_WORDS_GAP_PX, room - width - TITLE_WORDS_GAP_PX
    shapes.append(sign(theme, placed.x_px + placed.width_px - TOGGLE_PX / 2, middle, plus=False))
    return Drawable(tuple(shapes))


def _link(theme: Theme, placed: PlacedLink) -> Drawable:
    points, link = placed.points, placed.link
    steps = [("M", points[:2])]
    if len(points) < 8:
        steps.append(("L", points[-2:]))
    steps += [("C", points[at : at + 6]) for at in range(2, len(points) - 5, 6)]
    width = LINK_PX * math.floor(placed.weight * LINK_STEPS + 0.5) / LINK_STEPS
    line = Paint(stroke=theme["link"], stroke_px=width, dash=LINK_DASHES[link.style])
    shapes = (Path(tuple(steps), line), Path(_arrow(points), Paint(fill=theme["link"])))
    return Drawable(shapes, {"from": link.src, "to": link.dst, "style": link.style}, link.label)


def _arrow(points: Sequence[float]) -> tuple[tuple[str, tuple[float, ...]], ...]:
    """An arrowhead at the end of a curve, in the direction from its last different control point."""
    x, y = points[-2:]
    from_x, from_y = next(_elsewhere(points, x, y), tuple(points[:2]))
    length = math.hypot(x - from_x, y - from_y) or 1.0
    ux, uy = (x - from_x) / length, (y - from_y) / length
    back_x, back_y = x - ARROW_PX * ux, y - ARROW_PX * uy
    side_x, side_y = ARROW_HALF_PX * uy, -ARROW_HALF_PX * ux
    return (
        ("M", (x, y)),
        ("L", (back_x + side_x, back_y + side_y)),
        ("L", (back_x - side_x, back_y - side_y)),
        ("Z", ()),
    )


def _elsewhere(points: Sequence[float], x: float, y: float) -> Iterator[tuple[float, float]]:
    for at in range(len(points) - 4, -1, -2):
        if math.hypot(x - points[at], y - points[at + 1]) >= ARROW_LEAST_PX:
            yield points[at], points[at + 1]


def _label(theme: Theme, placed: PlacedLink, frames: Sequence[PlacedFrame]) -> Drawable:
    x, y = placed.label_x_px, placed.label_y_px
    depth = max((frame.frame.depth for frame in frames if _contains(frame, x, y)), default=-1)
    label = fit(placed.label, MONO_FONT, math.inf, measure=_no_measure)
    return Drawable((Words(label, x, y, MONO_FONT, theme["ink-soft"], halo=ground_at(theme, depth)),))


def _contains(placed: PlacedFrame, x: float, y: float) -> bool:
    inside_x = placed.x_px <= x <= placed.x_px + placed.width_px
    return inside_x and placed.y_px <= y <= placed.y_px + placed.height_px


def _no_measure(_text: str, _font: Font) -> float:
    """A label's room was computed for it."""
    return 0.0
