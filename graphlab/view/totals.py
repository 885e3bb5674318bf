"""The totals of each group of a view: of the graph's own groups, and of those that only the view has."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from graphlab.explain import GroupTotals, group_totals
from graphlab.graph import Graph, Group

Path = tuple[str, ...]
Gathered = dict[tuple[str, str], Path]  # a scope of the graph and a child of it → the view's own groups between them

ROOT = ""


def totals_of_view(
    graph: Graph, paths: Mapping[str, Path], groups: Mapping[str, Group], stands_for: Mapping[str, str]
) -> dict[str, GroupTotals]:
    """The totals of the groups on these paths of shown ops.

    A group of the graph counts its own ops. A group that only this view has counts those of the children that it
    gathers, so that a scope's total is the sum over its boxes.
    """
    gathered = _gathered(graph, paths)
    around = None
    if any(gathered.values()):
        around = {op.id: _around(graph, op.id, paths, groups, stands_for[op.id], gathered) for op in graph.ops()}
    totals = group_totals(graph, around)
    if around is not None and graph.counts:
        for part, (numbers, trained) in _weights(graph, around, gathered).items():
            totals[part] = replace(totals[part], parameters=numbers, trainable_parameters=trained)
    return {group_id: totals.get(group_id, GroupTotals()) for path in set(paths.values()) for group_id in path}


def _weights(graph: Graph, around: Mapping[str, Path], gathered: Gathered) -> dict[str, tuple[int, int]]:
    """The parameters and trained parameters of the layers that each of the view's own groups gathers.

    A layer that is called several times counts once, as in Keras.
    """
    counts = graph.counts
    scopes = {part: scope for (scope, _), parts in gathered.items() for part in parts}
    parameter_counts: dict[str, dict[Hashable, tuple[int, int]]] = {part: {} for part in scopes}
    for op in graph.ops():
        for part in around[op.id][len(op.path) :]:
            scope = scopes[part]
            inside = op.path[op.path.index(scope) + 1 :] if scope else op.path
            layer = next((group_id for group_id in inside if group_id in counts), None)
            if layer is not None:
                parameter_counts[part][_called(graph.groups[layer])] = counts[layer]
            elif op.variable is not None:
                numbers = op.variable.parameters
                parameter_counts[part][op.id] = numbers, numbers if op.variable.trainable else 0
    return {
        part: (sum(a for a, _ in part_counts.values()), sum(b for _, b in part_counts.values()))
        for part, part_counts in parameter_counts.items()
    }


def _called(group: Group) -> Hashable:
    """A key that is the same for all calls of a layer in one scope."""
    return group.parent_id, group.label.partition(" (call ")[0], group.class_name


def _gathered(graph: Graph, paths: Mapping[str, Path]) -> Gathered:
    own = graph.groups.keys()
    mixed = {path for path in set(paths.values()) if not own >= set(path)}
    groups_between: Gathered = {}
    for op_id, path in paths.items():
        if path in mixed:
            groups_between |= _steps(graph, path, op_id)
    return groups_between


def _steps(graph: Graph, path: Path, op_id: str) -> Iterator[tuple[tuple[str, str], Path]]:
    """Each scope of the graph on the way to a shown op, with its child there and the view's own groups between."""
    own = [index for index, group_id in enumerate(path) if group_id in graph.groups]
    for start, end in pairwise((-1, *own, len(path))):
        yield (path[start] if start >= 0 else ROOT, (*path, op_id)[end]), path[start + 1 : end]


def _around(
    graph: Graph,
    op_id: str,
    paths: Mapping[str, Path],
    groups: Mapping[str, Group],
    stand_in: str,
    gathered: Gathered,
) -> Path:
    """All groups that count an op. An op without a box counts in its own group, with its representative if possible."""
    own = graph.op(op_id).path
    scopes = [
        scope for scope in (paths[op_id] if op_id == stand_in else own) if scope in groups and scope in graph.groups
    ]
    steps = pairwise((ROOT, *scopes, stand_in))
    return (*own, *(group_id for step in steps for group_id in gathered.get(step, ())))
