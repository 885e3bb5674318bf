"""What must be true of a scene: nothing overlaps, children are inside their frames, links end on their boxes."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator

from graphlab.layout.scene import PlacedBox, PlacedFrame, Scene
from graphlab.shared_constants import TITLE_BAR_PX
from graphlab.view import View
from tests.support.real_scenes import label_collisions

Rectangle = tuple[float, float, float, float]
EDGE_PX = 1.5  # how far off a box's border the end of a link may be
MARGIN_PX = 8  # between a frame's border and what is in it


def check_scene(shown: View, scene: Scene) -> Iterator[str]:
    """The sentences of what does not hold."""
    if [placed.box for placed in scene.boxes] != list(shown.boxes):
        yield "the scene has other boxes than the view"
    if {placed.frame for placed in scene.frames} != set(shown.frames):
        yield "the scene has other frames than the view"
    if [placed.link for placed in scene.links] != list(shown.links):
        yield "the scene has other links than the view"
    parts = [*scene.boxes, *scene.frames]
    for placed in parts:
        left, top, right, bottom = _edges(placed)
        if left < 0 or top < 0 or right > scene.width_px or bottom > scene.height_px:
            yield f"{placed.id} leaves the page"
    yield from _overlaps(parts)
    yield from _outside_frames(parts, {frame.id: _edges(frame) for frame in scene.frames})
    yield from _loose_ends(scene)
    for label, what in label_collisions(scene.to_json()):
        yield f"the label {label!r} lies on {what}"


def _edges(placed: PlacedBox | PlacedFrame) -> Rectangle:
    return placed.x_px, placed.y_px, placed.x_px + placed.width_px, placed.y_px + placed.height_px


def _parent(placed: PlacedBox | PlacedFrame) -> str:
    return placed.box.parent if isinstance(placed, PlacedBox) else placed.frame.parent


def _overlaps(parts: list[PlacedBox | PlacedFrame]) -> Iterator[str]:
    """Pairs of parts of one scope that lie on each other, found from the top down."""
    scopes: dict[str, list[PlacedBox | PlacedFrame]] = defaultdict(list)
    for placed in parts:
        scopes[_parent(placed)].append(placed)
    for siblings in scopes.values():
        siblings.sort(key=lambda placed: placed.y_px)
        near: list[PlacedBox | PlacedFrame] = []
        for placed in siblings:
            near = [other for other in near if other.y_px + other.height_px > placed.y_px + 0.5]
            for other in near:
                if placed.x_px < other.x_px + other.width_px - 0.5 and other.x_px < placed.x_px + placed.width_px - 0.5:
                    yield f"{placed.id} lies on {other.id}"
            near.append(placed)


def _outside_frames(parts: list[PlacedBox | PlacedFrame], frames: dict[str, Rectangle]) -> Iterator[str]:
    for placed in parts:
        if not _parent(placed):
            continue
        outer, inner = frames[_parent(placed)], _edges(placed)
        room = (inner[0] - outer[0], outer[2] - inner[2], outer[3] - inner[3])
        if min(room) < MARGIN_PX - 0.5 or inner[1] - outer[1] < TITLE_BAR_PX:
            yield f"{placed.id} is not inside of {_parent(placed)}"


def _loose_ends(scene: Scene) -> Iterator[str]:
    boxes = {placed.id: _edges(placed) for placed in scene.boxes}
    for placed in scene.links:
        points = placed.points
        if (len(points) - 2) % 6 or not all(map(math.isfinite, points)):
            yield f"the link {placed.link.src} → {placed.link.dst} is no curve"
            continue
        for what, (x, y), box_id in (
            ("starts", points[:2], placed.link.src),
            ("ends", points[-2:], placed.link.dst),
        ):
            box = boxes[box_id]
            off = abs(max(box[0] - x, x - box[2], box[1] - y, y - box[3]))
            if off > EDGE_PX:
                yield f"the link {placed.link.src} → {placed.link.dst} {what} {off:.0f} px off {box_id}"
