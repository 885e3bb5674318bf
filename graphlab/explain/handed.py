"""The variables that ops inside loops, branches and called functions get from outside."""

from __future__ import annotations

from graphlab.graph import Graph


def handed_in(graph: Graph) -> dict[str, str]:
    """The id of the variable behind each argument of a body that stands for one's handle, by the argument's id."""
    outside: dict[str, str] = {}
    for body in graph.bodies:  # outer ones first
        inputs = graph.op(body.call).inputs[body.first_input :]
        for arg, (src, _) in zip(body.args[body.elements :], inputs, strict=False):
            if src in outside or graph.op(src).variable is not None:
                outside[arg] = outside.get(src, src)
    return outside


def handed_variables(graph: Graph) -> dict[str, tuple[str, ...]]:
    """The ids of the variables that an op reads as arguments of the body it is in, by the op's id."""
    outside = handed_in(graph)
    if not outside:
        return {}
    read = {op.id: dict.fromkeys(outside[src] for src, _ in op.inputs if src in outside) for op in graph.ops()}
    return {op_id: tuple(variable_ids) for op_id, variable_ids in read.items() if variable_ids}
