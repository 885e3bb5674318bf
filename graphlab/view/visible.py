"""The boxes, frames and links that are visible for a set of open groups."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace

from graphlab.view.focus import stubs
from graphlab.view.fold import Folded
from graphlab.view.labels import box_of, frame_of_group
from graphlab.view.nest import ROOT, Nest, nest_of
from graphlab.view.readouts import readout_of
from graphlab.view.types import Box, Open, View


def view(
    folded: Folded,
    opened: Open,
    *,
    focus: str = ROOT,
    hidden: frozenset[str] = frozenset(),
    readouts: bool = False,
) -> View:
    """What is visible when exactly these groups are open; ids that are not groups are ignored.

    `focus` is a group that is shown as the whole picture: what crosses its border ends at stubs. The boxes in `hidden`
    (closed groups or ops) are left out with their links; the boxes linked with them count them, and so does the
    closed group around them. With `readouts`, boxes have room for values. The cost depends only on what is visible,
    however large the graph is.
    """
    nest = nest_of(folded)
    opened = with_focus(folded, opened, focus) - hidden.difference(_around_and(nest, focus))
    scopes = dict(nest.open_scopes(opened, focus))
    frames = [
        frame_of_group(folded, scope, _parent(nest.parents[scope], focus), depth, folded.totals[scope])
        for scope, depth in scopes.items()
        if scope != focus
    ]
    boxes = [
        box_of(folded, child, _parent(scope, focus))
        for scope in scopes
        for child in nest.children[scope]
        if child not in opened
    ]
    boxes.sort(key=lambda box: nest.places[box.id])
    links = list(nest.links(scopes, opened))
    if focus != ROOT:
        incoming, outgoing, crossing = stubs(folded, focus, opened)
        boxes, links = [*incoming, *boxes, *outgoing], [*links, *crossing]
    frames.sort(key=lambda frame: (nest.places[frame.id], frame.depth))
    if readouts:
        boxes = [box if box.leads_to else replace(box, readout=readout_of(folded, box.id)) for box in boxes]
    full_view = View(tuple(boxes), tuple(frames), tuple(links))
    return _with_holders(_without(full_view, hidden), _holders(nest, opened, hidden)) if hidden else full_view


def with_focus(folded: Folded, opened: Open, focus: str) -> Open:
    """The groups that are open in a focus, including the focus and those around it."""
    nest = nest_of(folded)
    return _around_and(nest, focus).union(opened & nest.children.keys())


def _around_and(nest: Nest, focus: str) -> Open:
    return frozenset() if focus == ROOT else frozenset({focus, *nest.around(focus)})


def _parent(scope: str, focus: str) -> str:
    """The frame of a scope's children; the focus has none."""
    return ROOT if scope == focus else scope


def _without(full_view: View, hidden: frozenset[str]) -> View:
    """The view without the hidden boxes and their links; the boxes at the links' other ends count them.

    A stub disappears with the last of its links.
    """
    hidden_ids = {box.id for box in full_view.boxes} & hidden
    if not hidden_ids:
        return full_view
    beside: dict[str, set[str]] = defaultdict(set)
    for link in full_view.links:
        beside[link.src] |= {link.dst} & hidden_ids
        beside[link.dst] |= {link.src} & hidden_ids
    links = tuple(link for link in full_view.links if link.src not in hidden_ids and link.dst not in hidden_ids)
    linked = {end for link in links for end in (link.src, link.dst)}
    boxes = (box for box in full_view.boxes if box.id not in hidden_ids and (box.kind != "stub" or box.id in linked))
    return View(tuple(replace(box, hidden=len(beside[box.id])) for box in boxes), full_view.frames, links)


def _holders(nest: Nest, opened: Open, hidden: frozenset[str]) -> Counter[str]:
    """The number of hidden boxes in each closed group; boxes inside a hidden group do not count themselves."""
    around = (tuple(nest.around(child)) for child in hidden if child in nest.parents)
    outermost = (groups for groups in around if hidden.isdisjoint(groups))
    holders = (next((group for group in reversed(groups) if group not in opened), ROOT) for groups in outermost)
    return Counter(holder for holder in holders if holder != ROOT)


def _with_holders(reduced_view: View, holders: Counter[str]) -> View:
    """The view with the number of hidden boxes on its closed groups."""
    if not holders:
        return reduced_view
    return replace(reduced_view, boxes=tuple(replace(box, hides=holders[box.id]) for box in reduced_view.boxes))


def count_boxes(folded: Folded, opened: Open, focus: str = ROOT) -> int:
    """How many boxes there are when exactly these groups are open; stubs do not count."""
    nest = nest_of(folded)
    scopes = [scope for scope, _ in nest.open_scopes(with_focus(folded, opened, focus), focus)]
    return sum(len(nest.children[scope]) for scope in scopes) - (len(scopes) - 1)  # an open group is not a box


def children_of(folded: Folded, scope: str) -> list[Box]:
    """The boxes of the children of a group, or of the graph (""), in order; none for other ids."""
    return [box_of(folded, child, scope) for child in nest_of(folded).children.get(scope, ())]


def visible_in(folded: Folded, opened: Open) -> Iterator[str]:
    """The ids of the boxes and frames that are visible when exactly these groups are open."""
    return nest_of(folded).visible_ids(opened)


def default_open(folded: Folded) -> Open:
    """The groups that are open at first: a group that is alone at the root, and each of several datasets."""
    if folded.graph.kind == "pipeline":
        return frozenset(group_id for group_id, group in folded.groups.items() if group.kind == "data")
    children = nest_of(folded).children
    opened: list[str] = []
    inside = [child for child in children[ROOT] if not _is_edge(folded, child)]
    while len(inside) == 1 and inside[0] in folded.groups and folded.groups[inside[0]].kind != "run":
        opened += inside
        inside = list(children[inside[0]])
    return frozenset(opened)


def _is_edge(folded: Folded, child: str) -> bool:
    """Whether a child of the root only passes values in or out; among all ops, also the ops that accompany those."""
    graph = folded.graph
    if child in folded.groups:
        return False
    along = not folded.quiet and (graph.op(child).variable is not None or graph.op(child).type in ("NoOp", "Identity"))
    return along or child in graph.input_ids or child in graph.output_ids


def reveal(folded: Folded, op_or_group_id: str, opened: Open) -> tuple[Open, str] | None:
    """The open groups plus those around the op or group, and its box.

    None if the graph has no such id, or the group has no ops.
    """
    if op_or_group_id in folded.groups:
        return opened | set(nest_of(folded).around(op_or_group_id)), op_or_group_id
    stand_in = folded.stands_for.get(op_or_group_id)
    if stand_in is not None:
        return opened | set(folded.paths[stand_in]), stand_in
    group = folded.graph.groups.get(op_or_group_id)
    if group is None:
        return None
    # The group was dissolved or emptied in this level of detail: use the box of its first op.
    first = next((op.id for op in folded.graph.ops() if op_or_group_id in op.path), None)
    return None if first is None else reveal(folded, first, opened)
