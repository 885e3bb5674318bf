"""The tf.Variables behind a graph's handles, and their groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import tensorflow as tf

from graphlab.graph import Graph, Group, JsonValue, Variable, count_elements
from graphlab.graph.pieces import common
from graphlab.tracing.attributes import MAX_VALUES, plain_values
from graphlab.tracing.grouping.tree import Path
from graphlab.tracing.models.record import LayerCall
from graphlab.tracing.raw import RawOp, readers_of
from graphlab.tracing.tensorflow_types import FuncGraph


def captured_variables(func_graph: FuncGraph, calls: Iterable[LayerCall], *, of_model: bool) -> dict[str, Variable]:
    """The variable behind each captured handle by placeholder name, matched by the handle's identity.

    `calls` are all calls of the trace: what a loop or called function reads is captured too. A Keras model counts only
    its layers' weights as parameters; a function counts every tf.Variable.
    """
    by_handle = {
        id(variable.handle): tf_variable(variable, is_weight=not of_model) for variable in func_graph.variables
    }
    owners: dict[int, tf.Variable] = {}
    for call in calls:
        owner: LayerCall | None = call
        while owner is not None:
            owners[id(owner.about)] = owner.about
            owner = owner.parent
    for about in owners.values():
        weights = {id(weight) for weight in getattr(about, "weights", ())}
        for variable in getattr(about, "variables", ()):
            handle = getattr(getattr(variable, "value", None), "handle", None)
            if handle is not None:
                by_handle[id(handle)] = _keras_variable(variable, is_weight=id(variable) in weights)
    return {
        placeholder.op.name: by_handle[id(outer)]
        for outer, placeholder in func_graph.captures
        if id(outer) in by_handle
    }


def tf_variable(variable: tf.Variable, *, is_weight: bool) -> Variable:
    """A tf.Variable as a graph shows it."""
    shape = variable.shape
    sizes = None if shape.rank is None else tuple(shape.as_list())
    name = variable.name.partition(":")[0]
    parameters = (shape.num_elements() or 0) if is_weight else 0
    return Variable(name, sizes, variable.dtype.name, bool(variable.trainable), parameters)


def _keras_variable(variable: tf.Variable, *, is_weight: bool) -> Variable:
    sizes = tuple(variable.shape)
    parameters = (count_elements(sizes) or 0) if is_weight else 0
    return Variable(variable.path, sizes, str(variable.dtype), bool(variable.trainable), parameters)


def note_captured(graph: Graph, func_graph: FuncGraph) -> Graph:
    """The graph, with captured values other than variables marked, including their value if it is small."""
    for outer, placeholder in func_graph.captures:
        op = graph.op(placeholder.op.name)
        if op.variable is not None:
            continue
        attrs: dict[str, JsonValue] = {"captured": True}
        is_number = outer.dtype not in (tf.resource, tf.variant)
        if is_number and hasattr(outer, "numpy") and (outer.shape.num_elements() or 0) <= MAX_VALUES:
            attrs["value"] = plain_values(np.asarray(outer.numpy()))  # a single text is not an array
        graph.nodes[op.id]["op"] = replace(op, attrs={**op.attrs, **attrs})
    return graph


def place_variables(
    ops: Sequence[RawOp], initial_paths: Sequence[Path], groups: Mapping[str, Group], variables: Mapping[str, Variable]
) -> list[Path]:
    """The paths, with each variable moved out of the name scope that happened to read it first.

    A layer's variable goes into the layer; an optimizer's or metric's into the group that contains all its readers.
    """
    paths = list(initial_paths)
    readers = readers_of(ops) if variables else {}
    for position, op in enumerate(ops):
        path = paths[position]
        if op.name not in variables or not path:
            continue
        kind = groups[path[0]].kind
        if kind in ("optimizer", "metrics", "code"):
            for reader in readers.get(op.name, ()):
                path = common(path, paths[reader])
            paths[position] = path or (initial_paths[position][:1] if kind != "code" else ())
        elif kind in ("model", "layer"):
            while groups[path[-1]].kind in ("scope", "code"):
                path = path[:-1]
            paths[position] = path
    return paths
