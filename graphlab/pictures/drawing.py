"""A scene as a picture, as the page draws it: the sizes are those of `assets/graph_view/draw/draw_boxes.mjs`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from graphlab.layout.scene import PlacedFrame, PlacedLink, Scene
from graphlab.pictures.boxes import BUTTON_PX, MONO_FONT, SMALL_FONT, TITLE_FONT, draw_box, sign
from graphlab.pictures.shapes import Drawable, Font, Paint, Path, Picture, Rect, Shape, Words
from graphlab.pictures.theme import DASHES, Theme, ground_at
from graphlab.pictures.words import Measure, fit

FRAME_RADIUS_PX = 9.0
TITLE_Y_PX = 18.0  # of the middle of a frame's title
LINK_PX = 1.4
ARROW_PX, ARROW_HALF_PX = 9.0, 4.0


def draw_scene(scene: Scene, theme: Theme, measure: Measure) -> Picture:
    """The picture of a scene: frames, links with their labels, titles of frames, boxes, from back to front.

    `measure` returns the width of a text; text wider than its room is cut with an ellipsis.
    """
    frames = sorted(scene.frames, key=lambda placed: placed.frame.depth)
    parts = [
        *(_frame(theme, placed) for placed in frames),
        *(_link(theme, placed) for placed in scene.links),
        *(_label(theme, placed, frames) for placed in scene.links if placed.label),
        *(_title(theme, placed, measure) for placed in frames),
        *(draw_box(theme, placed, measure) for placed in scene.boxes),
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
    left, middle, room = placed.x_px + 14, placed.y_px + TITLE_Y_PX, placed.width_px - 56
    ground = Paint(fill=ground_at(theme, frame.depth))
    shapes: list[Shape] = []
    for text, font, colour in ((frame.title, TITLE_FONT, "ink"), (frame.subtitle, SMALL_FONT, "ink-soft")):
        label = fit(text, font, room, measure)
        width = measure(label, font)
        if label:
            shapes.append(Rect(left - 5, middle - 11, width + 10, 22, 0, ground))
            shapes.append(Words(label, left, middle, font, theme[colour], "start"))
        left, room = left + width + 10, room - width - 10
    shapes.append(sign(theme, placed.x_px + placed.width_px - BUTTON_PX, middle, plus=False))
    return Drawable(tuple(shapes))


def _link(theme: Theme, placed: PlacedLink) -> Drawable:
    points, link = placed.points, placed.link
    steps = [("M", points[:2])]
    if len(points) < 8:
        steps.append(("L", points[-2:]))
    steps += [("C", points[at : at + 6]) for at in range(2, len(points) - 5, 6)]
    width = LINK_PX * math.floor(placed.weight * 5 + 0.5) / 5
    line = Paint(stroke=theme["link"], stroke_px=width, dash=DASHES[link.style])
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
        if math.hypot(x - points[at], y - points[at + 1]) >= 0.5:
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
