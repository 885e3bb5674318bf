"""The model of a Keras file in training mode: rebuilt without running code, and called with training=True."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import keras

from graphlab.evaluation.files.allowed import KERAS
from graphlab.evaluation.files.keras_file import fill_variables
from graphlab.evaluation.rules import Rules
from graphlab.formats import suffix_of_file
from graphlab.formats.keras.archive import read_archive
from graphlab.formats.keras.build import own_config, quiet, rebuild_model
from graphlab.formats.keras.calls import class_in, layers_in
from graphlab.formats.keras.config import check
from graphlab.formats.keras.constants import load_constants
from graphlab.formats.keras.places import weight_locations, weights_of
from graphlab.formats.keras.private import hollow_variables
from graphlab.formats.keras.weights import stored_arrays
from graphlab.json_value import JsonValue
from graphlab.tracing.live import LiveGraph

SAME_IN_TRAINING = (keras.layers.Dense, keras.layers.EinsumDense, keras.layers.Embedding)


def uses_training(layer_class: type) -> bool:
    """Whether a layer's own call has a `training` argument that it uses; Keras' models only pass it on."""
    is_container = issubclass(layer_class, keras.Model) and layer_class.__module__.startswith("keras.")
    call = getattr(layer_class, "call", None)
    is_other = not is_container and layer_class not in SAME_IN_TRAINING
    return is_other and call is not None and "training" in inspect.signature(call).parameters


def file_uses_training(path: Path) -> bool:
    """Whether a Keras file's model consists of Keras' own layers, some of which work differently in training."""
    if suffix_of_file(path) not in KERAS or path.is_dir():
        return False
    config = _config(path)
    return config is not None and not check(config).unknown and any(map(uses_training, _classes(config)))


def _config(path: Path) -> dict[str, JsonValue] | None:
    archive = read_archive(path)
    return None if archive.config is None else own_config(archive, archive.config)


def _classes(config: Mapping[str, JsonValue]) -> list[type]:
    """The classes of the layers of a model and of the models in it, as far as they are in keras.layers."""
    waiting = layers_in(dict(config))
    names = set()
    while waiting:
        layer = waiting.pop()
        names.add(class_in(layer))
        waiting += layers_in(layer)
    classes = [getattr(keras.layers, name, None) for name in names]
    return [one for one in classes if isinstance(one, type)]


def rebuilt_model(path: Path) -> keras.Model:
    """The model of a Keras file without the values of its variables. Raises FormatError if it cannot be built."""
    config = _config(path)
    assert config is not None  # it has a forward graph
    keras.utils.clear_session()  # so that its layers are numbered as in the file's other graphs
    with hollow_variables(), quiet():
        model = rebuild_model(config)
        load_constants(model, path, stored_arrays(path))
    return model


def filled(path: Path, model: keras.Model, live: LiveGraph) -> Rules:
    """How a graph of the rebuilt model runs, once its variables have the file's values."""
    graph = live.graph
    graph.facts = replace(graph.facts, weights=weights_of(graph, weight_locations(model, stored_arrays(path))))
    return fill_variables(path, {"": live}, trust=False)[""]
