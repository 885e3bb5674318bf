"""The private TensorFlow APIs that show which op is differentiated. Checked on TensorFlow 2.21."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

import tensorflow as tf
from tensorflow.python import pywrap_tfe
from tensorflow.python.eager import backprop
from tensorflow.python.eager import record as tape_record
from tensorflow.python.framework import ops
from tensorflow.python.ops import gradients_util

from graphlab.tracing.tensorflow_types import Differentiate

Tensors: TypeAlias = Sequence[tf.Tensor] | None
Noting = Callable[["tf.Operation", Differentiate], object]  # with the forward op


@contextmanager
def gradient_functions(note: Noting) -> Iterator[None]:
    """Call `note(forward op, differentiate)` for each op that is differentiated in a graph.

    A GradientTape calls `tensorflow.python.eager.backprop._gradient_function` for each recorded op, with the forward
    op's own outputs. An op whose tensors were all dropped as unneeded is not recorded.
    `tensorflow.python.eager.record.record_operation` receives the gradients of called functions and custom ones.
    `tensorflow.python.ops.gradients_util._MaybeCompile` differentiates each op inside loops, branches and functions.
    """
    names = ("record_operation", "record_operation_backprop_only")
    originals = {name: getattr(tape_record, name) for name in names}
    compiling = gradients_util._MaybeCompile
    pywrap_tfe.TFE_Py_RegisterGradientFunction(_noting_gradient(note))
    for name, original in originals.items():
        setattr(tape_record, name, _noting_record(note, original))
    gradients_util._MaybeCompile = lambda scope, op, func, grad_fn: note(
        op, lambda: compiling(scope, op, func, grad_fn)
    )
    try:
        yield
    finally:
        pywrap_tfe.TFE_Py_RegisterGradientFunction(backprop._gradient_function)
        for name, original in originals.items():
            setattr(tape_record, name, original)
        gradients_util._MaybeCompile = compiling


def _noting_gradient(note: Noting) -> Callable[..., object]:
    def noting(op_name: str, attrs: object, n_inputs: int, inputs: Tensors, outputs: Tensors, *rest: str) -> object:
        def differentiate() -> object:
            return backprop._gradient_function(op_name, attrs, n_inputs, inputs, outputs, *rest)

        forward_op = _forward_op(op_name, inputs, outputs, rest[-1])
        return note(forward_op, differentiate) if forward_op is not None else differentiate()

    return noting


def _noting_record(note: Noting, original: Callable[..., object]) -> Callable[..., None]:
    """The recorder of an operation with its own gradient; a function's gradient belongs to the op that calls it."""

    def recording(
        op_type: str,
        output_tensors: Sequence[tf.Tensor],
        input_tensors: object,
        backward_function: Callable[..., object],
        *rest: object,
        **kwargs: object,
    ) -> None:
        output_ops = [tensor.op for tensor in output_tensors if hasattr(tensor, "graph")]

        def differentiate(*gradients: tf.Tensor) -> object:
            return note(output_ops[0], lambda: backward_function(*gradients))

        original(
            op_type, output_tensors, input_tensors, differentiate if output_ops else backward_function, *rest, **kwargs
        )

    return recording


def _forward_op(op_name: str, inputs: Tensors, outputs: Tensors, scope: str) -> tf.Operation | None:
    """The differentiated op; None if neither a kept tensor nor its scope identifies it."""
    for tensor in outputs or ():
        op = getattr(tensor, "op", None)
        if op is not None and op.type == op_name:
            return op
    near = {
        op.name: op
        for tensor in inputs or ()
        if hasattr(tensor, "consumers")
        for op in tensor.consumers()
        if op.type == op_name and (op.name == scope or op.name.startswith(f"{scope}/" if scope else ""))
    }
    if scope in near or len(near) == 1:
        return near[scope] if scope in near else next(iter(near.values()))
    # tf.nn functions open a scope with their op's name, which identifies an op whose tensors were all dropped.
    same = _op_of_name(scope)
    return same if same is not None and same.type == op_name else None


def _op_of_name(name: str) -> tf.Operation | None:
    try:
        return ops.get_default_graph().get_operation_by_name(name) if name else None
    except KeyError:
        return None
