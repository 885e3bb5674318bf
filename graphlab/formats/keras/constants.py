"""Values that a rebuilt model needs before tracing because they become constants of its graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from graphlab.formats.keras.archive import read_asset
from graphlab.formats.keras.places import WeightLocation, weight_locations
from graphlab.formats.keras.private import all_layers, saved_objects
from graphlab.formats.keras.weights import Stored, read_weights

if TYPE_CHECKING:
    import keras

_NOT_LEARNED = (
    "The file does not contain what the layer {!r} learned from data, so sizes and numbers that depend on it are wrong."
)


@dataclass(frozen=True)
class _File:
    path: Path
    places: Mapping[str, list[WeightLocation]]


def load_constants(model: keras.Model, path: Path, arrays: Stored) -> list[str]:
    """Load what layers learned from data with `adapt`: means, vocabularies. Everything is read from the file.

    Returns sentences about what the file does not contain.
    """
    loaders = _loaders()
    if not any(type(layer) in loaders for layer in all_layers(model)):
        return []
    file = _File(path, weight_locations(model, arrays))
    layers = [(item, location) for location, _, item in saved_objects(model) if type(item) in loaders]
    return [_NOT_LEARNED.format(item.name) for item, location in layers if not _is_loaded(item, location, file)]


def _is_loaded(layer: keras.Layer, location: str, file: _File) -> bool:
    try:
        return _loaders()[type(layer)](layer, location, file)
    except Exception:  # values that do not fit the layer
        return False


def _loaders() -> dict[type, Callable[[keras.Layer, str, _File], bool]]:
    import keras

    return {
        keras.layers.Normalization: _load_normalization,
        keras.layers.StringLookup: _load_vocabulary,
        keras.layers.IntegerLookup: _load_vocabulary,
    }


def _load_normalization(layer: keras.Layer, location: str, file: _File) -> bool:
    if layer.input_mean is not None:
        return True
    pairs = [(variable, source) for variable in layer.variables for source in file.places.get(variable.path, [])[:1]]
    for variable, source in pairs:
        variable.assign(read_weights(file.path, source.where))
    layer.finalize_state()
    return len(pairs) == len(layer.variables)


def _load_vocabulary(layer: keras.Layer, location: str, file: _File) -> bool:
    if layer.input_vocabulary is not None:
        return True
    texts = read_asset(file.path, f"{location}/vocabulary.txt")
    if not texts:
        return False
    words = texts if layer.vocabulary_dtype == "string" else [int(word) for word in texts]
    if layer.output_mode != "tf_idf":
        layer.set_vocabulary(words)
        return True
    layer.load_own_variables({"idf_weights": read_weights(file.path, f"{location}/vars/idf_weights")})
    layer.set_vocabulary(words, idf_weights=layer.idf_weights_const.numpy())
    return True
