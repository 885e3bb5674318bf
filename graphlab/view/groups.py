"""The group tree of the quiet view: groups of one box dissolve, long runs of like siblings become one group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from graphlab.graph import Graph, Group
from graphlab.view.code import Path, needless_code, without_groups

LIKE_SIBLINGS = 16  # this many ops of one type beside each other ...
CROWDED = 40  # ... in a scope with more children than this are one group
MOST_CHILDREN = 250
PART = 100
LAYERS = 20  # groups in a part of a crowded optimizer

_WRAPPER = "signature_wrapper"  # how TensorFlow begins the name of what only calls the function that was saved
_DISSOLVE = frozenset({"layer", "scope", "code"})
_DISSOLVE_INSIDE = frozenset({"gradients", "metrics", "loss"})  # but not at the root


def thin_groups(graph: Graph, shown: Mapping[str, Path]) -> tuple[dict[str, Path], dict[str, Group], dict[str, str]]:
    """The paths of the shown ops, the groups left, and for each op that was alone in a group that group's label."""
    shown = without_groups(shown, needless_code(graph, shown) | _signature_wrappers(graph))
    dissolved, alone = _dissolve(graph, shown)
    paths = without_groups(shown, dissolved)
    used = {group_id for path in paths.values() for group_id in path}
    groups = {group_id: group for group_id, group in graph.groups.items() if group_id in used}
    return (*_gather_siblings(graph, paths, groups, alone), alone)


def _signature_wrappers(graph: Graph) -> set[str]:
    """The functions that TensorFlow puts around a saved model's signature, and the only one that such a one calls."""
    called = [group for group in graph.groups.values() if group.kind == "function"]
    wrappers = {group.id for group in called if group.label.startswith(_WRAPPER)}
    inside = [group.id for group in called if group.parent_id in wrappers]
    return wrappers | set(inside if len(inside) == 1 else [])


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
        if child in graph.groups and group.kind not in ("scope", "code"):
            continue
        dissolved.add(group_id)
        parent = next(found for found in children if group_id in children[found])
        children[parent] = children[parent] - {group_id} | {child}
        if child not in graph.groups and group.kind not in ("scope", "code"):
            alone.setdefault(child, group.label)
    return dissolved, alone


def _may_dissolve(group: Group) -> bool:
    return group.kind in _DISSOLVE or (group.kind in _DISSOLVE_INSIDE and bool(group.parent_id))


def _gather_siblings(
    graph: Graph, paths: dict[str, Path], groups: dict[str, Group], alone: Mapping[str, str]
) -> tuple[dict[str, Path], dict[str, Group]]:
    """Crowded scopes get a group for each long run of like children, and are cut into parts where still too full."""
    members: dict[str, list[str]] = defaultdict(list)
    for op_id, path in paths.items():
        for parent, child in zip(("", *path), (*path, op_id), strict=True):
            if not members[parent] or members[parent][-1] != child:
                members[parent].append(child)
    for parent, listed in list(members.items()):
        children = list(dict.fromkeys(listed))
        if len(children) > CROWDED and parent and groups[parent].kind == "optimizer":
            _split_layers(parent, [child for child in children if child in groups], paths, groups)
        elif len(children) > CROWDED:
            likeness = {child: _likeness(graph, child, groups, alone) for child in children}
            _gather(parent, likeness, paths, groups)
    return paths, groups


def _likeness(graph: Graph, child: str, groups: Mapping[str, Group], alone: Mapping[str, str]) -> str:
    """What like siblings have in common: an op type, or the layer that is called again; "" for what stays as it is.

    An op that is a whole layer stays: the 49 Relu layers of a ResNet are its course, not clutter.
    """
    layer = groups[child].label if child in groups and groups[child].kind == "layer" else alone.get(child, "")
    if layer or child in groups:
        return layer.partition(" (call ")[0]
    op = graph.op(child)
    return "" if op.variable is not None or op.type == "Placeholder" else op.type


def _gather(parent: str, likeness: Mapping[str, str], paths: dict[str, Path], groups: dict[str, Group]) -> None:
    runs: dict[str, list[str]] = defaultdict(list)
    for child, common in likeness.items():
        runs[common].append(child)
    left = list(likeness)
    for common, children in runs.items():
        if common and len(children) >= LIKE_SIBLINGS:
            label = f"{common} ×{len(children)}"
            _move(label, parent, children, paths, groups)
            if len(children) > MOST_CHILDREN:
                _split(f"{parent}{label}/", children, paths, groups)
            left = [child for child in left if likeness[child] != common]
    if len(left) > MOST_CHILDREN:
        _split(parent, left, paths, groups)


def _split(parent: str, children: list[str], paths: dict[str, Path], groups: dict[str, Group]) -> None:
    """Cut a group that is too full into parts, in order."""
    for start in range(0, len(children), PART):
        part = children[start : start + PART]
        _move(f"{start + 1}–{start + len(part)}", parent, part, paths, groups)


def _split_layers(parent: str, children: list[str], paths: dict[str, Path], groups: dict[str, Group]) -> None:
    """Cut the layers that an optimizer updates into parts, in their order, by the names of the first and the last."""
    for start in range(0, len(children), LAYERS):
        part = children[start : start + LAYERS]
        ends = dict.fromkeys((groups[part[0]].label, groups[part[-1]].label))
        _move(" … ".join(ends), parent, part, paths, groups)


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
