"""Locates the values of a rebuilt model's variables in a Keras file."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphlab.formats.keras.private import merged_variables, own_variables, saved_objects
from graphlab.formats.keras.weights import LEGACY, OLD_LAYERS, Stored
from graphlab.graph import Graph, Op

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class WeightLocation:
    """Where a variable's values are stored, and the layers around the variable, joined by "/"."""

    where: str
    layers: str


def weight_locations(model: keras.Model, arrays: Stored) -> dict[str, list[WeightLocation]]:
    """The locations of the model's variables by variable path, for those whose shape matches the stored array."""
    candidates = _legacy(model, arrays) if LEGACY in arrays.orders else _archived(model, arrays)
    locations: dict[str, list[WeightLocation]] = defaultdict(list)
    for variable, location in candidates:
        tensor = arrays.tensors.get(location.where)
        if tensor is not None and tensor.shape == tuple(variable.shape):
            locations[variable.path].append(location)
    return dict(locations)


def missing_values(model: keras.Model, locations: Mapping[str, list[WeightLocation]]) -> str:
    """A sentence about weights of the model that the file lacks; "" if it contains them all."""
    merged = merged_variables(model) - set(locations)
    missing = [weight.path for weight in model.weights if weight.path not in locations and weight.path not in merged]
    if not missing:
        return _merged_values(sorted(merged))
    some = ", ".join(repr(path) for path in missing[:3])
    number = f"{len(missing):,} variable{'' if len(missing) == 1 else 's'}"
    return f"The file contains no values, or values that do not match its config, for {number} ({some})."


def _merged_values(merged: list[str]) -> str:
    if not merged:
        return ""
    some = ", ".join(repr(path) for path in merged[:3]) + (" …" if len(merged) > 3 else "")
    return f"Keras merges LoRA variables into the variable that they adapt, so the values of {some} are there."


def weights_of(graph: Graph, locations: Mapping[str, list[WeightLocation]]) -> dict[str, str]:
    """The graph's `weights`: for each op of a variable, where its values are."""
    places = {op.id: _where_of(op, locations.get(op.variable.name, [])) for op in graph.ops() if op.variable}
    return {op_id: where for op_id, where in places.items() if where}


def _where_of(op: Op, locations: list[WeightLocation]) -> str:
    """The only location or, if several variables share a path, the one in the op's own layers; "" if ambiguous."""
    if len(locations) == 1:
        return locations[0].where
    around = op.layer.path.split("/") if op.layer else []
    near = [_in_common(around, location.layers.split("/")) for location in locations]
    best = [location for location, length in zip(locations, near, strict=True) if length == max(near)]
    return best[0].where if len(best) == 1 else ""


def _in_common(left: list[str], right: list[str]) -> int:
    """The length of the common start of two lists."""
    alike = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False))
    return sum(1 for _ in alike)


def _archived(model: keras.Model, arrays: Stored) -> Iterator[tuple[keras.Variable, WeightLocation]]:
    """In a .keras archive and in .weights.h5, the place follows from the objects' attributes."""
    by_handle = {id(variable.handle): variable for variable in _variables(model)}
    alike = {_plain(where): where for where in arrays.tensors}
    for location, layers, item in saved_objects(model):
        for key, value in own_variables(item):
            variable = by_handle.get(id(getattr(value, "handle", None)))
            if variable is not None:
                where = f"{location}/vars/{key}".lstrip("/")
                yield (
                    variable,
                    WeightLocation(where if where in arrays.tensors else alike.get(_plain(where), ""), layers),
                )


def _plain(where: str) -> str:
    """A place without Keras 2's spelling: it saved private attributes under their own names."""
    return where.replace(OLD_LAYERS, "layers", 1).replace("/_", "/")


def _legacy(model: keras.Model, arrays: Stored) -> Iterator[tuple[keras.Variable, WeightLocation]]:
    """In HDF5, the place follows from the order of the layers with weights and of the weights in each layer."""
    groups = [group for group in arrays.orders[LEGACY] if arrays.orders.get(group)]
    layers = [layer for layer in model.layers if layer.weights]
    pairs = list(zip(groups, layers, strict=False)) if len(groups) == len(layers) else []
    own = model._trainable_variables + model._non_trainable_variables
    for group, layer in pairs:
        yield from _in_order(_weights(layer), arrays.orders[group], f"{model.name}/{layer.name}")
    yield from _in_order(own, arrays.orders.get(f"{LEGACY}/top_level_model_weights", ()), model.name)
    optimizer = getattr(model, "optimizer", None)
    if optimizer is not None:
        yield from _in_order(list(optimizer.variables), arrays.orders.get("optimizer_weights", ()), "")


def _weights(layer: keras.Layer) -> list[keras.Variable]:
    return [*layer.trainable_weights, *layer.non_trainable_weights]


def _in_order(
    variables: list[keras.Variable], locations: tuple[str, ...], layers: str
) -> Iterator[tuple[keras.Variable, WeightLocation]]:
    for variable, where in zip(variables, locations, strict=False):
        yield variable, WeightLocation(where, layers)


def _variables(model: keras.Model) -> list[keras.Variable]:
    optimizer = getattr(model, "optimizer", None)
    return [*model.variables, *(optimizer.variables if optimizer is not None else ())]
