"""The variables of a saved graph: names, shapes, whether they are trained, and their keys in the checkpoint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from google.protobuf.message import DecodeError
from tensorflow.core.framework import variable_pb2

from graphlab.graph import Variable
from graphlab.tracing.raw import RawFunction, RawOp
from graphlab.tracing.saved.checkpoint_keys import CALLS, VALUE, escaped, object_at, saved_keys
from graphlab.tracing.saved.file_graphs import variable_of
from graphlab.tracing.saved.nodes import shape_of
from graphlab.tracing.saved.op_defs import dtype_name
from graphlab.tracing.tensorflow_types import MetaGraphDef, SavedObject, SavedObjectGraph

_REFERENCES = ("VariableV2", "Variable", "AutoReloadVariable")
_CAPTURED = ("Placeholder", "_Arg")


@dataclass(frozen=True)
class SavedVariables:
    """The variables behind ops by op name, and the checkpoint keys of their values."""

    variables: dict[str, Variable] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)


def saved_variables(raw: RawFunction, meta_graph: MetaGraphDef) -> SavedVariables:
    """The variables of a MetaGraphDef's graph: from its saved objects (TensorFlow 2), else from its collections."""
    registry = SavedVariables()
    nodes = meta_graph.object_graph_def.nodes
    paths = object_paths(meta_graph.object_graph_def)
    for name, node_id in _handles(raw, meta_graph):
        if node_id < len(nodes) and nodes[node_id].WhichOneof("kind") == "variable":
            _add_object(registry, name, nodes[node_id].variable)
            if node_id in paths:
                registry.keys[name] = paths[node_id] + VALUE
    for name, key in saved_keys(raw).items() if nodes else ():
        at = object_at(meta_graph.object_graph_def, key)
        if name not in registry.variables and at is not None and nodes[at].WhichOneof("kind") == "variable":
            _add_object(registry, name, nodes[at].variable)
            registry.keys[name] = key
    trainable = _trained(meta_graph)
    for op in raw.ops:
        if op.name not in registry.variables and op.type in (*_REFERENCES, "VarHandleOp"):
            _add_op(registry, op, trainable)
            if not nodes:
                registry.keys[op.name] = op.name
    return registry


def own_variables(raw: RawFunction) -> dict[str, Variable]:
    """The variables that the ops of a graph without collections describe; which of them are trained is unknown.

    The graph of a traced function has only the handles that it captured, which are recognised by their readers.
    """
    registry = SavedVariables()
    ops = {op.name: op for op in raw.ops}
    for op in raw.ops:
        if op.type in (*_REFERENCES, "VarHandleOp"):
            _add_op(registry, op, {})
        source = ops[op.inputs[0][0]] if op.type == "ReadVariableOp" and op.inputs else None
        if source is not None and source.type in _CAPTURED and not source.inputs:
            tensor = op.outputs[0]
            name = source.name.removesuffix("/resource").removesuffix("/ReadVariableOp")
            words = f"{name} weights" if name != source.name else name
            registry.variables[source.name] = variable_of(words, tensor.shape, tensor.dtype, trainable=False)
    return registry.variables


def function_variables(function: RawFunction, meta_graph: MetaGraphDef) -> SavedVariables:
    """The variables behind the captured arguments of a saved function."""
    registry = SavedVariables()
    graph = meta_graph.object_graph_def
    paths = object_paths(graph)
    bound = (
        list(graph.concrete_functions[function.key].bound_inputs) if function.key in graph.concrete_functions else []
    )
    captured = function.args[len(function.args) - len(bound) :] if bound else ()
    for name, node_id in zip(captured, bound, strict=False):
        if node_id < len(graph.nodes) and graph.nodes[node_id].WhichOneof("kind") == "variable":
            _add_object(registry, name, graph.nodes[node_id].variable)
            if node_id in paths:
                registry.keys[name] = paths[node_id] + VALUE
    return registry


def object_paths(object_graph: SavedObjectGraph) -> dict[int, str]:
    """The path of each saved object from the root in the checkpoints' spelling: the first of the shortest ones."""
    if not object_graph.nodes:
        return {}
    paths = {0: ""}
    waiting = [0]
    for node_id in waiting:
        for child in object_graph.nodes[node_id].children:
            if child.node_id not in paths and child.node_id < len(object_graph.nodes):
                name = escaped(child.local_name)
                paths[child.node_id] = f"{paths[node_id]}/{name}" if paths[node_id] else name
                waiting.append(child.node_id)
    return paths


def _handles(raw: RawFunction, meta_graph: MetaGraphDef) -> Iterator[tuple[str, int]]:
    """(op, object) of each handle that a call of a saved function passes after the function's own arguments."""
    functions = meta_graph.object_graph_def.concrete_functions
    for op in raw.ops:
        name = op.attrs["f"].func.name if op.type in CALLS and "f" in op.attrs else ""
        if name in functions:
            bound = functions[name].bound_inputs
            for (handle, _), node_id in zip(op.inputs[len(op.inputs) - len(bound) :], bound, strict=False):
                yield handle, node_id


def _add_object(registry: SavedVariables, name: str, saved: SavedObject) -> None:
    dtype = dtype_name(saved.dtype)
    words = saved.name.partition(":")[0] or name
    registry.variables[name] = variable_of(words, shape_of(saved.shape), dtype, trainable=saved.trainable)


def _add_op(registry: SavedVariables, op: RawOp, trainable: Mapping[str, bool]) -> None:
    if "dtype" not in op.attrs or "shape" not in op.attrs:
        return
    dtype, shape = dtype_name(op.attrs["dtype"].type), shape_of(op.attrs["shape"].shape)
    variable = variable_of(op.name, shape, dtype, trainable=trainable.get(op.name, False))
    # An untrained single number belongs to an optimizer or a schedule and is not a parameter of a model.
    counts = variable.trainable or shape != ()
    registry.variables[op.name] = variable if counts else replace(variable, parameters=0)


def _trained(meta_graph: MetaGraphDef) -> dict[str, bool]:
    """For each variable of a TensorFlow 1 graph, whether it is trained."""
    trainable: dict[str, bool] = {}
    for collection in ("variables", "trainable_variables"):
        if collection not in meta_graph.collection_def:
            continue
        for data in meta_graph.collection_def[collection].bytes_list.value:
            saved = variable_pb2.VariableDef()
            try:
                saved.ParseFromString(data)
            except DecodeError:  # a damaged entry of a collection names no variable
                continue
            name = saved.variable_name.partition(":")[0]
            trainable[name] = trainable.get(name, False) or collection == "trainable_variables"
    return trainable
