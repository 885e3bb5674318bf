"""The scene in the browser's form: the typedefs of assets/ have the same fields."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class RectJson(TypedDict):
    """A place in pixels: y down, x and y are the top left corner."""

    x: float
    y: float
    w: float
    h: float


class BoxWordsJson(TypedDict):
    """A drawn op or closed group without its position, see `view.Box`; omitted fields are "" or 0."""

    id: str
    kind: str
    title: str
    subtitle: str
    family: str
    opType: str
    groupKind: str
    parent: str
    label: str
    folded: int
    problem: NotRequired[str]
    leadsTo: NotRequired[str]
    hidden: NotRequired[int]
    hides: NotRequired[int]
    readout: NotRequired[str]


class BoxJson(BoxWordsJson, RectJson):
    """A box and its position."""


class FrameWordsJson(TypedDict):
    """An open group without its position, see `view.Frame`."""

    id: str
    title: str
    subtitle: str
    parent: str
    depth: int
    groupKind: str
    label: str


class FrameJson(FrameWordsJson, RectJson):
    """A frame and its position."""


class TensorsJson(TypedDict):
    """What flows along a link, see `tensors_to_json`; `more` is the number of omitted tensors."""

    tensors: list[list[str | int]]
    more: NotRequired[int]


class LinkJson(TensorsJson):
    """A link and its curve, see `PlacedLink`; `n` is its number of wires."""

    src: str
    dst: str
    points: list[float]
    label: str
    lx: float
    ly: float
    style: str
    weight: float
    n: int


class SceneJson(TypedDict):
    """A laid-out view; `tensors` are the texts of all tensors, which links refer to by number."""

    width: float
    height: float
    boxes: list[BoxJson]
    frames: list[FrameJson]
    links: list[LinkJson]
    tensors: list[str]
