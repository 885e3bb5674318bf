"""Reads a graph as Model Explorer's adapters write it: with numbers as ids, and GraphInputs and GraphOutputs nodes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from graphlab.formats.model_explorer.own import value_of
from graphlab.formats.nested import MOST_SCOPES, End, FileGraph, FunctionCall
from graphlab.formats.tensor_text import UNKNOWN, parse_tensor
from graphlab.graph import JsonObject, JsonValue, Op, Tensor, Variable, count_elements
from graphlab.graph.free_names import Names

MOST_PORTS = 10_000
SMALL = 64  # values; a constant with at most this many is not a variable
ENDS = frozenset({"GraphInputs", "GraphOutputs"})
CONDITIONALS = frozenset({"if", "statelessif", "stablehlo.if"})
CONSTANTS = frozenset({"Const", "pseudo_const", "pseudo_qconst", "tfl.pseudo_const", "tfl.pseudo_qconst"})
LOOPS = frozenset({"while", "statelesswhile", "stablehlo.while"})


def to_part(data: JsonObject) -> FileGraph:
    """The graph's ops: each output of GraphInputs becomes an op, and the inputs of GraphOutputs become the results."""
    nodes = [node for node in _list(data, "nodes") if isinstance(node, Mapping) and "id" in node]
    names = Names()
    inputs = _inputs(nodes, names)
    inner = [node for node in nodes if _label(node) not in ENDS]
    own_ids = [names.free(_name(node)) for node in inner]
    op_ids: dict[str, str] = {}
    for node, op_id in zip(inner, own_ids, strict=True):
        op_ids.setdefault(str(node["id"]), op_id)
    ports = _ports(nodes)
    ops = list(inputs.values())
    calls: dict[str, tuple[FunctionCall, ...]] = {}
    for node, op_id in zip(inner, own_ids, strict=True):
        node_id = str(node["id"])
        problem = "" if op_ids[node_id] == op_id else "Another node of the file has the same id."
        ends = [_end(edge, inputs, op_ids) for edge in _edges(node)]
        ops.append(replace(_op(node, op_id, ends, ports.get(node_id, [])), problem=problem))
        called = [str(name) for name in _list(node, "subgraphIds")]
        calls |= {op_id: _calls(_label(node), called)} if called else {}
    results = [_end(edge, inputs, op_ids) for node in nodes if _label(node) == "GraphOutputs" for edge in _edges(node)]
    return FileGraph(ops, tuple(op.id for op in inputs.values()), tuple(results), calls)


def _label(node: JsonObject) -> str:
    return str(node.get("label", ""))


def _list(data: JsonObject, key: str) -> list[JsonValue]:
    entries = data.get(key)
    return entries if isinstance(entries, list) else []


def _edges(node: JsonObject) -> list[JsonObject]:
    """The incoming edges, ordered by input id if the ids are numbers."""
    edges = [edge for edge in _list(node, "incomingEdges") if isinstance(edge, Mapping)]
    return sorted(edges, key=lambda edge: _port(edge.get("targetNodeInputId", "0")))


def _port(text: JsonValue) -> int:
    text = str(text)
    return int(text) if text.isdecimal() and len(text) < 9 else MOST_PORTS


def _words(pairs: Iterable[JsonValue]) -> dict[str, str]:
    """Keys and values of a list of pairs; a value that is not a string is written as JSON."""
    texts = {}
    for pair in pairs:
        if isinstance(pair, Mapping) and "key" in pair:
            value = pair.get("value", "")
            texts[str(pair["key"])] = value if isinstance(value, str) else json.dumps(value)
    return texts


def _metadata(node: JsonObject) -> dict[str, dict[str, str]]:
    items = [item for item in _list(node, "outputsMetadata") if isinstance(item, Mapping)]
    return {str(item.get("id", "0")): _words(_list(item, "attrs")) for item in items}


