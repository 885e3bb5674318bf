"""Copies of variables: a graph that is only looked at writes to them, and the model stays as it is."""

from __future__ import annotations

import tensorflow as tf

from graphlab.evaluation.eager import handle_kind, run_op


class Shadows:
    """A copy of each variable that is written, by its handle, made at the first write."""

    def __init__(self) -> None:
        self._copies: dict[int, tuple[tf.Tensor, tf.Variable]] = {}  # by the handle's identity, which it keeps alive

    def handle(self, handle: tf.Tensor) -> tf.Tensor:
        """What to read a variable through: the copy's handle once there is one."""
        copy = self._copies.get(id(handle))
        return copy[1].handle if copy else handle

    def writable(self, handle: tf.Tensor) -> tf.Tensor:
        """The handle of a variable's copy."""
        if id(handle) not in self._copies:
            self._copies[id(handle)] = handle, _copy(handle)
        return self._copies[id(handle)][1].handle

    def replace(self, handle: tf.Tensor, value: tf.Tensor) -> None:
        """Let a variable's copy begin with another value."""
        _, shape = handle_kind(handle)
        with tf.init_scope():
            self._copies[id(handle)] = handle, tf.Variable(value, trainable=False, shape=shape)

    def value(self, handle: tf.Tensor) -> tf.Tensor:
        """What a variable holds now, the copy's value once there is one; raises tf.errors.OpError if it holds none."""
        return read_variable(self.handle(handle), handle)


def read_variable(handle: tf.Tensor, kind_of: tf.Tensor | None = None) -> tf.Tensor:
    """The value of a variable; `kind_of` is the handle that knows its dtype, if it is another one."""
    dtype, _ = handle_kind(handle if kind_of is None else kind_of)
    return run_op("ReadVariableOp", [handle], ("dtype", dtype.as_datatype_enum), 1)[0]


def _copy(handle: tf.Tensor) -> tf.Variable:
    """A variable with the same value, or one without a value where there is none."""
    dtype, shape = handle_kind(handle)
    with tf.init_scope():
        is_set = run_op("VarIsInitializedOp", [handle], (), 1)[0]
        if not bool(is_set):
            return tf.Variable(tf.zeros([size or 0 for size in shape], dtype), trainable=False, shape=shape)
        return tf.Variable(read_variable(handle), trainable=False, shape=shape)
