"""A graph's atlas: every scope laid out alone, once with all groups closed and once as initially shown.

From these sheets, the one-file viewer composes a scene for any set of open groups. Independent of HTML and JSON.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from graphlab.layout.cells import pack_cells
from graphlab.layout.engine import LayoutEngine
from graphlab.layout.plan import FrameShape, Inner, Item, Plan, frame_item, shape_frame
from graphlab.layout.scopes import ROOT, Node, Scope, Segment, order_children
from graphlab.layout.sizes import frame_title_width
from graphlab.layout.tasks import ScopeTask, plan_scope
from graphlab.view import Box, Folded, Open, Wire, readout_of
from graphlab.view.labels import box_of, frame_of_group
from graphlab.view.links import link_label, styled_wires

UNLABELLED = frozenset({"variable", "constant"})  # their boxes already show the shape


@dataclass(frozen=True)
class Port:
    """A position on a frame's border. `neighbour` is what is behind it, in the common scope of a link."""

    neighbour: str
    style: str
    flipped: bool


@dataclass(frozen=True)
class Sheet:
    """One scope ("" is the page): its children as boxes, its plan, its ports by key.

    `shape` is that of the frame around it. `labels` are the labels of the segments. `frames` are the sizes of
    the open children.
    """

    boxes: Mapping[str, Box]
    task: ScopeTask
    plan: Plan
    shape: FrameShape
    ports: Mapping[str, Port]
    labels: Mapping[Segment, str]
    frames: Mapping[str, Item]

    @property
    def id(self) -> str:
        """The scope's id."""
        return self.task.scope.id


@dataclass(frozen=True)
class _Way:
    """A connection inside a scope: between two children, or between a child and an outer neighbour.

    `outer` says which end is the neighbour: "", "src" or "dst".
    """

    src: str
    dst: str
    style: str
    outer: str = ""


@dataclass
class _Traffic:
    """A scope's children and ways. `meets` has, for an outer neighbour, the common scope and the child there."""

    children: dict[str, None] = field(default_factory=dict)
    ways: dict[_Way, list[Wire]] = field(default_factory=lambda: defaultdict(list))
    meets: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Survey:
    """The traffic of every scope, the positions of its children from top to bottom, and whether boxes show values."""

    traffic: Mapping[str, _Traffic]
    places: Mapping[str, Mapping[str, int]]
    readouts: bool


@dataclass(frozen=True)
class _Draft:
    """A sheet before it is drawn; `inner` are its open children."""

    boxes: Mapping[str, Box]
    task: ScopeTask
    ports: Mapping[str, Port]
    labels: Mapping[Segment, str]
    inner: Mapping[str, Inner]


def draw_atlas(folded: Folded, engine: LayoutEngine, opened: Open, *, readouts: bool = False) -> tuple[Sheet, ...]:
    """A closed sheet for the page and for each group, in the graph's order, then those with groups of `opened` open.

    With `readouts`, boxes have room for values.
    """
    survey = _survey(folded, readouts=readouts)
    drafts = [_draft(folded, survey, scope_id, {}) for scope_id in survey.traffic]
    drafts += _open_drafts(folded, survey, {draft.task.scope.id: draft for draft in drafts}, opened)
    plans = engine.draw(draft.task.task for draft in drafts)
    return tuple(_sheet(folded, draft, plans) for draft in drafts)


def _sheet(folded: Folded, draft: _Draft, plans: Mapping[str, Plan]) -> Sheet:
    scope_id, plan = draft.task.scope.id, plans[draft.task.task.digest]
    shape = shape_frame(plan, _title_width(folded, scope_id) if scope_id else 0)
    frames = {child: frame_item(inner, plans) for child, inner in draft.inner.items()}
    return Sheet(draft.boxes, draft.task, plan, shape, draft.ports, draft.labels, frames)


def _open_drafts(folded: Folded, survey: _Survey, closed: Mapping[str, _Draft], opened: Open) -> list[_Draft]:
    """A draft for each scope with open groups in it, inner scopes first."""
    paths = {path[: depth + 1] for path in folded.paths.values() for depth in range(len(path))}
    open_ids = {path[-1] for path in paths if opened.issuperset(path)}
    current = dict(closed)
    drafts = []
    for scope_id in [path[-1] for path in sorted(paths, key=lambda path: (-len(path), path))] + [ROOT]:
        inside = {child: current[child] for child in survey.traffic[scope_id].children if child in open_ids}
        if inside:
            current[scope_id] = _draft(folded, survey, scope_id, inside)
            drafts.append(current[scope_id])
    return drafts


