"""The boxes, frames and links that are visible for a set of open groups."""

from __future__ import annotations

from graphlab.view.fold import Folded
from graphlab.view.labels import box_of_group, box_of_op, frame_of_group
from graphlab.view.links import links_between
from graphlab.view.types import Box, Frame, Open, View


def view(folded: Folded, opened: Open) -> View:
    """What is visible when exactly these groups are open; ids that are no groups are passed over."""
    place: dict[str, str] = {}  # shown op → its visible box
    boxes: dict[str, Box] = {}
    frames: dict[str, Frame] = {}
    for op_id, path in folded.paths.items():
        parent = ""
        for depth, group_id in enumerate(path):
            if group_id not in opened:
                place[op_id] = group_id
                if group_id not in boxes:
                    boxes[group_id] = box_of_group(folded, group_id, parent, folded.totals[group_id])
                break
            if group_id not in frames:
                frames[group_id] = frame_of_group(folded, group_id, parent, depth, folded.totals[group_id])
            parent = group_id
        else:
            place[op_id] = op_id
            boxes[op_id] = box_of_op(folded, op_id, parent)
    return View(tuple(boxes.values()), tuple(frames.values()), links_between(folded, place))


def default_open(folded: Folded) -> Open:
    """The groups that are open at first: a group that is all there is at the root, each of several data sets."""
    opened: set[str] = set()
    if folded.graph.kind == "pipeline":
        return frozenset(group_id for group_id, group in folded.groups.items() if group.kind == "data")
    at_root = dict.fromkeys(path[0] for path in folded.paths.values() if path)
    loose = sum(1 for op_id, path in folded.paths.items() if not path and not _is_end(folded, op_id))
    while len(at_root) == 1 and not loose:
        (group_id,) = at_root
        if folded.groups[group_id].kind == "run":
            break
        opened.add(group_id)
        inside = [path[len(opened) :] for path in folded.paths.values() if group_id in path]
        at_root = dict.fromkeys(path[0] for path in inside if path)
        loose = sum(1 for path in inside if not path)
    return frozenset(opened)


def reveal(folded: Folded, op_or_group_id: str, opened: Open) -> tuple[Open, str] | None:
    """The open groups with those around the op or group added, and its box.

    None where the graph has no such id, or no op in that group.
    """
    if op_or_group_id in folded.groups:
        path = next(path for path in folded.paths.values() if op_or_group_id in path)
        return opened | set(path[: path.index(op_or_group_id)]), op_or_group_id
    shown = folded.stands_for.get(op_or_group_id)
    if shown is not None:
        return opened | set(folded.paths[shown]), shown
    group = folded.graph.groups.get(op_or_group_id)
    if group is None:
        return None
    # The group was dissolved or emptied in this level of detail: what stands for its first op stands for it.
    first = next((op.id for op in folded.graph.ops() if op_or_group_id in op.path), None)
    return None if first is None else reveal(folded, first, opened)


def _is_end(folded: Folded, op_id: str) -> bool:
    return op_id in folded.graph.input_ids or op_id in folded.graph.output_ids
