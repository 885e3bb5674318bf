"""The boxes, frames and links that are visible for a set of open groups."""

from __future__ import annotations

from graphlab.view.fold import Folded
from graphlab.view.labels import box_of, frame_of_group
from graphlab.view.nest import ROOT, nest_of
from graphlab.view.types import Open, View


def view(folded: Folded, opened: Open) -> View:
    """What is visible when exactly these groups are open; ids that are no groups are passed over.

    It costs what is visible, however large the graph is.
    """
    nest = nest_of(folded)
    opened = opened & nest.children.keys()
    scopes = dict(nest.open_scopes(opened))
    frames = [
        frame_of_group(folded, scope, nest.parents[scope], depth, folded.totals[scope])
        for scope, depth in scopes.items()
        if scope != ROOT
    ]
    boxes = [box_of(folded, child, scope) for scope in scopes for child in nest.children[scope] if child not in opened]
    return View(
        tuple(sorted(boxes, key=lambda box: nest.places[box.id])),
        tuple(sorted(frames, key=lambda frame: (nest.places[frame.id], frame.depth))),
        tuple(nest.links(scopes, opened)),
    )


def count_boxes(folded: Folded, opened: Open) -> int:
    """How many boxes there are when exactly these groups are open."""
    nest = nest_of(folded)
    scopes = [scope for scope, _ in nest.open_scopes(opened & nest.children.keys())]
    return sum(len(nest.children[scope]) for scope in scopes) - (len(scopes) - 1)  # an open group is no box


def place_of(folded: Folded, op_id: str, opened: Open) -> str:
    """The box in which an op is seen while these groups are open."""
    return nest_of(folded).visible(op_id, opened)


def default_open(folded: Folded) -> Open:
    """The groups that are open at first: a group that is all there is at the root, each of several data sets."""
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
    """Whether what is at the root only hands values in or out; among all ops also what goes along with those."""
    graph = folded.graph
    if child in folded.groups:
        return False
    along = not folded.quiet and (graph.op(child).variable is not None or graph.op(child).type in ("NoOp", "Identity"))
    return along or child in graph.input_ids or child in graph.output_ids


def reveal(folded: Folded, op_or_group_id: str, opened: Open) -> tuple[Open, str] | None:
    """The open groups with those around the op or group added, and its box.

    None where the graph has no such id, or no op in that group.
    """
    if op_or_group_id in folded.groups:
        return opened | set(nest_of(folded).around(op_or_group_id)), op_or_group_id
    shown = folded.stands_for.get(op_or_group_id)
    if shown is not None:
        return opened | set(folded.paths[shown]), shown
    group = folded.graph.groups.get(op_or_group_id)
    if group is None:
        return None
    # The group was dissolved or emptied in this level of detail: what stands for its first op stands for it.
    first = next((op.id for op in folded.graph.ops() if op_or_group_id in op.path), None)
    return None if first is None else reveal(folded, first, opened)
