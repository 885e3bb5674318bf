"""The private Keras and TensorFlow APIs that reading a Keras file needs, one function each.

Checked on TensorFlow 2.21, Keras 3.15.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING

from graphlab.graph import JsonValue, count_elements

if TYPE_CHECKING:
    import keras
    from keras.src.saving.keras_saveable import KerasSaveable

INITIALIZED = (
    4096  # numbers; a variable of at most this size gets real values because a layer may read them while it is built
)


def exported(api_name: str) -> object:
    """What Keras exports under that name, such as "keras.layers.Dense"; None if there is nothing. Imports nothing."""
    from keras.src import api_export

    return api_export.get_symbol_from_name(api_name)


@contextmanager
def hollow_variables() -> Iterator[None]:
    """Make large Keras variables as handles with a shape and a dtype, without memory for values.

    A graph can still be traced through them because tracing reads no values. Keras sets a variable's first values in
    `Variable._initialize_with_initializer`.
    """
    import keras
    from tensorflow.python.ops import resource_variable_ops

    original = keras.Variable._initialize_with_initializer

    def hollow(variable: keras.Variable, initializer: object) -> None:
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


def rebuild(config: Mapping[str, JsonValue]) -> KerasSaveable:
    """The Keras object of a config, built as `keras.saving.load_model` does, without the weights.

    Objects that were shared when saved become one object again (`ObjectSharingScope`).
    """
    import keras
    from keras.src.saving.serialization_lib import ObjectSharingScope, SafeModeScope

    with SafeModeScope(True), ObjectSharingScope():
        return keras.saving.deserialize_keras_object(dict(config), safe_mode=True)


def saved_objects(model: keras.Model) -> list[tuple[str, str, KerasSaveable]]:
    """Where `keras.saving.save_model` puts each object: (place, layers around it joined by "/", the object).

    It walks through a model as `saving_lib._save_state` does, because the names of places depend on that order.
    """
    from keras.src.saving import saving_lib
    from keras.src.saving.keras_saveable import KerasSaveable

    objects: list[tuple[str, str, KerasSaveable]] = []
    waiting: list[tuple[KerasSaveable, str, str]] = [(model, "", "")]
    seen_ids: set[int] = set()
    while waiting:
        item, location, layers = waiting.pop()
        if id(item) in seen_ids:
            continue
        seen_ids.add(id(item))
        if isinstance(item, KerasSaveable):
            layers = f"{layers}/{getattr(item, 'name', '')}".strip("/")
            objects.append((location, layers, item))
            inside = saving_lib._walk_saveable(item)
        else:
            inside = _named_items(item, saving_lib)
        kinds = (KerasSaveable, list, dict, tuple)
        children = [
            (child, f"{location}/{name}".strip("/"), layers) for name, child in inside if isinstance(child, kinds)
        ]
        waiting += reversed(children)
    return objects


def own_variables(item: KerasSaveable) -> list[tuple[str, keras.Variable]]:
    """The variables that a saved object stores at its place, by their names there."""
    import keras

    if isinstance(item, keras.Optimizer):  # it saves values instead of variables
        return [(str(at), variable) for at, variable in enumerate(item.variables)]
    store: dict[str, keras.Variable] = {}
    with _without_lora(item):
        try:
            if hasattr(item, "save_own_variables"):
                item.save_own_variables(store)
        except Exception:  # it computes what it saves, from variables that have no values
            return []
    return list(store.items())


@contextmanager
def _without_lora(item: KerasSaveable) -> Iterator[None]:
    """Let a layer save its own kernel: with LoRA it would save the sum of the kernel and the product of two others."""
    enabled = getattr(item, "lora_enabled", False) is True
    if enabled:
        item.lora_enabled = False
    try:
        yield
    finally:
        if enabled:
            item.lora_enabled = True


def merged_variables(model: keras.Model) -> set[str]:
    """The paths of variables that the file stores as part of others: those of layers with LoRA."""
    return {
        weight.path
        for layer in all_layers(model)
        if getattr(layer, "lora_enabled", False) is True
        for weight in layer.weights
        if weight.name.startswith("lora_")
    }


def _named_items(
    container: Sequence[object] | dict[str, object], saving_lib: ModuleType
) -> Iterator[tuple[str, object]]:
    from keras.src.saving.keras_saveable import KerasSaveable
    from keras.src.utils.naming import to_snake_case

    used: dict[str, int] = {}
    for item in container.values() if isinstance(container, dict) else container:
        if isinstance(item, KerasSaveable):
            yield saving_lib._get_unique_name(to_snake_case(type(item).__name__), used), item
        elif isinstance(item, list | dict | tuple):
            yield saving_lib._get_unique_name("container", used), item


def snake_case(class_name: str) -> str:
    """The name that Keras derives from a class for a place or a layer: `conv2d` for Conv2D."""
    from keras.src.utils.naming import to_snake_case

    return str(to_snake_case(class_name))


def all_layers(model: keras.Model) -> list[keras.Layer]:
    """The model's layers and all layers inside them (`Layer._flatten_layers`)."""
    return list(model._flatten_layers(include_self=False))
