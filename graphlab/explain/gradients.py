"""Which input of a forward op a gradient op belongs to, derived from types and shared inputs alone."""

from __future__ import annotations

from graphlab.explain.facts import find_variable
from graphlab.explain.wording import role, short_name
from graphlab.graph import Graph, Op

# Ops that compute the gradient for one fixed input of their forward op.
FIXED_PORTS = {
    "BiasAddGrad": 1,
    "Conv2DBackpropInput": 0,
    "Conv2DBackpropFilter": 1,
    "Conv3DBackpropInputV2": 0,
    "Conv3DBackpropFilterV2": 1,
    "DepthwiseConv2dNativeBackpropInput": 0,
    "DepthwiseConv2dNativeBackpropFilter": 1,
}
# y = a ∘ b: the gradient for b uses a, and vice versa.
PRODUCTS = frozenset({"MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Mul"})


def gradient_port(graph: Graph, op: Op, forward: Op) -> int | None:
    """The input of `forward` whose whole gradient `op` computes; None if unknown."""
    port = FIXED_PORTS.get(op.type)
    if port is None and op.type == f"{forward.type.removesuffix('V2')}Grad":
        port = 0
    if port is None and op.type == forward.type and op.type in PRODUCTS:
        port = _product_port(graph, op, forward)
    return port if port is not None and port < len(forward.inputs) else None


def input_words(graph: Graph, forward: Op, port: int) -> str:
    """A readable name for an input of an op: "weights", "bias", "variable `w`", "input", "second input"."""
    variable = find_variable(graph, forward.inputs[port][0])
    if variable is not None:
        variable_role = role(variable)
        return f"variable `{short_name(variable)}`" if variable_role == "variable" else variable_role
    others = [src for other, (src, _) in enumerate(forward.inputs) if other != port]
    if all(graph.op(src).type == "Const" or find_variable(graph, src) is not None for src in others):
        return "input"
    return ("first", "second", "third")[port] + " input" if port < 3 else f"input {port}"


def is_share(graph: Graph, op: Op) -> bool:
    """Whether the gradient that an op computes is one of several that have yet to be summed."""
    readers = (graph.op(dst) for _, dst, data in graph.out_edges(op.id, data=True) if not data["control"])
    return any(reader.type == "AddN" for reader in readers)


def in_loop(graph: Graph, op: Op) -> bool:
    """Whether an op runs once in each iteration of a loop."""
    loops = {body.group for body in graph.bodies if body.role == "body"}
    return not loops.isdisjoint(op.path)


def _product_port(graph: Graph, op: Op, forward: Op) -> int | None:
    uses_left, uses_right = (forward.inputs[port] in op.inputs for port in (0, 1))
    if uses_left == uses_right:
        return None
    port = 1 if uses_left else 0
    src, src_port = forward.inputs[port]
    # If the input was broadcast, the sum over the copies is still to come.
    return port if graph.op(src).outputs[src_port].shape == op.outputs[0].shape else None
