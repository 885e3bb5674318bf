"""Gradients of ops with a custom gradient (tf.custom_gradient), run with the values of one evaluation."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeAlias

import tensorflow as tf

from graphlab.errors import GraphlabError
from graphlab.evaluation.eager import backward_graph, gradient_function, record_backward, run_raw
from graphlab.evaluation.shadows import Shadows
from graphlab.tracing.raw import RawOp, live_function
from graphlab.tracing.tensorflow_types import FuncGraph

# The values of functions that are being run: by their graphs, then by op name.
Frames: TypeAlias = Mapping[Hashable, Mapping[str, Sequence[object]]]
MARK = "_gradient_op_type"


def record_custom(
    op: RawOp, inputs: Sequence[tf.Tensor], outputs: Sequence[tf.Tensor], frames: Frames, shadows: Shadows
) -> bool:
    """Let the tapes know of an op with a gradient of its own; False for an op that has none.

    `frames` are the values so far of the op's function and of those around it: the gradient may read them.
    """
    if MARK not in op.attrs:
        return False
    if op.live is None:
        record_backward(op.type, inputs, outputs, lambda *gradients: _refuse(op.name))
        return True
    live, gradient = op.live, gradient_function(op.attrs[MARK].s.decode())

    def backward(*gradients: tf.Tensor | None) -> list[tf.Tensor | None]:
        upstream = [
            tf.zeros_like(output) if one is None else one for one, output in zip(gradients, outputs, strict=True)
        ]
        graph = backward_graph(live, gradient, [tf.TensorSpec(one.shape, one.dtype) for one in upstream])
        captured = [_value(tensor, frames, shadows) for tensor in graph.external_captures]
        results = iter(_run(graph, [*upstream, *captured]))
        return [None if one is None else next(results) for one in graph.structured_outputs]

    record_backward(op.type, inputs, outputs, backward)
    return True


def _refuse(name: str) -> list[tf.Tensor | None]:
    raise GraphlabError(f"the gradient of {name} is Python code (tf.custom_gradient), which the file does not contain")


def _value(tensor: tf.Tensor, frames: Frames, shadows: Shadows) -> object:
    """What a gradient reads: a value of a function that is being run, a variable, or a constant of Python's."""
    if tf.is_symbolic_tensor(tensor):
        return frames[tensor.graph][tensor.op.name][tensor.value_index]
    return shadows.handle(tensor) if tensor.dtype == tf.resource else tensor


def _run(graph: FuncGraph, arguments: Sequence[tf.Tensor]) -> list[tf.Tensor]:
    """The results of a small graph without calls."""
    function = live_function(graph)
    values: dict[str, Sequence[tf.Tensor]] = {
        name: [value] for name, value in zip(function.args, arguments, strict=True)
    }
    for op in function.ops:
        if op.name not in values:
            tensors = [values[name][port] for name, port in op.inputs]
            values[op.name] = run_raw(op, tensors)
    return [values[name][port] for name, port in function.results]
