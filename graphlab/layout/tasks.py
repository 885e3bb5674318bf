"""Scopes and cells to tasks for the engine: numbered nodes, one edge for all segments that run together."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from graphlab.layout.cells import Cell, pack_cells
from graphlab.layout.plan import CENTRE, Edge, Inner, Item, Task
from graphlab.layout.scopes import Cut, Node, Scope, Segment, cut_view
from graphlab.layout.sizes import frame_title_width
from graphlab.view import View

WEIGHTS = {"data": 2}  # control links and updates do not pull a box out of its column
MAIN_WEIGHT = 16
INSIDE = -1  # a segment inside a cell has no edge


@dataclass(frozen=True)
class ScopeTask:
    """A scope with its cells, its task, and for each segment the edge that draws it (or INSIDE its cell)."""

    scope: Scope
    cells: tuple[Cell, ...]
    task: Task
    edges: Mapping[Segment, int]
    cell_of: Mapping[str, int]


@dataclass(frozen=True)
class Job:
    """What a view needs to be laid out: its scopes' tasks, innermost first, by scope id, and its links' routes."""

    cut: Cut
    scope_tasks: Mapping[str, ScopeTask]


def plan_job(view: View) -> Job:
    """The tasks of a view. Raises LayoutError if the view is inconsistent."""
    cut = cut_view(view)
    boxes = {box.id: box for box in view.boxes}
    titles = {frame.id: frame_title_width(frame) for frame in view.frames}
    labels = _segment_labels(view, cut)
    scopes = {scope.id: scope for scope in cut.scopes}
    done: dict[str, ScopeTask] = {}
    for scope in cut.scopes:
        cells = pack_cells(scope, boxes)
        frames = [cell.frame_id for cell in cells if cell.frame_id]
        inner = {frame: Inner(done[frame].task.digest, titles[frame]) for frame in frames}
        done[scope.id] = plan_scope(scope, cells, labels, scopes, inner)
    return Job(cut, done)


def plan_scope(
    scope: Scope,
    cells: tuple[Cell, ...],
    labels: Mapping[tuple[str, Segment], str],
    scopes: Mapping[str, Scope],
    inner: Mapping[str, Inner],
) -> ScopeTask:
    """The task of one scope; `scopes` and `inner` contain what is known about its open frames."""
    cell_of = {member.box.id: index for index, cell in enumerate(cells) for member in cell.members}
    cell_of.update({cell.frame_id: index for index, cell in enumerate(cells) if cell.frame_id})
    items = tuple(
        inner[cell.frame_id] if cell.frame_id else Item(cell.width_px, cell.height_px, cell.tops, cell.bottoms)
        for cell in cells
    )
    sides = [("top", key) for key in scope.tops] + [("bottom", key) for key in scope.bottoms]
    ports = {side: number for number, side in enumerate(sides, len(cells))}
    edges, edge_of = _edges(scope, _Ends(scopes, cells, cell_of, ports), labels)
    task = _digested(items, len(scope.tops), len(scope.bottoms), edges)
    return ScopeTask(scope, cells, task, edge_of, cell_of)


def _segment_labels(view: View, cut: Cut) -> dict[tuple[str, Segment], str]:
    """The label of each scope's segments: the one that all their links share, or none."""
    # A variable's box already shows its shape, and a stub its tensor.
    quiet = {box.id for box in view.boxes if box.kind in ("variable", "constant")}
    subtitles = {box.id: box.subtitle for box in view.boxes if box.kind == "stub"}
    labels: dict[tuple[str, Segment], str] = {}
    for link, route in zip(view.links, cut.routes, strict=True):
        label = "" if link.src in quiet and link.style == "data" else link.label
        label = "" if label in (subtitles.get(link.src), subtitles.get(link.dst)) else label
        for where in route.segments if route else ():
            labels[where] = label if labels.get(where, label) == label else ""
    return labels


@dataclass(frozen=True)
class _Ends:
    """Where a scope's edges attach: its cells and, numbered after them, its top and bottom ports."""

    scopes: Mapping[str, Scope]
    cells: Sequence[Cell]
    cell_of: Mapping[str, int]
    ports: Mapping[tuple[str, str], int]

    def find(self, node: Node, *, tail: bool) -> tuple[int, int]:
        """The number of the node's item or port, and where on it the edge attaches."""
        if node.kind in ("top", "bottom"):
            return self.ports[node.kind, node.key], CENTRE
        index = self.cell_of[node.name]
        if node.kind == "frame":
            inner = self.scopes[node.name]
            return index, (inner.bottoms if tail else inner.tops).index(node.key)
        cell = self.cells[index]
        return index, (cell.exit(node.name) if tail else cell.entry(node.name))[0]


def _edges(
    scope: Scope, ends: _Ends, labels: Mapping[tuple[str, Segment], str]
) -> tuple[tuple[Edge, ...], dict[Segment, int]]:
    """The edges of a scope, one for all parallel segments, and the number of each segment's edge."""
    edges: dict[tuple[int, int, int, int, str, bool], Edge] = {}
    numbers: dict[tuple[int, int, int, int, str, bool], int] = {}
    edge_of: dict[Segment, int] = {}
    for segment in scope.segments:
        tail, head = ends.find(segment.tail, tail=True), ends.find(segment.head, tail=False)
        if tail[0] == head[0]:
            edge_of[segment] = INSIDE
            continue
        key = (*tail, *head, segment.style, segment.flipped)
        weight = 0 if segment.flipped else WEIGHTS.get(segment.style, 0)
        label = labels[scope.id, segment]
        previous = edges.get(key)
        if previous and previous.label != label:
            label = ""
        edges[key] = Edge(*tail, *head, weight, label)
        edge_of[segment] = numbers.setdefault(key, len(numbers))
    return straighten(tuple(edges.values())), edge_of


def straighten(edges: tuple[Edge, ...]) -> tuple[Edge, ...]:
    """The edges with more weight on the main chains: the longest paths, which then run straight down."""
    outgoing: dict[int, list[Edge]] = defaultdict(list)
    incoming: dict[int, list[Edge]] = defaultdict(list)
    waiting: dict[int, int] = defaultdict(int)
    for edge in edges:
        if edge.weight:
            outgoing[edge.tail].append(edge)
            incoming[edge.head].append(edge)
            waiting[edge.head] += 1
    order = sorted({edge.tail for edge in edges if edge.weight and not waiting[edge.tail]})
    for node in order:
        for edge in outgoing[node]:
            waiting[edge.head] -= 1
            if not waiting[edge.head]:
                order.append(edge.head)
    above: dict[int, int] = defaultdict(int)
    below: dict[int, int] = defaultdict(int)
    for node in order:
        above[node] = max((above[edge.tail] + 1 for edge in incoming[node]), default=0)
    for node in reversed(order):
        below[node] = max((below[edge.head] + 1 for edge in outgoing[node]), default=0)
    next_of = {
        node: max(node_edges, key=lambda edge: below[edge.head]) for node, node_edges in outgoing.items() if node_edges
    }
    last_of = {
        node: max(node_edges, key=lambda edge: above[edge.tail]) for node, node_edges in incoming.items() if node_edges
    }
    main = {edge for node, edge in next_of.items() if last_of[edge.head] is edge}
    return tuple(replace(edge, weight=MAIN_WEIGHT) if edge in main else edge for edge in edges)


def _digested(items: tuple[Item | Inner, ...], top_count: int, bottom_count: int, edges: tuple[Edge, ...]) -> Task:
    text = repr((items, top_count, bottom_count, edges))
    return Task(hashlib.sha256(text.encode()).hexdigest()[:24], items, top_count, bottom_count, edges)
