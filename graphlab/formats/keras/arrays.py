"""Matches the arrays of a Keras file to the layers of its config by name."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphlab.formats.keras.calls import class_in, name_in, settings_in
from graphlab.formats.keras.private import own_variables, saved_objects, snake_case
from graphlab.formats.keras.weights import LEGACY, OLD_LAYERS, Stored
from graphlab.graph import JsonValue, Tensor, Variable, count_elements

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class LayerVariable:
    """A layer's variable, the place of its values ("" for none), and whether it is known to be trainable."""

    variable: Variable
    where: str
    tells_training: bool = True


@dataclass(frozen=True)
class Shelf:
    """The arrays of a file in order, with their places by enclosing group and by the name of what is saved there."""

    arrays: Stored
    locations: tuple[str, ...]
    by_name: Mapping[tuple[str, str], str]

    @property
    def is_legacy(self) -> bool:
        """Whether the file is HDF5 in the older form, which has one group per outermost layer."""
        return LEGACY in self.arrays.orders


def shelf_of(arrays: Stored) -> Shelf:
    """The file's arrays, indexed for lookup."""
    by_name = {(location.rpartition("/")[0], name): location for location, name in arrays.names.items()}
    return Shelf(arrays, tuple(sorted(arrays.tensors)), by_name)


def places_in(shelf: Shelf, model_location: str, layers: list[dict[str, JsonValue]]) -> list[str]:
    """Where each layer of a model is saved: by name; in older files by its position among the layers of its class."""
    if shelf.is_legacy:
        return [model_location or f"{LEGACY}/{name_in(layer)}" for layer in layers]
    folders = [f"{model_location}/{folder}".lstrip("/") for folder in ("layers", OLD_LAYERS)]
    folder = next((folder for folder in folders if _within(shelf, folder)), folders[0])
    counts: Counter[str] = Counter()
    locations = []
    for layer in layers:
        name = snake_case(class_in(layer))
        by_order = f"{folder}/{name}_{counts[name]}" if counts[name] else f"{folder}/{name}"
        counts[name] += 1
        locations.append(shelf.by_name.get((folder, name_in(layer)), by_order))
    return locations


def layer_variables(
    shelf: Shelf, location: str, layer: Mapping[str, JsonValue], instance: keras.Layer | None
) -> list[LayerVariable]:
    """The layer's variables, named as Keras names them if it knows the class, with the shapes in the file."""
    locations = _arrays(shelf, location, name_in(layer))
    # Keras makes an op on tensors, such as keras.ops.add, like a layer, but it has no weights.
    weights = _weights(shelf, location, instance) if instance is not None and hasattr(instance, "weights") else []
    if not locations:
        return [_layer_variable(shelf, "", weight) for _, weight in weights]
    if shelf.is_legacy and len(locations) == len(weights):
        return [_layer_variable(shelf, where, weight) for where, (_, weight) in zip(locations, weights, strict=True)]
    if {where for where, _ in weights} == set(locations):
        return [_layer_variable(shelf, where, weight) for where, weight in weights]
    return [_unnamed_variable(shelf, location, where, layer) for where in locations]


def _weights(shelf: Shelf, location: str, instance: keras.Layer) -> list[tuple[str, keras.Variable]]:
    """The weights of a layer that Keras made, with their places, in Keras' reading order."""
    if shelf.is_legacy:
        return [("", weight) for weight in (*instance.trainable_weights, *instance.non_trainable_weights)]
    weights = {id(weight.handle): weight for weight in instance.weights}
    return [
        ("/".join(filter(None, (location, inner, "vars", key))), weights[id(value.handle)])
        for inner, _, item in saved_objects(instance)
        for key, value in own_variables(item)
        if id(getattr(value, "handle", None)) in weights
    ]


def _arrays(shelf: Shelf, location: str, name: str) -> list[str]:
    """The places of a layer's arrays, in Keras' reading order."""
    if not shelf.is_legacy:
        return _within(shelf, location)
    ordered = list(shelf.arrays.orders.get(location, ()))
    if location.removeprefix(f"{LEGACY}/") == name:
        return ordered
    return [where for where in ordered if name in where.removeprefix(f"{location}/").split("/")[:-1]]


def _within(shelf: Shelf, location: str) -> list[str]:
    first = bisect_left(shelf.locations, f"{location}/")
    last = bisect_left(shelf.locations, f"{location}0")  # "0" comes after "/"
    return list(shelf.locations[first:last])


def _layer_variable(shelf: Shelf, where: str, variable: keras.Variable) -> LayerVariable:
    tensor = shelf.arrays.tensors.get(where, Tensor(str(variable.dtype), tuple(variable.shape)))
    count = count_elements(tensor.shape) or 0
    return LayerVariable(
        Variable(variable.path, tensor.shape, str(variable.dtype), bool(variable.trainable), count), where
    )


def _unnamed_variable(shelf: Shelf, location: str, where: str, layer: Mapping[str, JsonValue]) -> LayerVariable:
    """An array of an unknown layer, named after its place."""
    tensor, name = shelf.arrays.tensors[where], name_in(layer)
    parts = [part for part in where.removeprefix(f"{location}/").split("/") if part != "vars"]
    inner = "/".join(parts).partition(":")[0].removeprefix(f"{name}/")
    count = 0 if "seed" in inner else count_elements(tensor.shape) or 0
    tells = settings_in(layer).get("trainable") is False or not count
    return LayerVariable(Variable(f"{name}/{inner}", tensor.shape, tensor.dtype, False, count), where, tells)
