"""A view divided into scopes: each open frame's children, and the segments of links that run between them.

A link that crosses borders is a chain of segments, one per scope on its way, joined at ports on the frames' borders.
Independent of sizes.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graphlab.errors import LayoutError
from graphlab.view import Link, View

ROOT = ""
MAX_PORTS = 3  # more lines than this between two frames are drawn as one trunk

Pair = tuple[str, str]


@dataclass(frozen=True)
class Node:
    """An end of a segment: a child (a box, or a frame at one of its ports) or a port of the scope's own frame.

    `kind` is box, frame, top or bottom; `name` is the child's id, "" for ports; `key` names the port.
    """

    kind: str
    name: str = ""
    key: str = ""


@dataclass(frozen=True)
class Segment:
    """A piece of a link inside one scope, running down; `flipped` where the data runs up."""

    tail: Node
    head: Node
    style: str
    flipped: bool


@dataclass(frozen=True)
class Scope:
    """The children of one frame ("" is the page) in the view's order, and the segments between them."""

    id: str
    children: tuple[str, ...]
    segments: tuple[Segment, ...]
    tops: tuple[str, ...]
    bottoms: tuple[str, ...]


@dataclass(frozen=True)
class Route:
    """A link's segments from source to target, each with its scope; `meeting` is the one in the common scope."""

    segments: tuple[tuple[str, Segment], ...]
    meeting: int


@dataclass(frozen=True)
class Cut:
    """A view's scopes, innermost first, and a route per link (None for a link from a box to itself)."""

    scopes: tuple[Scope, ...]
    routes: tuple[Route | None, ...]


@dataclass(frozen=True)
class _Crossing:
    """Where a link meets: the frames it leaves (innermost first), the common scope, the frames it enters."""

    leaving: tuple[str, ...]
    scope: str
    entering: tuple[str, ...]
    ends: Pair  # the two children of the common scope


def cut_view(view: View) -> Cut:
    """The scopes and routes of a view. Raises LayoutError if a link or a parent refers to nothing in it."""
    parents = _parents(view)
    children = _children(view, parents)
    boxes = {box.id for box in view.boxes}
    crossings = [_cross(link, parents, boxes) for link in view.links]
    flips = _flips(view.links, crossings, children)
    keys = _port_keys(view.links, crossings, flips)
    routes = [
        _route(link, crossing, key, flip) if link.src != link.dst else None
        for link, crossing, key, flip in zip(view.links, crossings, keys, flips, strict=True)
    ]
    segments: dict[str, dict[Segment, None]] = defaultdict(dict)
    for route in filter(None, routes):
        for scope_id, segment in route.segments:
            segments[scope_id][segment] = None
    order = _inside_out(view, parents)
    return Cut(
        tuple(_scope(scope_id, children[scope_id], tuple(segments[scope_id])) for scope_id in order), tuple(routes)
    )


def _parents(view: View) -> dict[str, str]:
    frames = {frame.id for frame in view.frames} | {ROOT}
    parents = {frame.id: frame.parent for frame in view.frames} | {box.id: box.parent for box in view.boxes}
    for name, parent in parents.items():
        if parent not in frames:
            raise LayoutError(f"{name!r} is in {parent!r}, which is not a frame of the view")
    _check_nesting(parents, [frame.id for frame in view.frames])
    return parents


def _check_nesting(parents: dict[str, str], frames: Iterable[str]) -> None:
    """Raise LayoutError if a frame is inside itself: walks outwards would not end."""
    reaches_root = {ROOT}
    for frame in frames:
        chain = [frame]
        while chain[-1] not in reaches_root:
            if len(chain) > len(parents):
                raise LayoutError(f"the group {frame!r} contains itself, so it cannot be laid out")
            chain.append(parents[chain[-1]])
        reaches_root.update(chain)


def _children(view: View, parents: dict[str, str]) -> dict[str, list[str]]:
    """Each scope's children in the view's order; a frame is at the position of its first box."""
    children: dict[str, dict[str, None]] = defaultdict(dict)
    for name in [*(box.id for box in view.boxes), *(frame.id for frame in view.frames)]:
        while name != ROOT and name not in children[parents[name]]:
            children[parents[name]][name] = None
            name = parents[name]
    return defaultdict(list, {scope: list(names) for scope, names in children.items()})


def _inside_out(view: View, parents: dict[str, str]) -> list[str]:
    depths = {ROOT: 0}
    for frame in view.frames:
        chain = [frame.id]
        while chain[-1] not in depths:
            chain.append(parents[chain[-1]])
        for name in reversed(chain[:-1]):
            depths[name] = depths[parents[name]] + 1
    return sorted(depths, key=lambda name: -depths[name])


