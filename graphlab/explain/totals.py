"""The totals of each group: ops, variables, parameters, problems. Independent of words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from graphlab.explain.body_arguments import argument_variables, variables_through_arguments
from graphlab.explain.facts import find_variable
from graphlab.explain.families import family
from graphlab.graph import LAYERS, Graph, Op

READERS = frozenset({"ReadVariableOp", "VariableShape", "VarIsInitializedOp", "ResourceGather", "ResourceGatherNd"})
Path = tuple[str, ...]  # the ids of the groups around an op
# (ops, variables, parameters, trainable parameters, problems)
Totals = tuple[int, int, int, int, int]
NOTHING: Totals = (0, 0, 0, 0, 0)


@dataclass(frozen=True)
class GroupTotals:
    """What a group contains, including its subgroups.

    `parameters` counts the numbers in its `variables`; for a layer, also in those passed in by an enclosing loop or
    branch. If the graph records a layer's count, it is that one, whether the weights are read or not.
    `trainable_parameters` counts those that training changes, or all of them if the graph does not say which. `updated`
    counts the trainable variables that its ops write; for the outermost gradients group, those that the whole graph
    writes. `problems` counts the ops with a problem.
    """

    ops: int = 0
    variables: int = 0
    parameters: int = 0
    trainable_parameters: int = 0
    updated: int = 0
    problems: int = 0


def group_totals(graph: Graph, around: Mapping[str, Path] | None = None) -> dict[str, GroupTotals]:
    """The totals of every group that contains an op or is known to the graph, in one pass over the ops.

    `around` adds groups around each op to those of the graph.
    """
    held_at: dict[Path, Totals] = {}
    written_variables: defaultdict[str, set[str]] = defaultdict(set)
    all_written: set[str] = set()
    outside = argument_variables(graph)
    tells = graph.tells_training
    for op in graph.ops():
        path = around[op.id] if around else op.path
        held_at[path] = _sum(held_at.get(path, NOTHING), _totals_of(op, tells=tells))
        if target := _written_variable(graph, op, outside):
            all_written |= target
            for group_id in path:
                written_variables[group_id] |= target
    counts: dict[str, Totals] = dict.fromkeys(graph.groups, NOTHING)
    for path, subtotal in held_at.items():
        for group_id in path:
            counts[group_id] = _sum(counts.get(group_id, NOTHING), subtotal)
    for group_id, variable_id in _variables_from_outside(graph, around):
        counts[group_id] = _sum(counts[group_id], (0, *_totals_of(graph.op(variable_id), tells=tells)[1:]))
    for group_id, group in graph.groups.items():
        parent = graph.groups.get(group.parent_id)
        if group.kind == "gradients" and (parent is None or parent.kind != "gradients"):
            written_variables[group_id] = all_written
    keras_counts = graph.counts
    return {
        group_id: GroupTotals(
            *total[:2], *keras_counts.get(group_id, total[2:4]), len(written_variables.get(group_id, ())), total[4]
        )
        for group_id, total in counts.items()
    }


def _variables_from_outside(graph: Graph, around: Mapping[str, Path] | None) -> set[tuple[str, str]]:
    """(group, outside variable that a layer in it reads through the enclosing call), each once.

    That is a layer's own group, or a group that gathers such layers and is not in the graph.
    """
    return {
        (group_id, variable_id)
        for op_id, variable_ids in variables_through_arguments(graph).items()
        for group_id in (around[op_id] if around else graph.op(op_id).path)
        for variable_id in variable_ids
        if _takes_weights(graph, group_id, op_id)
        and group_id not in (around[variable_id] if around else graph.op(variable_id).path)
    }


def _takes_weights(graph: Graph, group_id: str, op_id: str) -> bool:
    """Whether a group is a layer, or gathers layers that contain an op."""
    group = graph.groups.get(group_id)
    return group.kind in LAYERS if group else graph.op(op_id).layer is not None


def _totals_of(op: Op, *, tells: bool) -> Totals:
    """What one op adds to its groups; `tells`: whether the graph records what is trained."""
    problems = 1 if op.problem else 0
    if op.variable is None:
        return (1, 0, 0, 0, problems)
    numbers = op.variable.parameters
    return (1, 1, numbers, numbers if op.variable.trainable or not tells else 0, problems)


def _sum(a: Totals, b: Totals) -> Totals:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4]


def _written_variable(graph: Graph, op: Op, outside: Mapping[str, str]) -> set[str]:
    """The name of the trainable variable an op writes, as a set of one or none."""
    writes = family(op.type) in ("variable", "optimizer") and op.type not in READERS
    handle = op.inputs[0][0] if writes and op.inputs else ""
    variable = find_variable(graph, outside.get(handle, handle)) if handle else None
    return {variable.name} if variable is not None and variable.trainable else set()
