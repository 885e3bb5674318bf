"""The first inputs of each Keras layer while its source was loaded. Keras itself keeps only the first shape."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import keras
import numpy as np
import tensorflow as tf

from graphlab.tracing.specs import keras_spec

_CALLED: dict[
    int, tuple[keras.Layer, dict[str, object]]
] = {}  # by id, with the layer, because a user's layer may not be hashable
KERAS_ARGUMENTS = ("training", "mask")  # arguments that Keras adds to a call


@contextmanager
def note_first_calls() -> Iterator[None]:
    """Record the first inputs of each layer while the block, which loads a source, runs."""
    original = keras.Layer.__call__
    _CALLED.clear()

    @functools.wraps(original)
    def noting(layer: keras.Layer, *args: object, **kwargs: object) -> object:
        result = original(layer, *args, **kwargs)
        if id(layer) not in _CALLED:
            _CALLED[id(layer)] = layer, _specs(layer, args, kwargs)
        return result

    keras.Layer.__call__ = noting
    try:
        yield
    finally:
        keras.Layer.__call__ = original


def first_call(layer: keras.Layer) -> Mapping[str, object]:
    """The first call that `note_first_calls` recorded: specs and other values by parameter; {} if there was none."""
    return _CALLED.get(id(layer), (None, {}))[1]


def _specs(layer: keras.Layer, args: tuple[object, ...], kwargs: dict[str, object]) -> dict[str, object]:
    try:
        bound = inspect.signature(layer.call).bind(
            *args, **{k: v for k, v in kwargs.items() if k not in KERAS_ARGUMENTS}
        )
        arguments = {name: value for name, value in bound.arguments.items() if name not in KERAS_ARGUMENTS}
        return {name: tf.nest.map_structure(_spec, value) for name, value in arguments.items()}
    except (TypeError, ValueError):  # a call with an argument that matches no parameter
        return {}


def _spec(value: object) -> object:
    if isinstance(value, keras.KerasTensor):
        return keras_spec(value, "input")
    if isinstance(value, np.ndarray):
        floats = np.issubdtype(value.dtype, np.floating)
        return tf.TensorSpec(value.shape, keras.config.floatx() if floats else value.dtype)
    if isinstance(value, tf.Variable):
        return tf.TensorSpec(value.shape, value.dtype)
    return tf.type_spec_from_value(value) if isinstance(value, (tf.Tensor, tf.RaggedTensor, tf.SparseTensor)) else value
