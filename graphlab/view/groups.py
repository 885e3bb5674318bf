"""The group tree of the quiet view: groups of one box dissolve, long runs of like siblings become one group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from graphlab.graph import Graph, Group

Path = tuple[str, ...]
LIKE_SIBLINGS = 16  # this many ops of one type beside each other ...
CROWDED = 40  # ... in a scope with more children than this are one group
MOST_CHILDREN = 250
PART = 100

_DISSOLVE = frozenset({"layer", "scope"})
_DISSOLVE_INSIDE = frozenset({"gradients", "metrics", "loss"})  # but not at the root


def thin_groups(graph: Graph, shown: Mapping[str, Path]) -> tuple[dict[str, Path], dict[str, Group], dict[str, str]]:
    """The paths of the shown ops, the groups left, and for each op that was alone in a group that group's label."""
    dissolved, alone = _dissolve(graph, shown)
    paths = {op_id: tuple(group_id for group_id in path if group_id not in dissolved) for op_id, path in shown.items()}
    used = {group_id for path in paths.values() for group_id in path}
    groups = {group_id: group for group_id, group in graph.groups.items() if group_id in used}
    return (*_gather_siblings(graph, paths, groups, alone), alone)


def _dissolve(graph: Graph, shown: Mapping[str, Path]) -> tuple[set[str], dict[str, str]]:
    """Groups that hold a single box: a layer of one op is drawn as that op, under the layer's name."""
    children: dict[str, set[str]] = defaultdict(set)
    for op_id, path in shown.items():
        for parent, child in zip(("", *path), (*path, op_id), strict=True):
            children[parent].add(child)
    dissolved: set[str] = set()
    alone: dict[str, str] = {}
    for group_id in sorted(children, key=lambda found: (-found.count("/"), found)):
        if not group_id or len(children[group_id]) != 1 or not _may_dissolve(graph.groups[group_id]):
            continue
        (child,) = children[group_id]
        group = graph.groups[group_id]
        if child in graph.groups and group.kind != "scope":
            continue
        dissolved.add(group_id)
        parent = next(found for found in children if group_id in children[found])
        children[parent] = children[parent] - {group_id} | {child}
        if child not in graph.groups and group.kind != "scope":
            alone.setdefault(child, group.label)
    return dissolved, alone


def _may_dissolve(group: Group) -> bool:
    return group.kind in _DISSOLVE or (group.kind in _DISSOLVE_INSIDE and bool(group.parent_id))


def _gather_siblings(
    graph: Graph, paths: dict[str, Path], groups: dict[str, Group], alone: Mapping[str, str]
) -> tuple[dict[str, Path], dict[str, Group]]:
    """Crowded scopes get a group for each long run of ops of one type, and are cut into parts where still too full.

    An op that is a whole layer stays where it is: the 49 Relu layers of a ResNet are its course, not clutter.
    """
    members: dict[str, list[str]] = defaultdict(list)
    for op_id, path in paths.items():
        for parent, child in zip(("", *path), (*path, op_id), strict=True):
            if not members[parent] or members[parent][-1] != child:
                members[parent].append(child)
    for parent, listed in list(members.items()):
        children = list(dict.fromkeys(listed))
        if len(children) > CROWDED:
            loose = [child for child in children if child in paths and child not in alone]
            _gather(graph, parent, children, loose, paths, groups)
    return paths, groups


def _gather(
    graph: Graph,
    parent: str,
    children: list[str],
    loose: list[str],
    paths: dict[str, Path],
    groups: dict[str, Group],
) -> None:
    by_type: dict[str, list[str]] = defaultdict(list)
    for child in loose:
        if graph.op(child).variable is None and graph.op(child).type != "Placeholder":
            by_type[graph.op(child).type].append(child)
    left = len(children)
    for op_type, ops in by_type.items():
        if len(ops) >= LIKE_SIBLINGS:
            label = f"{op_type} ×{len(ops)}"
            _move(label, parent, ops, paths, groups)
            if len(ops) > MOST_CHILDREN:
                _split(f"{parent}{label}/", ops, paths, groups)
            left -= len(ops) - 1
            children = [child for child in children if child not in set(ops)]
    if left > MOST_CHILDREN:
        _split(parent, children, paths, groups)


def _split(parent: str, children: list[str], paths: dict[str, Path], groups: dict[str, Group]) -> None:
    """Cut a group that is too full into parts, in order."""
    for start in range(0, len(children), PART):
        part = children[start : start + PART]
        _move(f"{start + 1}–{start + len(part)}", parent, part, paths, groups)


def _move(label: str, parent: str, children: list[str], paths: dict[str, Path], groups: dict[str, Group]) -> None:
    """Put these children of `parent` into a new group of their own."""
    group_id = f"{parent}{label}/"
    groups[group_id] = Group(group_id, label, "run")
    moved = set(children)
    for op_id, path in paths.items():
        if parent and parent not in path:
            continue
        depth = path.index(parent) + 1 if parent else 0
        if (path[depth] if len(path) > depth else op_id) in moved:
            paths[op_id] = (*path[:depth], group_id, *path[depth:])
