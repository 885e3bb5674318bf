"""The variables that ops inside loops, branches and called functions receive from outside."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from graphlab.graph import Body, Graph

End = tuple[str, int]
MAX_STEPS = 8  # ops that pass a value on; for people, the end of a longer chain is another value
_OUTSIDE: WeakKeyDictionary[Graph, Mapping[str, End]] = WeakKeyDictionary()


def argument_variables(graph: Graph) -> dict[str, str]:
    """The id of the variable behind each argument that represents a variable's handle in a body, by argument id."""
    outside: dict[str, str] = {}
    for body in graph.bodies:  # outer ones first
        inputs = graph.op(body.call).inputs[body.first_input :]
        for arg, (src, _) in zip(body.args[body.elements :], inputs, strict=False):
            if src in outside or graph.op(src).variable is not None:
                outside[arg] = outside.get(src, src)
    return outside


def variables_through_arguments(graph: Graph) -> dict[str, tuple[str, ...]]:
    """The ids of the variables that an op reads through arguments of its body, by op id."""
    outside = argument_variables(graph)
    if not outside:
        return {}
    read = {op.id: dict.fromkeys(outside[src] for src, _ in op.inputs if src in outside) for op in graph.ops()}
    return {op_id: tuple(variable_ids) for op_id, variable_ids in read.items() if variable_ids}


def unchanged_arguments(graph: Graph) -> Mapping[str, End]:
    """The outside value of each argument of a body, by its op; values that a loop changes are omitted."""
    if graph not in _OUTSIDE:
        _OUTSIDE[graph] = {arg: end for body in graph.bodies for arg, end in _unchanged(graph, body)}
    return _OUTSIDE[graph]


def _unchanged(graph: Graph, body: Body) -> list[tuple[str, End]]:
    pairs = list(zip(body.args[body.elements :], graph.op(body.call).inputs[body.first_input :], strict=False))
    if body.role == "condition":  # the loop's body determines which of its arguments change
        return []
    if body.role != "body":
        return pairs
    results = [_origin(graph, end) for end, _ in body.results]
    return [(arg, end) for index, (arg, end) in enumerate(pairs) if results[index : index + 1] == [arg]]


def _origin(graph: Graph, op_id: str) -> str:
    """The op whose value this one passes on."""
    for _ in range(MAX_STEPS):
        op = graph.op(op_id)
        if op.type != "Identity" or not op.inputs:
            break
        op_id = op.inputs[0][0]
    return op_id
