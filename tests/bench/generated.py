"""Name-scoped graphs of any size: stages of blocks of layers, ten ops to a layer, a chain with shortcuts."""

from __future__ import annotations

from graphlab.graph import Graph, GraphFacts, Group, Op, Tensor, build_graph

TYPES = ("Relu", "AddV2", "Tanh", "Mul", "Sigmoid", "Neg", "Exp", "Sub", "Abs", "Square")
BINARY = frozenset({"AddV2", "Mul", "Sub"})
PER_LAYER = len(TYPES)
LAYERS = 10  # in a block, and blocks in a stage
MATRIX = Tensor("float32", (None, 64))


def scoped_graph(count: int) -> Graph:
    """A graph of `count` ops beside its input."""
    groups: dict[str, Group] = {}
    ops = [Op("x", "Placeholder", outputs=(MATRIX,))]
    for number in range(count):
        path = _path(number)
        groups |= {group: Group(group, group.split("/")[-2]) for group in path if group not in groups}
        op_type = TYPES[number % PER_LAYER]
        inputs = [ops[-1].id] + ([ops[max(len(ops) - PER_LAYER // 2, 0)].id] if op_type in BINARY else [])
        reads = tuple((source, 0) for source in inputs)
        ops.append(Op(f"{path[-1]}{op_type.lower()}", op_type, path, reads, (MATRIX,)))
    return build_graph(
        ops, [], GraphFacts(name="scoped", kind="function", groups=groups, inputs=("x",), outputs=(ops[-1].id,))
    )


def _path(number: int) -> tuple[str, ...]:
    layer = number // PER_LAYER
    block, stage = layer // LAYERS, layer // LAYERS**2
    outer = f"stage_{stage}/"
    return outer, f"{outer}block_{block % LAYERS}/", f"{outer}block_{block % LAYERS}/layer_{layer % LAYERS}/"
