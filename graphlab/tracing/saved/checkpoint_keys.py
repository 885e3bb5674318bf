"""The checkpoint key of each variable of a SavedModel, found through the ops that save it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphlab.tracing.raw import RawFunction, RawOp
from graphlab.tracing.tensorflow_types import SavedObjectGraph

CALLS = ("StatefulPartitionedCall", "PartitionedCall")
VALUE = "/.ATTRIBUTES/VARIABLE_VALUE"  # TensorFlow 2's suffix of the key of a variable's value
_PASS_ON = frozenset({"ReadVariableOp", "Identity"})
_FIRST_TENSOR = 3  # among the inputs of SaveV2, after the file, the keys and the slices


def saved_keys(raw: RawFunction) -> dict[str, str]:
    """The key under which each variable's handle in the graph is saved, by the name of the handle's op."""
    handles = {op.name: op.name for op in raw.ops if op.type == "VarHandleOp"}
    keys = dict(_saved(raw, handles))
    for op in raw.ops:
        called = raw.find(op.attrs["f"].func.name) if op.type in CALLS and "f" in op.attrs else None
        if called is not None:
            arguments = zip(called.args, (name for name, _ in op.inputs), strict=False)
            keys |= _saved(called, {argument: name for argument, name in arguments if name in handles})
    return keys


def object_at(object_graph: SavedObjectGraph, key: str) -> int | None:
    """The saved object whose value has that key; None if there is none."""
    if not key.endswith(VALUE):
        return None
    node_id = 0
    for part in key.removesuffix(VALUE).split("/"):
        children = object_graph.nodes[node_id].children if node_id < len(object_graph.nodes) else ()
        inner = next((child.node_id for child in children if escaped(child.local_name) == part), None)
        if inner is None:
            return None
        node_id = inner
    return node_id if node_id < len(object_graph.nodes) else None


def escaped(local_name: str) -> str:
    """A saved object's name below its parent, in the checkpoints' spelling."""
    return local_name.replace(".", "..").replace("/", ".S")


def _saved(function: RawFunction, handles: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(handle, key) of each variable that the function's own ops save; `handles` maps ops to their handles."""
    ops = {op.name: op for op in function.ops}
    for op in function.ops:
        if op.type == "SaveV2" and len(op.inputs) > _FIRST_TENSOR:
            tensors = op.inputs[_FIRST_TENSOR:]
            for key, (name, _) in zip(_texts(ops[op.inputs[1][0]]), tensors, strict=False):
                handle = handles.get(_origin(ops, name))
                if handle is not None:
                    yield handle, key


def _texts(constant: RawOp) -> list[str]:
    values = constant.attrs["value"].tensor.string_val if "value" in constant.attrs else ()
    return [value.decode("utf-8", errors="replace") for value in values]


def _origin(ops: Mapping[str, RawOp], name: str) -> str:
    """The op whose value arrives unchanged at `name`."""
    seen_names = set()
    while ops[name].type in _PASS_ON and ops[name].inputs and name not in seen_names:
        seen_names.add(name)
        name = ops[name].inputs[0][0]
    return name
