"""A graph's atlas: every scope laid out once, alone and with all of its groups closed.

From these sheets the one-file viewer composes a scene for any set of open groups. Knows nothing about HTML or JSON.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from graphlab.layout.cells import pack_cells
from graphlab.layout.engine import LayoutEngine
from graphlab.layout.plan import Plan
from graphlab.layout.scopes import ROOT, Node, Scope, Segment, order_children
from graphlab.layout.tasks import ScopeTask, plan_scope
from graphlab.view import Box, Folded, Wire
from graphlab.view.labels import box_of_group, box_of_op
from graphlab.view.visible import link_label

UNLABELLED = frozenset({"variable", "constant"})  # their boxes already say the shape


@dataclass(frozen=True)
class Port:
    """A place on a frame's border. `neighbour` is what lies behind it, in the scope that a link has in common."""

    neighbour: str
    style: str
    flipped: bool


@dataclass(frozen=True)
class Sheet:
    """One scope ("" is the page) with all groups in it closed: its children, its plan, its ports by their keys.

    `labels` says what is written on each segment.
    """

    boxes: Mapping[str, Box]
    task: ScopeTask
    plan: Plan
    ports: Mapping[str, Port]
    labels: Mapping[Segment, str]

    @property
    def id(self) -> str:
        """The scope's id."""
        return self.task.scope.id


@dataclass(frozen=True)
class _Way:
    """Where links run inside a scope: between two children, or between a child and an outer neighbour.

    `outer` says which end is the neighbour: "", "src" or "dst".
    """

    src: str
    dst: str
    style: str
    outer: str = ""


@dataclass
class _Traffic:
    """A scope's children and ways. `meets` holds, for an outer neighbour, the common scope and the child there."""

    children: dict[str, None] = field(default_factory=dict)
    ways: dict[_Way, list[Wire]] = field(default_factory=lambda: defaultdict(list))
    meets: dict[str, tuple[str, str]] = field(default_factory=dict)


def draw_atlas(folded: Folded, engine: LayoutEngine) -> tuple[Sheet, ...]:
    """A sheet for the page and for each group, in the graph's order."""
    traffic = _survey(folded)
    places = {scope_id: _places(found) for scope_id, found in traffic.items()}
    prepared = []
    for scope_id, found in traffic.items():
        boxes = {child: _box(folded, child, scope_id) for child in found.children}
        scope, ports, labels = _cut(scope_id, found, places, boxes)
        told = {(scope_id, segment): label for segment, label in labels.items()}
        prepared.append((boxes, plan_scope(scope, pack_cells(scope, boxes), told, {}, {}), ports, labels))
    plans = engine.draw(task.task for _, task, _, _ in prepared)
    return tuple(Sheet(boxes, task, plans[task.task.digest], ports, labels) for boxes, task, ports, labels in prepared)


def styled_wires(folded: Folded) -> Iterator[tuple[str, Wire]]:
    """Every wire with its style, in the order in which a view gathers them into links."""
    for wire in folded.wires:
        yield ("data" if wire.tensor else "control"), wire
    for wire in folded.updates:
        yield "update", wire


def _survey(folded: Folded) -> dict[str, _Traffic]:
    traffic: dict[str, _Traffic] = defaultdict(_Traffic)
    traffic[ROOT] = _Traffic()
    chains = {op_id: (ROOT, *path, op_id) for op_id, path in folded.paths.items()}
    for chain in chains.values():
        for scope_id, child in pairwise(chain):
            traffic[scope_id].children[child] = None
    for style, wire in styled_wires(folded):
        source, target = chains[folded.stands_for[wire.src]], chains[folded.stands_for[wire.dst]]
        if source == target:
            continue
        depth = next(depth for depth, (a, b) in enumerate(zip(source, target, strict=False)) if a != b)
        common, src, dst = source[depth - 1], source[depth], target[depth]
        traffic[common].ways[_Way(src, dst, style)].append(wire)
        for frame, child in pairwise(source[depth:]):
            traffic[frame].ways[_Way(child, dst, style, "dst")].append(wire)
            traffic[frame].meets[dst] = (common, src)
        for frame, child in pairwise(target[depth:]):
            traffic[frame].ways[_Way(src, child, style, "src")].append(wire)
            traffic[frame].meets[src] = (common, dst)
    return dict(traffic)


def _places(traffic: _Traffic) -> dict[str, int]:
    """The children's order from top to bottom."""
    arcs = [(way.src, way.dst) for way in traffic.ways if way.style == "data" and not way.outer]
    return order_children(list(traffic.children), arcs)


def _box(folded: Folded, child: str, scope_id: str) -> Box:
    if child in folded.groups:
        return box_of_group(folded, child, scope_id, folded.totals[child])
    return box_of_op(folded, child, scope_id)


def _cut(
    scope_id: str, traffic: _Traffic, places: Mapping[str, Mapping[str, int]], boxes: Mapping[str, Box]
) -> tuple[Scope, dict[str, Port], dict[Segment, str]]:
    """The scope with a segment for each way, its ports by key, and the segments' labels."""
    ports: dict[str, Port] = {}
    labels: dict[Segment, str] = {}
    for way, wires in traffic.ways.items():
        flipped = _runs_up(scope_id, way, traffic, places)
        key = ""
        if way.outer:
            neighbour = way.src if way.outer == "src" else way.dst
            key = f"{way.style}{' up' * flipped} {neighbour}"
            ports[key] = Port(neighbour, way.style, flipped)
        start = Node("bottom" if flipped else "top", key=key) if way.outer == "src" else Node("box", way.src)
        end = Node("top" if flipped else "bottom", key=key) if way.outer == "dst" else Node("box", way.dst)
        tail, head = (end, start) if flipped else (start, end)
        silent = way.src in boxes and boxes[way.src].kind in UNLABELLED
        labels[Segment(tail, head, way.style, flipped)] = "" if silent else link_label(wires)
    tops = dict.fromkeys(segment.tail.key for segment in labels if segment.tail.kind == "top")
    bottoms = dict.fromkeys(segment.head.key for segment in labels if segment.head.kind == "bottom")
    return Scope(scope_id, tuple(traffic.children), tuple(labels), tuple(tops), tuple(bottoms)), ports, labels


def _runs_up(scope_id: str, way: _Way, traffic: _Traffic, places: Mapping[str, Mapping[str, int]]) -> bool:
    src, dst, common = way.src, way.dst, scope_id
    if way.outer == "src":
        common, dst = traffic.meets[way.src]
    elif way.outer == "dst":
        common, src = traffic.meets[way.dst]
    return places[common][src] > places[common][dst]
