"""The group tree of the quiet view: groups of one box are dissolved, crowded ones are divided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from graphlab.graph import Graph, Group
from graphlab.graph.pieces import Edge
from graphlab.view.code import Path, needless_code, without_groups
from graphlab.view.crowded import divide_crowded

_WRAPPER = "signature_wrapper"  # prefix of TensorFlow's names for functions that only call the saved function
_DISSOLVE = frozenset({"layer", "scope", "code"})
_DISSOLVE_INSIDE = frozenset({"gradients", "metrics", "loss"})  # except at the root


def thin_groups(
    graph: Graph, shown_paths: Mapping[str, Path], edges: Sequence[Edge]
) -> tuple[dict[str, Path], dict[str, Group], dict[str, str]]:
    """The paths of the shown ops, the remaining groups, and for each op that was alone in a group that group's label.

    `edges` are those between shown ops: no inferred group joins the ends of a path that leaves it in between.
    """
    shown_paths = without_groups(shown_paths, needless_code(graph, shown_paths) | _signature_wrappers(graph))
    dissolved, alone = _dissolve(graph, shown_paths)
    paths = without_groups(shown_paths, dissolved)
    used = {group_id for path in paths.values() for group_id in path}
    groups = {group_id: group for group_id, group in graph.groups.items() if group_id in used}
    return (*divide_crowded(graph, paths, groups, alone, edges), alone)


def _signature_wrappers(graph: Graph) -> set[str]:
    """TensorFlow's wrapper functions around a saved model's signature, and the function that each one calls."""
    called = [group for group in graph.groups.values() if group.kind == "function"]
    wrappers = {group.id for group in called if group.label.startswith(_WRAPPER)}
    inside = [group.id for group in called if group.parent_id in wrappers]
    return wrappers | set(inside if len(inside) == 1 else [])


def _dissolve(graph: Graph, shown_paths: Mapping[str, Path]) -> tuple[set[str], dict[str, str]]:
    """Dissolve groups of a single box: a layer of one op is drawn as that op, under the layer's name."""
    children: dict[str, set[str]] = defaultdict(set)
    for op_id, path in shown_paths.items():
        for parent, child in zip(("", *path), (*path, op_id), strict=True):
            children[parent].add(child)
    parents = {child: parent for parent, inside in children.items() for child in inside & children.keys()}
    dissolved: set[str] = set()
    alone: dict[str, str] = {}
    for group_id in sorted(children, key=lambda scope: (-scope.count("/"), scope)):
        if not group_id or len(children[group_id]) != 1 or not _may_dissolve(graph.groups[group_id]):
            continue
        (child,) = children[group_id]
        group = graph.groups[group_id]
        if child in graph.groups and group.kind not in ("scope", "code"):
            continue
        dissolved.add(group_id)
        parents[child] = parent = parents[group_id]
        children[parent].discard(group_id)
        children[parent].add(child)
        if child not in graph.groups and group.kind not in ("scope", "code"):
            alone.setdefault(child, group.label)
    return dissolved, alone


def _may_dissolve(group: Group) -> bool:
    return group.kind in _DISSOLVE or (group.kind in _DISSOLVE_INSIDE and bool(group.parent_id))
