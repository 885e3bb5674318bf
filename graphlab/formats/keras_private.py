"""The private Keras and TensorFlow APIs that reading a Keras file needs, one function each.

Checked on TensorFlow 2.21, Keras 3.15.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from graphlab.graph import JsonValue, count_elements

INITIALIZED = (
    4096  # numbers; a variable of up to this many gets its values, for a layer may look at them as it is built
)


def exported(api_name: str) -> Any:
    """What Keras exports under that name, such as "keras.layers.Dense"; None for nothing. Nothing is imported."""
    from keras.src import api_export

    return api_export.get_symbol_from_name(api_name)


@contextmanager
def hollow_variables() -> Iterator[None]:
    """Make large Keras variables as handles with a shape and a dtype, but without memory for values.

    A graph can be traced through them, for it reads no value. Keras' `Variable._initialize_with_initializer` is where
    a variable gets its first values.
    """
    import keras
    from tensorflow.python.ops import resource_variable_ops

    original = keras.Variable._initialize_with_initializer

    def hollow(variable: Any, initializer: Any) -> None:
        if (count_elements(tuple(variable._shape)) or 0) <= INITIALIZED:
            original(variable, initializer)
            return
        variable._initialize(
            resource_variable_ops.UninitializedVariable(
                trainable=variable.trainable,
                name=variable.name,
                shape=tuple(variable._shape),
                dtype=variable._dtype,
            )
        )

    keras.Variable._initialize_with_initializer = hollow
    try:
        yield
    finally:
        keras.Variable._initialize_with_initializer = original


def rebuild(config: Mapping[str, JsonValue]) -> Any:
    """The Keras object of a config, as `keras.saving.load_model` makes it, without the weights.

    Objects that were shared when they were saved are one object again (`ObjectSharingScope`).
    """
    import keras
    from keras.src.saving.serialization_lib import ObjectSharingScope, SafeModeScope

    with SafeModeScope(True), ObjectSharingScope():
        return keras.saving.deserialize_keras_object(dict(config), safe_mode=True)
