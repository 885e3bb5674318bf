"""How many ops and edges TensorFlow's own graph definition contains, counting a function's body at every call."""

from __future__ import annotations

from typing import Any


def tf_counts(concrete: Any) -> tuple[int, int]:
    """(ops, edges) of a ConcreteFunction and of the functions that its ops call, once for each call."""
    definition = concrete.graph.as_graph_def()
    library = {function.signature.name: function for function in definition.library.function}
    ops = edges = 0
    waiting: list[tuple[Any, int]] = [(definition.node, 0)]
    while waiting:
        nodes, arguments = waiting.pop()
        ops += len(nodes) + arguments
        edges += sum(len(node.input) for node in nodes)
        for node in nodes:
            for name in _called(node):
                waiting.append((library[name].node_def, len(library[name].signature.input_arg)))
    return ops, edges


def _called(node: Any) -> list[str]:
    """The functions that a node calls; a gradient function's name is not a call."""
    found = []
    for name, value in node.attr.items():
        if name.startswith("_"):
            continue
        if value.HasField("func"):
            found.append(value.func.name)
        found += [function.name for function in value.list.func]
    return found