def _cross(link: Link, parents: dict[str, str], boxes: set[str]) -> _Crossing:
    for end in (link.src, link.dst):
        if end not in boxes:
            raise LayoutError(f"the link {link.src!r} -> {link.dst!r} ends at {end!r}, which is not a box of the view")
    source, target = _ancestors(link.src, parents), _ancestors(link.dst, parents)
    common = 0
    while common < min(len(source), len(target)) and source[common] == target[common]:
        common += 1
    leaving, entering = tuple(reversed(source[common:])), tuple(target[common:])
    ends = (leaving[-1] if leaving else link.src, entering[0] if entering else link.dst)
    return _Crossing(leaving, source[common - 1], entering, ends)


def _ancestors(name: str, parents: dict[str, str]) -> list[str]:
    chain = [parents[name]]
    while chain[-1] != ROOT:
        chain.append(parents[chain[-1]])
    return chain[::-1]


def _flips(links: Sequence[Link], crossings: Sequence[_Crossing], children: dict[str, list[str]]) -> list[bool]:
    """Which links run against their scope's order, so that the others run downwards without a cycle."""
    arcs: dict[str, dict[Pair, None]] = defaultdict(dict)
    for link, crossing in zip(links, crossings, strict=True):
        if link.style == "data" and crossing.ends[0] != crossing.ends[1]:
            arcs[crossing.scope][crossing.ends] = None
    positions = {
        scope: order_children(children[scope], arcs[scope]) for scope in {crossing.scope for crossing in crossings}
    }
    return [
        positions[crossing.scope][crossing.ends[0]] > positions[crossing.scope][crossing.ends[1]]
        for crossing in crossings
    ]


def order_children(names: Sequence[str], arcs: Iterable[Pair]) -> dict[str, int]:
    """A topological order; from a remaining cycle, the view's first child goes first."""
    rank = {name: index for index, name in enumerate(names)}
    following: dict[str, list[str]] = defaultdict(list)
    waiting = dict.fromkeys(names, 0)
    for tail, head in arcs:
        following[tail].append(head)
        waiting[head] += 1
    ready = [rank[name] for name in names if not waiting[name]]
    positions: dict[str, int] = {}
    remaining_names = iter(names)
    while len(positions) < len(names):
        name = names[heapq.heappop(ready)] if ready else next(name for name in remaining_names if name not in positions)
        if name in positions:
            continue
        positions[name] = len(positions)
        for head in following[name]:
            waiting[head] -= 1
            if not waiting[head] and head not in positions:
                heapq.heappush(ready, rank[head])
    return positions


def _port_keys(links: Sequence[Link], crossings: Sequence[_Crossing], flips: Sequence[bool]) -> list[str]:
    """The port of each link: one per source or per target, whichever is fewer, or one trunk for all."""
    bundles: dict[tuple[str, Pair, str, bool], tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for link, crossing, flip in zip(links, crossings, flips, strict=True):
        sources, targets = bundles[crossing.scope, crossing.ends, link.style, flip]
        sources.add(link.src)
        targets.add(link.dst)
    keys = []
    for link, crossing, flip in zip(links, crossings, flips, strict=True):
        sources, targets = bundles[crossing.scope, crossing.ends, link.style, flip]
        key = " ".join(("trunk", *crossing.ends))
        if len(sources) <= min(len(targets), MAX_PORTS):
            key = f"from {link.src}"
        elif len(targets) <= MAX_PORTS:
            key = f"to {link.dst}"
        keys.append(f"{link.style}{' up' * flip} {key}")
    return keys


def _route(link: Link, crossing: _Crossing, key: str, flip: bool) -> Route:
    """The link's segments. It leaves a frame at the bottom and enters one at the top, unless flipped."""
    exit_side, entry_side = ("top", "bottom") if flip else ("bottom", "top")
    steps: list[tuple[str, Node, Node]] = []
    node = Node("box", link.src)
    for frame in crossing.leaving:
        steps.append((frame, node, Node(exit_side, key=key)))
        node = Node("frame", frame, key)
    meeting = len(steps)
    scope = crossing.scope
    for frame in crossing.entering:
        steps.append((scope, node, Node("frame", frame, key)))
        scope, node = frame, Node(entry_side, key=key)
    steps.append((scope, node, Node("box", link.dst)))
    return Route(
        tuple(
            (where, Segment(end, start, link.style, True) if flip else Segment(start, end, link.style, False))
            for where, start, end in steps
        ),
        meeting,
    )


def _scope(scope_id: str, children: Sequence[str], segments: tuple[Segment, ...]) -> Scope:
    tops = dict.fromkeys(segment.tail.key for segment in segments if segment.tail.kind == "top")
    bottoms = dict.fromkeys(segment.head.key for segment in segments if segment.head.kind == "bottom")
    return Scope(scope_id, tuple(children), segments, tuple(tops), tuple(bottoms))
