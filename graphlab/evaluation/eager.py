"""Runs single ops eagerly, from private functions of TensorFlow 2.21."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import tensorflow as tf
from tensorflow.core.framework import attr_value_pb2, tensor_shape_pb2
from tensorflow.python.eager import backprop_util, context, execute, record
from tensorflow.python.framework import ops
from tensorflow.python.framework.func_graph import FuncGraph

from graphlab.errors import words_of
from graphlab.tracing.raw import RawOp
from graphlab.tracing.tensorflow_types import Attrs, AttrValue

CONST = "Const"
Attributes: TypeAlias = tuple[object, ...]  # name, value, name, value ... as `execute` takes them
Backward: TypeAlias = Callable[..., Sequence[tf.Tensor | None]]


def attributes_of(attrs: Attrs) -> Attributes:
    """An op's attributes as `execute` takes them; what TensorFlow keeps for itself, `_output_shapes`, is left out."""
    return tuple(
        part for name, value in sorted(attrs.items()) if not name.startswith("_") for part in (name, _plain(value))
    )


def _plain(value: AttrValue) -> object:
    kind = value.WhichOneof("value")
    if kind == "list":
        return [_item(item) for _, items in value.list.ListFields() for item in items]
    return _item(getattr(value, kind)) if kind else None


def _item(item: object) -> object:
    if isinstance(item, tensor_shape_pb2.TensorShapeProto):
        return None if item.unknown_rank else [dim.size for dim in item.dim]
    return item.name if isinstance(item, attr_value_pb2.NameAttrList) else item


def kernel_words(error: Exception) -> str:
    """What an op's kernel says about a failure, without TensorFlow's names for the call."""
    words = " ".join(words_of(getattr(error, "message", None) or error).split())
    return words.partition(" [Op:")[0].rpartition("}} ")[2]


def constant(attrs: Attrs) -> tf.Tensor:
    """The output of a Const op: `execute` takes no array among the attributes."""
    return tf.convert_to_tensor(tf.make_ndarray(attrs["value"].tensor))


def run_op(op_type: str, inputs: Sequence[tf.Tensor], attributes: Attributes, outputs: int) -> list[tf.Tensor]:
    """The outputs of an op; a tape that is recording does not see it, see `record_op`."""
    result = execute.execute(op_type.encode(), outputs, [*inputs], attributes, context.context())
    return [*result]


def record_op(op_type: str, inputs: Sequence[tf.Tensor], attributes: Attributes, outputs: Sequence[tf.Tensor]) -> None:
    """Let the tapes that are recording know of an op that was run."""
    execute.record_gradient(op_type, [*inputs], attributes, [*outputs])


def record_backward(
    op_type: str, inputs: Sequence[tf.Tensor], outputs: Sequence[tf.Tensor], backward: Backward
) -> None:
    """The same for an op with a gradient of its own: `backward` takes the gradients of the outputs."""
    record.record_operation(op_type, [*outputs], [*inputs], backward)


def run_raw(op: RawOp, inputs: Sequence[tf.Tensor]) -> list[tf.Tensor]:
    """The outputs of an op of a traced function, as `run_op` gives them."""
    if op.type == CONST:
        return [constant(op.attrs)]
    return run_op(op.type, inputs, attributes_of(op.attrs), len(op.outputs))


def is_trainable(tensor: tf.Tensor) -> bool:
    """Whether a tensor, or the variable that it is the handle of, can have a gradient (`IsTrainable`)."""
    return bool(backprop_util.IsTrainable(tensor))


def handle_kind(handle: tf.Tensor) -> tuple[tf.DType, tf.TensorShape]:
    """The dtype and the shape of the variable behind a handle (`_handle_data`)."""
    kind = handle._handle_data.shape_and_type[0]
    return tf.as_dtype(kind.dtype), tf.TensorShape(kind.shape)


def forget_kernels() -> None:
    """Restart the numbers of random ops: a kernel that was used before continues its sequence."""
    context.context().clear_kernel_cache()


def gradient_function(name: str) -> Callable[..., object]:
    """The function that an op's `_gradient_op_type` names (`ops.gradient_registry`); raises LookupError."""
    function: Callable[..., object] = ops.gradient_registry.lookup(name)
    return function


def backward_graph(op: tf.Operation, gradient: Callable[..., object], specs: Sequence[tf.TensorSpec]) -> FuncGraph:
    """The graph of a gradient function for an op: its arguments are the gradients of the op's outputs.

    What the function reads of the op's own graph is among the graph's external captures.
    """
    with op.graph.as_default():
        graph = FuncGraph("backward")
        with graph.as_default():
            arguments = [tf.compat.v1.placeholder(spec.dtype, spec.shape) for spec in specs]
            graph.inputs = [*arguments]
            results = gradient(op, *arguments)
            results = [*results] if isinstance(results, (list, tuple)) else [results]
            graph.structured_outputs = results
            graph.outputs = [graph.capture(tf.convert_to_tensor(one)) for one in results if one is not None]
    graph.inputs = [*arguments, *graph.internal_captures]
    return graph
