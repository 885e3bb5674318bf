"""Boxes, frames and links with positions in pixels: y down, x and y of a rectangle are its top left corner."""

from __future__ import annotations

from dataclasses import dataclass

from graphlab.layout.scene_json import BoxWordsJson, FrameWordsJson, LinkJson, RectJson, SceneJson
from graphlab.layout.tensors import TensorWords, tensors_to_json
from graphlab.view import Box, Frame, Link


@dataclass(frozen=True)
class PlacedBox:
    """A box and its position."""

    box: Box
    x_px: float
    y_px: float
    width_px: float
    height_px: float

    @property
    def id(self) -> str:
        """The box's id."""
        return self.box.id


@dataclass(frozen=True)
class PlacedFrame:
    """A frame and its position, including the title bar."""

    frame: Frame
    x_px: float
    y_px: float
    width_px: float
    height_px: float

    @property
    def id(self) -> str:
        """The frame's id."""
        return self.frame.id


@dataclass(frozen=True)
class PlacedLink:
    """A link and its curve from source to target.

    `points` are a cubic Bezier's control points, flat (x0, y0, x1, y1, ...), 1 + 3n of them. `label` is "" if it
    room was found for it; `label_x_px`, `label_y_px` are its middle. `weight` is the stroke's factor, from 1 to 1.8.
    """

    link: Link
    points: tuple[float, ...]
    label: str
    label_x_px: float
    label_y_px: float
    weight: float


@dataclass(frozen=True)
class Scene:
    """A laid-out view. Frames come outermost first; all coordinates are within the width and the height."""

    width_px: float
    height_px: float
    boxes: tuple[PlacedBox, ...]
    frames: tuple[PlacedFrame, ...]
    links: tuple[PlacedLink, ...]

    def to_json(self) -> SceneJson:
        """The scene in the browser's form, with coordinates rounded to 0.1 px."""
        words = TensorWords()
        return {
            "width": round(self.width_px, 1),
            "height": round(self.height_px, 1),
            "boxes": [{**box_to_json(placed.box), **_rectangle(placed)} for placed in self.boxes],
            "frames": [{**frame_to_json(placed.frame), **_rectangle(placed)} for placed in self.frames],
            "links": [_link_to_json(placed, words) for placed in self.links],
            "tensors": words.all(),
        }


def box_to_json(box: Box) -> BoxWordsJson:
    """A box in the browser's form, without its position."""
    words: BoxWordsJson = {
        "id": box.id,
        "kind": box.kind,
        "title": box.title,
        "subtitle": box.subtitle,
        "family": box.family,
        "opType": box.op_type,
        "groupKind": box.group_kind,
        "parent": box.parent,
        "label": box.label,
        "folded": len(box.folded),
    }
    if box.problem:
        words["problem"] = box.problem
    if box.leads_to:
        words["leadsTo"] = box.leads_to
    if box.hidden:
        words["hidden"] = box.hidden
    if box.hides:
        words["hides"] = box.hides
    if box.readout:
        words["readout"] = box.readout
    return words


def frame_to_json(frame: Frame) -> FrameWordsJson:
    """A frame in the browser's form, without its position."""
    return {
        "id": frame.id,
        "title": frame.title,
        "subtitle": frame.subtitle,
        "parent": frame.parent,
        "depth": frame.depth,
        "groupKind": frame.group_kind,
        "label": frame.label,
    }


def _link_to_json(placed: PlacedLink, words: TensorWords) -> LinkJson:
    return {
        "src": placed.link.src,
        "dst": placed.link.dst,
        "points": [round(number, 1) for number in placed.points],
        "label": placed.label,
        "lx": round(placed.label_x_px, 1),
        "ly": round(placed.label_y_px, 1),
        "style": placed.link.style,
        "weight": round(placed.weight, 2),
        "n": len(placed.link.wires),
        **tensors_to_json(placed.link, words),
    }


def _rectangle(placed: PlacedBox | PlacedFrame) -> RectJson:
    return {
        "x": round(placed.x_px, 1),
        "y": round(placed.y_px, 1),
        "w": round(placed.width_px, 1),
        "h": round(placed.height_px, 1),
    }