def _inputs(nodes: list[JsonObject], names: Names) -> dict[End, Op]:
    """(id of a GraphInputs node, output port) → the op for this argument."""
    arguments: dict[End, Op] = {}
    for node in nodes:
        if _label(node) == "GraphInputs":
            for port, words in _metadata(node).items():
                name = words.get("signature_name") or words.get("tensor_name") or f"input {port}"
                tensor = parse_tensor(words.get("tensor_shape", ""))
                arguments[str(node["id"]), _port(port)] = Op(names.free(name), "Placeholder", outputs=(tensor,))
    return arguments


def _end(edge: JsonObject, inputs: Mapping[End, Op], op_ids: Mapping[str, str]) -> End:
    source, port = str(edge.get("sourceNodeId")), _port(edge.get("sourceNodeOutputId", "0"))
    argument = inputs.get((source, port))
    if argument:
        return argument.id, 0
    return (op_ids[source], port) if source in op_ids else (source, -1)


def _ports(nodes: list[JsonObject]) -> dict[str, list[int]]:
    """For each node, the output ports that others read."""
    ports: dict[str, list[int]] = {}
    for node in nodes:
        for edge in _edges(node):
            ports.setdefault(str(edge.get("sourceNodeId")), []).append(_port(edge.get("sourceNodeOutputId", "0")))
    return ports


def _name(node: JsonObject) -> str:
    """The node's own id; if it is only a number, its groups and label instead."""
    node_id, label = str(node["id"]), _label(node)
    return f"{node.get('namespace') or ''}/{label}".strip("/") if node_id.isdecimal() and label else node_id


def _op(node: JsonObject, op_id: str, ends: list[End], ports: list[int]) -> Op:
    label = _label(node)
    words = _words(_list(node, "attrs"))
    attrs = {"value" if key == "__value" else key: value_of(text) for key, text in words.items()}
    namespace = str(node.get("namespace") or "").rpartition(";")[2]
    labels = [label for label in namespace.split("/") if label][:MOST_SCOPES]
    outputs = _outputs(node, attrs, ports) or ((UNKNOWN,) if label in CONSTANTS else ())
    attrs.pop("_output_shapes", None)
    path, variable = tuple(labels), None
    if label in CONSTANTS:
        label, variable = "Const", _weights(node, op_id, outputs[0])
        attrs = {key: value for key, value in attrs.items() if key != "value" or variable is None}  # only its start
    return Op(op_id, label, path, tuple(ends), outputs, attrs, variable=variable)


def _weights(node: JsonObject, op_id: str, tensor: Tensor) -> Variable | None:
    """The variable for a constant with many values."""
    count = count_elements(tensor.shape) or 0
    words = next(iter(_metadata(node).values()), {})
    return (
        Variable(words.get("tensor_name", op_id), tensor.shape, tensor.dtype, False, count) if count > SMALL else None
    )


def _outputs(node: JsonObject, attrs: Mapping[str, JsonValue], ports: list[int]) -> tuple[Tensor, ...]:
    """The tensor of each output: from the file, else from the shapes that TensorFlow recorded on the node."""
    tensors = {_port(port): parse_tensor(words.get("tensor_shape", "")) for port, words in _metadata(node).items()}
    shapes = attrs.get("_output_shapes")
    dtype = parse_tensor(str(attrs.get("dtype", "unknown"))).dtype
    for port, sizes in enumerate(shapes if isinstance(shapes, list) else []):
        if isinstance(sizes, list) and all(isinstance(size, int) for size in sizes):
            tensors.setdefault(port, Tensor(dtype, tuple(None if size < 0 else size for size in sizes)))
    count = max([port + 1 for port in (*tensors, *ports) if port < MOST_PORTS], default=0)
    return tuple(tensors.get(port, UNKNOWN) for port in range(count))


def _calls(label: str, called: list[str]) -> tuple[FunctionCall, ...]:
    """The graphs that a node calls, with the role of each, in the adapters' order."""
    roles: tuple[str, ...] = ("function",) * len(called)
    if len(called) == 2 and label.lower() in LOOPS | CONDITIONALS:
        roles = ("condition", "body") if label.lower() in LOOPS else ("then", "else")
    elif len(called) > 1:
        roles = tuple(f"branch {index}" for index in range(len(called)))
    return tuple(FunctionCall(role, name) for role, name in zip(roles, called, strict=True))
