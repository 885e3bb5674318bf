"""Gradients of ops with a custom gradient (tf.custom_gradient), run with the values of one evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import tensorflow as tf

from graphlab.evaluation.eager import (
    CONST,
    attributes_of,
    backward_graph,
    constant,
    gradient_function,
    record_backward,
    run_op,
)
from graphlab.tracing.raw import RawOp, live_function
from graphlab.tracing.tensorflow_types import FuncGraph

MARK = "_gradient_op_type"


def record_custom(
    op: RawOp, inputs: Sequence[tf.Tensor], outputs: Sequence[tf.Tensor], values: Mapping[str, Sequence[object]]
) -> bool:
    """Let the tapes know of an op with a gradient of its own; False for an op that has none.

    `values` are those of the op's function so far, by op name: the gradient may read them.
    """
    if MARK not in op.attrs or op.live is None:
        return False
    live, gradient = op.live, gradient_function(op.attrs[MARK].s.decode())

    def backward(*gradients: tf.Tensor | None) -> list[tf.Tensor | None]:
        upstream = [
            tf.zeros_like(output) if one is None else one for one, output in zip(gradients, outputs, strict=True)
        ]
        graph = backward_graph(live, gradient, [tf.TensorSpec(one.shape, one.dtype) for one in upstream])
        captured = [values[one.op.name][one.value_index] for one in graph.external_captures]
        results = iter(_run(graph, [*upstream, *captured]))
        return [None if one is None else next(results) for one in graph.structured_outputs]

    record_backward(op.type, inputs, outputs, backward)
    return True


def _run(graph: FuncGraph, arguments: Sequence[tf.Tensor]) -> list[tf.Tensor]:
    """The results of a small graph without calls."""
    function = live_function(graph)
    values: dict[str, Sequence[tf.Tensor]] = {
        name: [value] for name, value in zip(function.args, arguments, strict=True)
    }
    for op in function.ops:
        if op.name not in values:
            tensors = [values[name][port] for name, port in op.inputs]
            values[op.name] = (
                [constant(op.attrs)]
                if op.type == CONST
                else run_op(op.type, tensors, attributes_of(op.attrs), len(op.outputs))
            )
    return [values[name][port] for name, port in function.results]
