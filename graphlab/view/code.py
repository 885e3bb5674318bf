"""How much of the Python code's structure the quiet view keeps: a function is a group if the view would be too full."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from graphlab.graph import Graph

Path = tuple[str, ...]
Children = Mapping[str, Mapping[str, None]]
ROOM = 22  # boxes in a group that needs no division
FEW = 12  # boxes of a group that is divided: its smallest parts are dissolved up to this number


def without_groups(paths: Mapping[str, Path], dissolved: set[str]) -> dict[str, Path]:
    """The paths without these groups."""
    return {op_id: tuple(group_id for group_id in path if group_id not in dissolved) for op_id, path in paths.items()}


def needless_code(graph: Graph, paths: Mapping[str, Path]) -> set[str]:
    """The groups of kind code to dissolve, because the groups around them have room for their contents."""
    code = {group_id for group_id, group in graph.groups.items() if group.kind == "code"}
    children = _children(paths) if code else {}
    needless: set[str] = set()
    for group_id in [scope for scope in children if scope not in code]:
        waiting = [group_id]
        while waiting:
            rest, needless_inside = _divide(waiting.pop(), children, code)
            needless |= needless_inside
            waiting += rest
    return needless


def _children(paths: Mapping[str, Path]) -> dict[str, dict[str, None]]:
    """The groups and ops directly inside each group, in order; those at the root under ""."""
    children: dict[str, dict[str, None]] = defaultdict(dict)
    for op_id, path in paths.items():
        for parent, child in zip(("", *path), (*path, op_id), strict=True):
            children[parent][child] = None
    return children


def _divide(group_id: str, children: Children, code: set[str]) -> tuple[list[str], set[str]]:
    """The code groups that stay inside this group, and those dissolved: all if there is room, else the smallest."""
    everything = _inside(group_id, children, code)
    if sum(1 for child in everything if child not in code) <= ROOM:
        return [], everything & code
    inside = list(children[group_id])
    needless: set[str] = set()
    while True:
        rest = [child for child in inside if child in code]
        smallest = min(rest, key=lambda child: len(children[child]), default="")
        if not smallest or (len(inside) > 1 and len(inside) - 1 + len(children[smallest]) > FEW):
            return rest, needless
        index = inside.index(smallest)
        inside[index : index + 1] = children[smallest]
        needless.add(smallest)


def _inside(group_id: str, children: Children, code: set[str]) -> set[str]:
    """Everything below a group, down to ops and groups of other kinds."""
    members: set[str] = set()
    waiting = [group_id]
    while waiting:
        inside = children[waiting.pop()]
        members |= inside.keys()
        waiting += [child for child in inside if child in code]
    return members
