"""What training does to each trainable variable: where its gradient, its slots and its update are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graphlab.graph import Graph, Op

_WRITERS = ("Assign", "ResourceApply", "ResourceSparseApply", "ResourceScatter")
_COPIES = frozenset({"Identity", "IdentityN"})

Ids = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Trained:
    """For each variable (by its op), the ops at the end of its gradient, its slots, the ops that write it; and back."""

    gradients: Ids = field(default_factory=dict)
    slots: Ids = field(default_factory=dict)
    updates: Ids = field(default_factory=dict)
    variable_of: Mapping[str, str] = field(default_factory=dict)


def trained(graph: Graph) -> Trained:
    """What a train step does to the variables for which its optimizer has a group."""
    names = {op.variable.name: op.id for op in graph.ops() if op.variable}
    groups = {
        group_id: names[str(group.settings.get("variable"))]
        for group_id, group in graph.groups.items()
        if group.kind == "update" and group.settings.get("variable") in names
    }
    passed = _passed(graph) if groups else {}
    by_kind: dict[str, dict[str, dict[str, None]]] = {
        kind: defaultdict(dict) for kind in ("gradients", "slots", "updates")
    }
    variable_of: dict[str, str] = {}
    for op in graph.ops() if groups else ():
        variable = next((groups[group_id] for group_id in op.path if group_id in groups), "")
        if not variable or op.id == variable:
            continue
        for kind, op_id in _parts(graph, op, variable, passed):
            by_kind[kind][variable][op_id] = None
            variable_of[op_id] = variable
    ids = {kind: {variable: tuple(ops) for variable, ops in by.items()} for kind, by in by_kind.items()}
    return Trained(**ids, variable_of=variable_of)


def _parts(
    graph: Graph, op: Op, variable: str, passed: Mapping[tuple[str, int], tuple[str, int]]
) -> Iterator[tuple[str, str]]:
    """The role of an op in the group of a variable's update: (a field of Trained, op id)."""
    if op.variable is not None:
        yield "slots", op.id
    ends = [_source(end, passed) for end in op.inputs]
    if op.type.startswith(_WRITERS) and ends and ends[0][0] == variable:
        yield "updates", op.id
    for src, _ in ends:
        source = graph.op(src)
        outside = not any(graph.groups[group_id].kind == "optimizer" for group_id in source.path)
        if outside and source.variable is None and source.path:
            yield "gradients", src


def _passed(graph: Graph) -> dict[tuple[str, int], tuple[str, int]]:
    """What copies and the arguments of called functions stand for."""
    origins = {(op.id, port): end for op in graph.ops() if op.type in _COPIES for port, end in enumerate(op.inputs)}
    for body in graph.bodies:
        ends = graph.op(body.call).inputs[body.first_input :]
        origins |= {(argument, 0): end for argument, end in zip(body.args[body.elements :], ends, strict=False)}
    return origins


def _source(end: tuple[str, int], passed: Mapping[tuple[str, int], tuple[str, int]]) -> tuple[str, int]:
    seen_ends = {end}
    while end in passed and passed[end] not in seen_ends:
        end = passed[end]
        seen_ends.add(end)
    return end
