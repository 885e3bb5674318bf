"""What each group of a view holds: the graph's own groups, and those that only the view has, by what they gather."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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

    A group of the graph holds what the graph puts there. One that only this view has holds what the children do that it
    gathers: so what is in a scope is the sum of what is in its boxes.
    """
    gathered = _gathered(graph, paths)
    around = None
    if any(gathered.values()):
        around = {op.id: _around(graph, op.id, paths, groups, stands_for[op.id], gathered) for op in graph.ops()}
    totals = group_totals(graph, around)
    return {group_id: totals.get(group_id, GroupTotals()) for path in set(paths.values()) for group_id in path}


def _gathered(graph: Graph, paths: Mapping[str, Path]) -> Gathered:
    found: Gathered = {}
    for op_id, path in paths.items():
        found |= _steps(graph, path, op_id)
    return found


def _steps(graph: Graph, path: Path, op_id: str) -> Iterator[tuple[tuple[str, str], Path]]:
    """Each scope of the graph on the way to a shown op, with its child there and the view's own groups between."""
    own = [place for place, group_id in enumerate(path) if group_id in graph.groups]
    for start, end in pairwise((-1, *own, len(path))):
        yield (path[start] if start >= 0 else ROOT, (*path, op_id)[end]), path[start + 1 : end]


def _around(
    graph: Graph,
    op_id: str,
    paths: Mapping[str, Path],
    groups: Mapping[str, Group],
    shown: str,
    gathered: Gathered,
) -> Path:
    """All groups that an op counts for. One without a box counts where it is, with what stands for it where it can."""
    own = graph.op(op_id).path
    kept = [found for found in (paths[op_id] if op_id == shown else own) if found in groups and found in graph.groups]
    steps = pairwise((ROOT, *kept, shown))
    return (*own, *(group_id for step in steps for group_id in gathered.get(step, ())))
