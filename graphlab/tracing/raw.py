"""Ops and functions as plain data, from a live graph or a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graphlab.graph import Source, Tensor
from graphlab.tracing.pipelines.elements import attribute_tensors
from graphlab.tracing.private import called_graph
from graphlab.tracing.tensorflow_types import Attrs, FuncGraph

if TYPE_CHECKING:
    import tensorflow as tf

End = tuple[str, int]  # an op's name and its output port


@dataclass(frozen=True, eq=False)
class RawOp:
    """One op of a function. `attrs` are its attributes as protos, `live` is the tf.Operation if there is one,
    `source` the user's line if it is known from elsewhere.

    Every name in `inputs` and `controls` is that of an op of the same function, and every port exists.
    """

    name: str
    type: str
    inputs: tuple[End, ...] = ()
    controls: tuple[str, ...] = ()
    attrs: Attrs = field(default_factory=dict)
    outputs: tuple[Tensor, ...] = ()
    device: str = ""
    problem: str = ""
    live: tf.Operation | None = None
    source: Source | None = None


def _finds_nothing(name: str) -> RawFunction | None:
    return None


@dataclass(frozen=True, eq=False)
class RawFunction:
    """A function, or a whole graph: its ops, the ops of its arguments, and the outputs that it returns.

    `key` identifies it in a Recording. `find` returns the functions that its ops call by library name, None if there is
    no such function. `label` and `source` are its name for people and the line of its definition.
    """

    key: Hashable
    ops: tuple[RawOp, ...]
    args: tuple[str, ...] = ()
    results: tuple[End, ...] = ()
    find: Callable[[str], RawFunction | None] = _finds_nothing
    label: str = ""
    source: Source | None = None


def live_function(func_graph: FuncGraph) -> RawFunction:
    """A FuncGraph that TensorFlow has just traced; its `key` is the FuncGraph itself."""
    return _live(func_graph, {})


def _live(func_graph: FuncGraph, cache: dict[FuncGraph, RawFunction]) -> RawFunction:
    def find(name: str) -> RawFunction | None:
        inner = called_graph(func_graph, name)
        return None if inner is None else _live(inner, cache)

    if func_graph not in cache:
        nodes = {node.name: node for node in func_graph.as_graph_def().node}
        cache[func_graph] = RawFunction(
            key=func_graph,
            ops=tuple(_live_op(op, nodes[op.name].attr) for op in func_graph.get_operations()),
            args=tuple(tensor.op.name for tensor in func_graph.inputs),
            results=tuple((tensor.op.name, tensor.value_index) for tensor in func_graph.outputs),
            find=find,
        )
    return cache[func_graph]


def _live_op(op: tf.Operation, attrs: Attrs) -> RawOp:
    return RawOp(
        name=op.name,
        type=op.type,
        inputs=tuple((tensor.op.name, tensor.value_index) for tensor in op.inputs),
        controls=tuple(source.name for source in op.control_inputs),
        attrs=attrs,
        outputs=tuple(_tensor(tensor, attrs) for tensor in op.outputs),
        device=op.device or "",
        live=op,
    )


def _tensor(tensor: tf.Tensor, attrs: Attrs) -> Tensor:
    shape = tensor.shape
    elements = attribute_tensors(attrs) if tensor.dtype.name == "variant" else ()
    return Tensor(tensor.dtype.name, None if shape.rank is None else tuple(shape.as_list()), elements)


def readers_of(ops: Sequence[RawOp]) -> dict[str, list[int]]:
    """For each op, the positions of those that read its outputs."""
    readers: dict[str, list[int]] = defaultdict(list)
    for position, op in enumerate(ops):
        for name, _ in op.inputs:
            readers[name].append(position)
    return readers
