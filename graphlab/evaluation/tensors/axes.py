"""The names of a tensor's axes where the graph shows them: batch, height, channel, neuron."""

from __future__ import annotations

from collections.abc import Mapping

from graphlab.evaluation.cells import activations, binary
from graphlab.graph import Graph, Op

IMAGE = ("batch", "height", "width", "channel")
IMAGE_CHANNELS_FIRST = ("batch", "channel", "height", "width")
KERNEL = ("kernel height", "kernel width", "input channel", "output channel")
MOST_STEPS = 200  # back along ops that keep the axes
IMAGE_OPS = frozenset(
    ("Conv2D", "DepthwiseConv2dNative", "MaxPool", "AvgPool", "FusedBatchNormV3", "Conv2DBackpropInput")
)
KEEPS_AXES = frozenset(
    (*activations.FAMILIES, *binary.FAMILIES, "Identity", "Cast", "StopGradient", "Softmax", "Pad", "PadV2")
)
COLOURS = (1, 3, 4)  # channels of pictures
# Op type and port that a variable is read at → the names of the variable's axes, by rank.
WEIGHTS: Mapping[tuple[str, int], Mapping[int, tuple[str, ...]]] = {
    ("Conv2D", 1): {4: KERNEL},
    ("DepthwiseConv2dNative", 1): {4: ("kernel height", "kernel width", "channel", "multiplier")},
    ("MatMul", 1): {2: ("input", "neuron")},
    ("BatchMatMulV2", 1): {2: ("input", "neuron")},
    ("BiasAdd", 1): {1: ("channel",)},
    ("GatherV2", 0): {2: ("row", "feature")},
}


def axis_names(graph: Graph, op_id: str, rank: int, output: int = 0) -> tuple[str, ...]:
    """A name for each axis of an op's output, "" where it is not known."""
    op: Op | None = graph.op(op_id)
    for _ in range(MOST_STEPS):
        if op is None:
            break
        names = _own_names(graph, op, rank, output)
        if len(names) == rank:
            return names
        op, output = _before(graph, op, rank), 0
    return ("",) * rank


def _own_names(graph: Graph, op: Op, rank: int, output: int) -> tuple[str, ...]:
    """The names that an op's type shows; () if it does not."""
    layer = op.layer.class_name if op.layer else ""
    if op.type in ("ReadVariableOp", "VarHandleOp") or op.variable:
        return _weight_names(graph, op, rank)
    if op.type == "Softmax" and layer == "MultiHeadAttention" and rank == 4:
        return ("batch", "head", "query", "key")
    if op.type in IMAGE_OPS and rank == 4:
        return IMAGE_CHANNELS_FIRST if str(op.attrs.get("data_format", "")).startswith("NC") else IMAGE
    if op.type == "FusedBatchNormV3" and rank == 1 and output:
        return ("channel",)
    if op.type == "MatMul" and rank == 2:
        return ("batch", "neuron")
    if op.type in ("GatherV2", "ResourceGather") and layer == "Embedding":
        return ("batch", "position", "feature") if rank == 3 else ("batch", "feature") if rank == 2 else ()
    if op.type.endswith("CrossEntropyWithLogits"):
        return ("batch",) if rank == 1 else ("batch", "class")
    if op.type == "Reshape" and layer == "Flatten" and rank == 2:
        return ("batch", "feature")
    return _input_names(op, rank)


def _input_names(op: Op, rank: int) -> tuple[str, ...]:
    shape = op.outputs[0].shape if op.outputs else None
    if op.type != "Placeholder" or shape is None or len(shape) != rank:
        return ()
    if rank == 4 and shape[3] in COLOURS:
        return IMAGE
    if rank == 2:
        return ("batch", "feature")
    return ()


def _weight_names(graph: Graph, op: Op, rank: int) -> tuple[str, ...]:
    """The names by the op that reads the variable; through a second op, such as the read of a handle, too."""
    readers = [(op.id, reader) for reader in graph.successors(op.id)]
    if op.type == "Placeholder":
        readers = [(read, reader) for _, read in readers for reader in graph.successors(read)]
    for read, reader in readers:
        user = graph.op(reader)
        for port, (source, _) in enumerate(user.inputs):
            names = WEIGHTS.get((user.type, port), {}).get(rank) if source == read else None
            if names:
                return names
    return ()


def _before(graph: Graph, op: Op, rank: int) -> Op | None:
    """The op whose output has the same axes."""
    if op.type not in KEEPS_AXES:
        return None
    for source, port in op.inputs:
        before = graph.op(source)
        shape = before.outputs[port].shape if port < len(before.outputs) else None
        if shape is not None and len(shape) == rank:
            return before
    return None
