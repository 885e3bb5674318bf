"""The input and output of a layout engine: one scope's items, ports and edges, and their positions.

A task's nodes are numbered: first its items, then its top ports, then its bottom ports. Every edge runs downwards,
from `tail` to `head`; the caller knows which ones it reversed. Coordinates are pixels, y down; in a plan the
items' bounding box starts at (0, 0).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict, final

from graphlab.shared_constants import FRAME_PADDING_PX, PORT_TOP_PX, TITLE_BAR_PX, TITLE_GAP_PX

CENTRE = -1  # an edge's end that aims at the middle of its item
Curve = tuple[float, ...]


@dataclass(frozen=True)
class Item:
    """A rectangle of fixed size; `tops` and `bottoms` are the x positions where edges attach on its borders."""

    width_px: float
    height_px: float
    tops: tuple[float, ...] = ()
    bottoms: tuple[float, ...] = ()


@dataclass(frozen=True)
class Inner:
    """An open frame whose size follows from another task's plan; `title_px` is its minimum width."""

    digest: str
    title_px: float


@dataclass(frozen=True)
class Edge:
    """A line from node `tail` down to node `head`; `tail_at` is an index of bottoms, `head_at` of tops."""

    tail: int
    tail_at: int
    head: int
    head_at: int
    weight: int = 1
    label: str = ""


@dataclass(frozen=True)
class Task:
    """One scope to lay out. `digest` identifies it: equal tasks have equal digests."""

    digest: str
    items: tuple[Item | Inner, ...]
    top_count: int
    bottom_count: int
    edges: tuple[Edge, ...]


@dataclass(frozen=True)
class Plan:
    """A laid-out scope: the items' top left corners, the ports' points, a curve and a label's middle per edge."""

    width_px: float
    height_px: float
    left_px: float  # how far curves and labels extend beyond the items
    right_px: float
    places: tuple[tuple[float, float], ...]
    tops: tuple[tuple[float, float], ...]
    bottoms: tuple[tuple[float, float], ...]
    curves: tuple[Curve, ...]
    labels: tuple[tuple[float, float] | None, ...]


@dataclass(frozen=True)
class FrameShape:
    """A frame around a plan: its size, the position of the plan's origin in it, the x of its ports."""

    width_px: float
    height_px: float
    x_px: float
    y_px: float
    tops: tuple[float, ...]
    bottoms: tuple[float, ...]


@final
class ItemJson(TypedDict):
    """An item as JSON."""

    width_px: float
    height_px: float
    tops: list[float]
    bottoms: list[float]


@final
class InnerJson(TypedDict):
    """An inner scope as JSON."""

    digest: str
    title_px: float


class EdgeJson(TypedDict):
    """An edge as JSON."""

    tail: int
    tail_at: int
    head: int
    head_at: int
    weight: int
    label: str


class TaskJson(TypedDict):
    """A task as JSON."""

    digest: str
    items: list[ItemJson | InnerJson]
    top_count: int
    bottom_count: int
    edges: list[EdgeJson]


class PlanJson(TypedDict):
    """A plan as JSON."""

    width_px: float
    height_px: float
    left_px: float
    right_px: float
    places: list[list[float]]
    tops: list[list[float]]
    bottoms: list[list[float]]
    curves: list[list[float]]
    labels: list[list[float] | None]


def shape_frame(plan: Plan, title_px: float) -> FrameShape:
    """The frame around a plan: title bar on top, padding around, the items centred if there is room."""
    inside = plan.left_px + plan.width_px + plan.right_px
    width = round(max(title_px, inside + 2 * FRAME_PADDING_PX))
    centred = (width - plan.width_px) / 2
    x = min(max(centred, FRAME_PADDING_PX + plan.left_px), width - FRAME_PADDING_PX - plan.width_px - plan.right_px)
    y = max([TITLE_BAR_PX + TITLE_GAP_PX, *(PORT_TOP_PX - port[1] for port in plan.tops)])
    below = max([plan.height_px + FRAME_PADDING_PX, *(port[1] for port in plan.bottoms)])
    return FrameShape(
        width,
        round(y + below),
        x,
        y,
        tuple(x + port[0] for port in plan.tops),
        tuple(x + port[0] for port in plan.bottoms),
    )


def resolve_items(task: Task, plans: Mapping[str, Plan]) -> tuple[Item, ...]:
    """The task's items with the size of each inner frame filled in. Raises KeyError if a plan is missing."""
    return tuple(item if isinstance(item, Item) else frame_item(item, plans) for item in task.items)


def frame_item(inner: Inner, plans: Mapping[str, Plan]) -> Item:
    """The frame as an item of its outer scope. Raises KeyError if its plan is missing."""
    shape = shape_frame(plans[inner.digest], inner.title_px)
    return Item(shape.width_px, shape.height_px, shape.tops, shape.bottoms)


def task_to_json(task: Task) -> dict[str, object]:
    """The task as plain JSON values."""
    # dataclasses.asdict would copy each number individually.
    return {**vars(task), "items": [vars(item) for item in task.items], "edges": [vars(edge) for edge in task.edges]}


def task_from_json(task_json: TaskJson) -> Task:
    """The task that `task_to_json` wrote."""
    items = tuple(
        Inner(**item)
        if "digest" in item
        else Item(item["width_px"], item["height_px"], tuple(item["tops"]), tuple(item["bottoms"]))
        for item in task_json["items"]
    )
    edges = tuple(Edge(**edge) for edge in task_json["edges"])
    return Task(task_json["digest"], items, task_json["top_count"], task_json["bottom_count"], edges)


def plan_to_json(plan: Plan) -> dict[str, object]:
    """The plan as plain JSON values."""
    return dict(vars(plan))


def plan_from_json(plan_json: PlanJson) -> Plan:
    """The plan that `plan_to_json` wrote."""
    return Plan(
        plan_json["width_px"],
        plan_json["height_px"],
        plan_json["left_px"],
        plan_json["right_px"],
        _points(plan_json["places"]),
        _points(plan_json["tops"]),
        _points(plan_json["bottoms"]),
        tuple(tuple(curve) for curve in plan_json["curves"]),
        tuple((label[0], label[1]) if label else None for label in plan_json["labels"]),
    )


def _points(pairs: list[list[float]]) -> tuple[tuple[float, float], ...]:
    return tuple((x, y) for x, y in pairs)
