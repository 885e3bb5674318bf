"""The weights of a Keras file as a graph of variables, for a model whose layers no config tells."""

from __future__ import annotations

from dataclasses import replace

from graphlab.formats.keras_weights import LEGACY, Stored
from graphlab.graph import Graph, Group, JsonValue, Layer, Op, Tensor, Variable, build_graph, count_elements

_OPTIMIZERS = ("optimizer", "optimizer_weights")  # where a file keeps what an optimizer remembers


def weights_graph(stored: Stored, name: str, class_name: str) -> Graph:
    """Every array of the file as a variable, in groups by the names in the file."""
    groups: dict[str, Group] = {}
    ops: list[Op] = []
    weights: dict[str, str] = {}
    for where, tensor in stored.tensors.items():
        parts = _parts(where)
        kind = "optimizer" if parts[0] in _OPTIMIZERS else "layer"
        path = _path(groups, stored, where, [name, *parts[:-1]] if kind == "layer" else parts[:-1], kind)
        if kind == "layer":
            groups[path[0]] = replace(groups[path[0]], kind="model", class_name=class_name)
        op = _variable(f"{path[-1] if path else ''}{parts[-1]}", path, groups, tensor, is_weight=kind == "layer")
        ops.append(op)
        weights[op.id] = where
    ends: dict[str, JsonValue] = {"inputs": [], "outputs": [], "names": {}, "bodies": [], "code": {}, "versions": {}}
    return build_graph(ops, [], name=name, kind="layers", groups=groups, weights=weights, **ends)


def _parts(where: str) -> list[str]:
    """The names on the way to an array, without those that only Keras' format needs.

    In the older form a layer's group holds arrays whose names begin with those of the model and the layer again.
    """
    parts = [part for part in where.split("/") if part not in ("vars", LEGACY)] or ["array"]
    again = parts.index(parts[0], 1) if parts[0] in parts[1:-1] else 0
    return [*parts[again:-1], parts[-1].partition(":")[0] or "array"]


def _path(groups: dict[str, Group], stored: Stored, where: str, parts: list[str], kind: str) -> tuple[str, ...]:
    path: list[str] = []
    for part in parts:
        group_id = f"{path[-1] if path else ''}{part}/"
        groups.setdefault(group_id, Group(group_id, part, kind))
        path.append(group_id)
    said = stored.names.get(where.rpartition("/vars/")[0])
    if said and path and "/vars/" in where:
        groups[path[-1]] = replace(groups[path[-1]], label=said)
    return tuple(path)


def _variable(op_id: str, path: tuple[str, ...], groups: dict[str, Group], tensor: Tensor, *, is_weight: bool) -> Op:
    count = (count_elements(tensor.shape) or 0) if is_weight else 0
    labels = [groups[group_id].label for group_id in path]
    own = op_id.rpartition("/")[2]
    layer = Layer("/".join(labels), groups[path[-1]].class_name) if path and is_weight else None
    variable = Variable("/".join([*labels[-1:], own]), tensor.shape, tensor.dtype, is_weight, count)
    return Op(op_id, "Variable", path, outputs=(tensor,), layer=layer, variable=variable)
