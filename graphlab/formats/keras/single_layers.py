"""Single layers of a model that cannot be rebuilt as a whole. Keras' own layers are built and called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from graphlab.formats.keras.build import quiet
from graphlab.formats.keras.calls import Reference, ends_in, settings_in
from graphlab.formats.keras.config import check
from graphlab.formats.keras.private import rebuild
from graphlab.graph import JsonValue, Tensor
from graphlab.graph.json_values import list_of, object_of

if TYPE_CHECKING:
    import keras


def layer_from_config(config: Mapping[str, JsonValue]) -> keras.Layer | None:
    """The layer of a config; None if it is not Keras' own or Keras cannot build it."""
    checked = check(config)
    if checked.unknown:
        return None
    try:
        with quiet():
            return rebuild(checked.config)
    except Exception:  # as in build.py: the layer is shown as the file describes it
        return None


def called_on(
    layer: keras.Layer, arguments: Mapping[str, JsonValue], tensors: Mapping[Reference, Tensor]
) -> list[Tensor]:
    """The outputs of a layer for a call's arguments; [] if unknown."""
    try:
        args = [_revived(one, tensors) for one in list_of(arguments.get("args", []))]
        keywords = {name: _revived(one, tensors) for name, one in object_of(arguments.get("kwargs", {})).items()}
        return _results(layer, args, keywords)
    except Exception:  # as above
        return []


def called_after(layer: keras.Layer, tensors: Sequence[Tensor]) -> list[Tensor]:
    """The outputs of a layer in a sequential model for those of the layer before it; [] if unknown."""
    try:
        return _results(layer, [_symbol(tensor) for tensor in tensors], {})
    except Exception:  # as above
        return []


def _results(layer: keras.Layer, args: Sequence[object], keywords: Mapping[str, object]) -> list[Tensor]:
    import keras

    with quiet():
        outputs = keras.tree.flatten(layer(*args, **keywords))
    return [Tensor(str(one.dtype), tuple(one.shape)) for one in outputs]


def _revived(value: JsonValue, tensors: Mapping[Reference, Tensor]) -> object:
    """A call's argument as Keras expects it. archive.py limits how deeply a file may be nested."""
    if isinstance(value, list):
        return [_revived(item, tensors) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("class_name") == "__keras_tensor__":
        (reference,) = ends_in(settings_in(value).get("keras_history"))
        return _symbol(tensors[reference])
    if "class_name" not in value:
        return {key: _revived(item, tensors) for key, item in value.items()}
    checked = check(value)
    if checked.unknown:
        raise ValueError(checked.unknown[0].why)
    return rebuild(checked.config)


def _symbol(tensor: Tensor) -> keras.KerasTensor:
    import keras

    if tensor.shape is None:
        raise ValueError("the rank is unknown")
    return keras.KerasTensor(tensor.shape, "float32" if tensor.dtype == "unknown" else tensor.dtype)
