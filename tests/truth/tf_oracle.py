"""TensorFlow's data about a traced function, against the Graph: ops, edges, tensors, with every called function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from graphlab.graph import Graph

_CALLS = {
    "PartitionedCall": ("f",),
    "StatefulPartitionedCall": ("f",),
    "While": ("cond", "body"),
    "StatelessWhile": ("cond", "body"),
    "If": ("then_branch", "else_branch"),
    "StatelessIf": ("then_branch", "else_branch"),
    "Case": ("branches",),
    "StatelessCase": ("branches",),
}


def against_tensorflow(graph: Graph, func_graph: Any) -> Iterator[str]:
    """What differs between the Graph and the FuncGraph, in words."""
    top = {op.name: op for op in func_graph.get_operations()}
    for name, op in top.items():
        if name not in graph:
            yield f"op {name} of TensorFlow's graph is missing"
            continue
        mine = graph.op(name)
        if mine.type != op.type:
            yield f"op {name} has type {mine.type}, not {op.type}"
        inputs = tuple((tensor.op.name, tensor.value_index) for tensor in op.inputs)
        if mine.inputs != inputs:
            yield f"op {name} reads {mine.inputs}, not {inputs}"
        controls = {source for source, _, data in graph.in_edges(name, data=True) if data["control"]}
        if controls != {source.name for source in op.control_inputs}:
            yield f"op {name} waits for {sorted(controls)}, not {sorted(one.name for one in op.control_inputs)}"
        outputs = [(tensor.dtype.name, _sizes(tensor)) for tensor in op.outputs]
        told = [(tensor.dtype, tensor.shape) for tensor in mine.outputs]
        # A Graph may know more than TensorFlow: the shape of what has no rank there.
        known = [
            (dtype, ours if theirs is None else theirs)
            for (_, ours), (dtype, theirs) in zip(told, outputs, strict=False)
        ]
        if told != known or len(told) != len(outputs):
            yield f"op {name} gives {told}, not {outputs}"
    expected = Counter(_expanded(func_graph))
    found = Counter(op.type for op in graph.ops())
    if expected != found:
        yield f"ops by type: missing {dict(expected - found)}, too many {dict(found - expected)}"


def _sizes(tensor: Any) -> tuple[int | None, ...] | None:
    return None if tensor.shape.rank is None else tuple(tensor.shape.as_list())


def _expanded(func_graph: Any) -> Iterator[str]:
    """The type of every op, those of called functions once for each call; a recursion is entered once."""
    library = {function.signature.name: function for function in func_graph.as_graph_def().library.function}
    waiting: list[tuple[str, tuple[str, ...]]] = []
    for op in func_graph.get_operations():
        yield op.type
        waiting += [(name, ()) for name in _called(op.node_def)]
    while waiting:
        name, chain = waiting.pop()
        if name in chain or name not in library:
            continue
        function = library[name]
        yield from ("Placeholder" for _ in function.signature.input_arg)
        for node in function.node_def:
            yield node.op
            waiting += [(called, (*chain, name)) for called in _called(node)]


def _called(node: Any) -> list[str]:
    found: list[str] = []
    for attr in _CALLS.get(node.op, ()):
        value = node.attr[attr]
        found += [one.name for one in value.list.func] or [value.func.name]
    return found