def _draft(folded: Folded, survey: _Survey, scope_id: str, inside: Mapping[str, _Draft]) -> _Draft:
    """A scope's task, with the scopes `inside` it open."""
    boxes = {child: box_of(folded, child, scope_id) for child in survey.traffic[scope_id].children}
    if survey.readouts:
        boxes = {child: replace(box, readout=readout_of(folded, child)) for child, box in boxes.items()}
    scope, ports, labels = _cut(survey, scope_id, boxes, inside)
    inner = {child: Inner(draft.task.task.digest, _title_width(folded, child)) for child, draft in inside.items()}
    cells = pack_cells(scope, {child: box for child, box in boxes.items() if child not in inside})
    link_labels = {(scope_id, segment): label for segment, label in labels.items()}
    task = plan_scope(scope, cells, link_labels, {child: draft.task.scope for child, draft in inside.items()}, inner)
    return _Draft(boxes, task, ports, labels, inner)


def _survey(folded: Folded, *, readouts: bool) -> _Survey:
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
    places = {scope_id: _places(scope_traffic) for scope_id, scope_traffic in traffic.items()}
    return _Survey(dict(traffic), places, readouts)


def _places(traffic: _Traffic) -> dict[str, int]:
    """The children's order from top to bottom."""
    arcs = [(way.src, way.dst) for way in traffic.ways if way.style == "data" and not way.outer]
    return order_children(list(traffic.children), arcs)


def _title_width(folded: Folded, group_id: str) -> int:
    return frame_title_width(frame_of_group(folded, group_id, "", 0, folded.totals[group_id]))


def _cut(
    survey: _Survey, scope_id: str, boxes: Mapping[str, Box], opened: Collection[str]
) -> tuple[Scope, dict[str, Port], dict[Segment, str]]:
    """The scope with a segment for each way, its ports by key, and the segments' labels."""
    ports: dict[str, Port] = {}
    labels: dict[Segment, str] = {}
    for way, wires in survey.traffic[scope_id].ways.items():
        flipped = _runs_up(survey, scope_id, way)
        start, end = _ends(way, flipped, opened)
        if way.outer:
            port, neighbour = (start, way.src) if way.outer == "src" else (end, way.dst)
            ports[port.key] = Port(neighbour, way.style, flipped)
        tail, head = (end, start) if flipped else (start, end)
        silent = way.style == "data" and way.src in boxes and boxes[way.src].kind in UNLABELLED
        labels[Segment(tail, head, way.style, flipped)] = "" if silent else link_label(wires, way.style)
    tops = dict.fromkeys(segment.tail.key for segment in labels if segment.tail.kind == "top")
    bottoms = dict.fromkeys(segment.head.key for segment in labels if segment.head.kind == "bottom")
    return Scope(scope_id, tuple(boxes), tuple(labels), tuple(tops), tuple(bottoms)), ports, labels


def _ends(way: _Way, flipped: bool, opened: Collection[str]) -> tuple[Node, Node]:
    """The nodes at the ends of a way: children, ports of the scope, ports of open children."""
    kind = f"{way.style}{' up' * flipped}"
    start = Node("frame", way.src, f"{kind} {way.dst}") if way.src in opened else Node("box", way.src)
    end = Node("frame", way.dst, f"{kind} {way.src}") if way.dst in opened else Node("box", way.dst)
    if way.outer == "src":
        start = Node("bottom" if flipped else "top", key=f"{kind} {way.src}")
    if way.outer == "dst":
        end = Node("top" if flipped else "bottom", key=f"{kind} {way.dst}")
    return start, end


def _runs_up(survey: _Survey, scope_id: str, way: _Way) -> bool:
    src, dst, common = way.src, way.dst, scope_id
    meets = survey.traffic[scope_id].meets
    if way.outer == "src":
        common, dst = meets[way.src]
    elif way.outer == "dst":
        common, src = meets[way.dst]
    return survey.places[common][src] > survey.places[common][dst]
