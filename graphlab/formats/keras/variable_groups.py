"""The weights of a Keras file as a graph of variables, if the file has no config of its layers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from graphlab.formats.keras.private import snake_case
from graphlab.formats.keras.weights import LEGACY, Stored
from graphlab.graph import Graph, GraphFacts, Group, Layer, Op, Tensor, Variable, build_graph, count_elements
from graphlab.graph.free_names import free_id

_OPTIMIZERS = ("optimizer", "optimizer_weights")  # where a file keeps an optimizer's variables


def weights_graph(arrays: Stored, name: str, class_name: str) -> Graph:
    """Every array of the file as a variable, grouped by the names in the file, which do not show what is trainable."""
    groups: dict[str, Group] = {}
    ops: dict[str, Op] = {}
    weights: dict[str, str] = {}
    optimizers = _optimizers(arrays)
    for where, tensor in arrays.tensors.items():
        is_state = any(where.startswith(f"{folder}/") for folder in optimizers)
        kind = "optimizer" if is_state else "layer"
        parts = _parts(where)
        path = _path(groups, arrays, parts[:-1] if is_state else [("", name), *parts[:-1]], kind)
        if not is_state:
            groups[path[0]] = replace(groups[path[0]], kind="model", class_name=class_name)
        op_id = free_id(f"{path[-1] if path else ''}{parts[-1][1]}", ops)
        ops[op_id] = _variable(op_id, path, groups, tensor, is_weight=not is_state and not _is_passing(parts))
        weights[op_id] = where
    facts = GraphFacts(name=name, kind="layers", groups=groups, weights=weights, tells_training=False)
    return build_graph(list(ops.values()), [], facts)


def _optimizers(arrays: Stored) -> list[str]:
    """The folders of the optimizers: those with that name and, in a model with several, those named after their class.

    An optimizer's variables begin with two numbers: its step and its learning rate.
    """
    optimizer_names = _optimizer_names()
    folders = []
    for folder, name in arrays.names.items():
        first = [arrays.tensors.get(f"{folder}/vars/{key}") for key in (0, 1)]
        counts = all(tensor is not None and tensor.shape == () for tensor in first)
        if folder.rpartition("/")[2] in _OPTIMIZERS or (counts and re.sub(r"_\d+$", "", name) in optimizer_names):
            folders.append(folder)
    return [*_OPTIMIZERS, *filter(None, folders)]


def _optimizer_names() -> set[str]:
    import keras

    return {snake_case(name) for name, kind in vars(keras.optimizers).items() if isinstance(kind, type)}


def _parts(where: str) -> list[tuple[str, str]]:
    """The names on the way to an array with their places, without those that only Keras' format needs.

    In the older form, a layer's group contains arrays whose names begin with those of the model and the layer again.
    """
    words = where.split("/")
    parts = [("/".join(words[: at + 1]), word) for at, word in enumerate(words) if word not in ("vars", LEGACY)]
    parts = parts or [(where, "array")]
    names = [name for _, name in parts]
    is_legacy = words[0] == LEGACY
    again = names.index(names[0], 1) if is_legacy and names[0] in names[1:-1] else 0
    return [*parts[again:-1], (where, names[-1].partition(":")[0] or "array")]


def _is_passing(parts: Sequence[tuple[str, str]]) -> bool:
    """Whether an array is not a weight but the state of a random generator or a metric's running sum."""
    names = [name for _, name in parts[:-1]]
    return names[:1] == ["metrics"] or any(name.startswith("seed_generator") for name in names)


def _path(groups: dict[str, Group], arrays: Stored, parts: Sequence[tuple[str, str]], kind: str) -> tuple[str, ...]:
    path: list[str] = []
    for location, part in parts:
        group_id = f"{path[-1] if path else ''}{part}/"
        label = arrays.names.get(location) if location else None
        groups.setdefault(group_id, Group(group_id, label or part, kind))
        path.append(group_id)
    return tuple(path)


def _variable(op_id: str, path: tuple[str, ...], groups: dict[str, Group], tensor: Tensor, *, is_weight: bool) -> Op:
    count = (count_elements(tensor.shape) or 0) if is_weight else 0
    labels = [groups[group_id].label for group_id in path]
    own = op_id.rpartition("/")[2]
    layer = Layer("/".join(labels), groups[path[-1]].class_name) if path and is_weight else None
    variable = Variable("/".join([*labels[-1:], own]), tensor.shape, tensor.dtype, False, count)
    return Op(op_id, "Variable", path, outputs=(tensor,), layer=layer, variable=variable)
