"""One run of an op with its arrays, and what TensorFlow says of its gradients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import tensorflow as tf

from graphlab.evaluation.eager import Attributes, is_trainable, record_op, run_op
from graphlab.evaluation.op_runs import OpRun
from graphlab.evaluation.result import Array, to_array
from graphlab.graph import JsonValue, Op
from graphlab.tracing.private import op_def

Position = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Case:
    """An op that was run, and the gradient of the target with respect to its first output (None: unknown or none).

    `arrives_as_list` if that gradient is a list of tensors, as those of loops are: its numbers are not known.
    """

    op: Op
    run: OpRun
    arriving: Array | None = None
    arrives_as_list: bool = False

    @cached_property
    def inputs(self) -> list[Array]:
        """The arrays of the inputs, of a variable's handle an empty one."""
        return [to_array(tensor) for tensor in self.run.inputs]

    @cached_property
    def output(self) -> Array:
        """The array of the first output."""
        return to_array(self.run.outputs[0])

    def has_gradient(self, port: int) -> bool:
        """Whether an input can have a gradient: it has real numbers, or is a variable that has."""
        tensor = self.run.inputs[port]
        return bool(is_trainable(tensor)) and tensor.dtype != tf.variant

    @cached_property
    def leaving(self) -> list[Array | None]:
        """For each input what this op adds to the gradient with respect to it; None for nothing."""
        if self.arriving is None:
            return [None] * len(self.run.inputs)
        return backward(self, self.arriving)


def backward(case: Case, arriving: Array) -> list[Array | None]:
    """The gradients with respect to the inputs, for a gradient with respect to the first output."""
    run = case.run
    output = run.outputs[0]
    # A tensor that is read twice gets a gradient for each time: a tape tells them apart only by identity.
    inputs = [tensor if tensor.dtype == tf.resource else tf.identity(tensor) for tensor in run.inputs]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        watched = [tensor for port, tensor in enumerate(inputs) if case.has_gradient(port)]
        for tensor in watched:
            tape.watch(tensor)
        # Without a new tensor the output would be the one that another tape knows.
        outputs = [tf.identity(output), *run.outputs[1:]]
        record_op(case.op.type, inputs, attributes_from(case.op), outputs)
    upstream = tf.cast(tf.convert_to_tensor(arriving), output.dtype)
    gradients = iter(tape.gradient(outputs[0], watched, output_gradients=upstream))
    tensors = [next(gradients) if case.has_gradient(port) else None for port in range(len(inputs))]
    return [None if tensor is None else to_array(tensor) for tensor in tensors]


def run_with(case: Case, inputs: Sequence[Array], *, dtype: str = "") -> Array:
    """The first output of the op for other inputs; with `dtype`, for inputs of another dtype."""
    tensors = [
        tensor if tensor.dtype == tf.resource else tf.cast(tf.convert_to_tensor(array), dtype or tensor.dtype)
        for tensor, array in zip(case.run.inputs, inputs, strict=True)
    ]
    op = replace(case.op, attrs={**case.op.attrs, "T": dtype}) if dtype else case.op
    return to_array(run_op(op.type, tensors, attributes_from(op), len(case.run.outputs))[0])


def attributes_from(op: Op) -> Attributes:
    """An op's attributes as TensorFlow takes them, from those of the graph."""
    definition = op_def(op.type)
    parts: list[object] = []
    for attr in definition.attr if definition is not None else ():
        if attr.name in op.attrs:
            parts += [attr.name, _plain(attr.type, op.attrs[attr.name])]
    return tuple(parts)


def _plain(kind: str, value: JsonValue) -> object:
    if kind.startswith("list(") and isinstance(value, Sequence):
        return [_plain(kind[5:-1], item) for item in value]
    if kind == "type" and isinstance(value, str):
        return tf.as_dtype(value).as_datatype_enum
    if kind == "string" and isinstance(value, str):
        return value.encode()
    if kind == "float" and isinstance(value, str):
        return float(value)
    if kind == "shape" and isinstance(value, Sequence):
        return [-1 if size is None else size for size in value]
    return value


def position_of_largest(array: Array) -> Position:
    """The position of the number that is farthest from 0; the first of several."""
    sizes = np.abs(np.nan_to_num(array.astype(np.float64)))
    return tuple(int(index) for index in np.unravel_index(int(np.argmax(sizes)), array.shape)) if array.ndim else ()
