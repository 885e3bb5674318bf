"""A graph as Model Explorer's adapters write it: ids that are numbers, GraphInputs and GraphOutputs nodes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from graphlab.formats.model_explorer_own import value_of
from graphlab.formats.nested import MOST_SCOPES, Call, End, Names, Part
from graphlab.formats.tensor_text import UNKNOWN, parse_tensor
from graphlab.graph import JsonValue, Op, Tensor

MOST_PORTS = 10_000
ENDS = frozenset({"GraphInputs", "GraphOutputs"})
CHOICES = frozenset({"if", "statelessif", "stablehlo.if"})
CONSTANTS = frozenset({"Const", "pseudo_const", "pseudo_qconst", "tfl.pseudo_const", "tfl.pseudo_qconst"})
LOOPS = frozenset({"while", "statelesswhile", "stablehlo.while"})


def to_part(data: Mapping[str, Any]) -> Part:
    """The graph's ops: each output of GraphInputs is one of its own, what GraphOutputs takes are the results."""
    nodes = [node for node in data["nodes"] if isinstance(node, Mapping) and "id" in node]
    names = Names()
    inputs = _inputs(nodes, names)
    op_ids = {str(node["id"]): names.free(_name(node)) for node in nodes if node.get("label") not in ENDS}
    ports = _ports(nodes)
    ops = list(inputs.values())
    calls: dict[str, tuple[Call, ...]] = {}
    results: list[End] = []
    for node in nodes:
        node_id = str(node["id"])
        ends = [_end(edge, inputs, op_ids) for edge in _edges(node)]
        if node.get("label") == "GraphOutputs":
            results += ends
        elif node_id in op_ids:
            ops.append(_op(node, op_ids[node_id], ends, ports.get(node_id, [])))
            called = [str(name) for name in _list(node, "subgraphIds")]
            calls |= {op_ids[node_id]: _calls(str(node.get("label", "")), called)} if called else {}
    return Part(ops, tuple(op.id for op in inputs.values()), tuple(results), calls)


def _list(data: Mapping[str, Any], key: str) -> list[Any]:
    found = data.get(key)
    return found if isinstance(found, list) else []


def _edges(node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What comes in, in the order of the input ids where these are numbers."""
    edges = [edge for edge in _list(node, "incomingEdges") if isinstance(edge, Mapping)]
    return sorted(edges, key=lambda edge: _port(edge.get("targetNodeInputId", "0")))


def _port(text: JsonValue) -> int:
    text = str(text)
    return int(text) if text.isdecimal() and len(text) < 9 else MOST_PORTS


def _words(pairs: Iterable[Any]) -> dict[str, str]:
    """Keys and values of a list of pairs; a value that is no text is written as JSON."""
    found = {}
    for pair in pairs:
        if isinstance(pair, Mapping) and "key" in pair:
            value = pair.get("value", "")
            found[str(pair["key"])] = value if isinstance(value, str) else json.dumps(value)
    return found


def _metadata(node: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    items = [item for item in _list(node, "outputsMetadata") if isinstance(item, Mapping)]
    return {str(item.get("id", "0")): _words(_list(item, "attrs")) for item in items}


def _inputs(nodes: list[Mapping[str, Any]], names: Names) -> dict[End, Op]:
    """(id of a GraphInputs node, output port) → the op that stands for this argument."""
    found: dict[End, Op] = {}
    for node in nodes:
        if node.get("label") == "GraphInputs":
            for port, words in _metadata(node).items():
                name = words.get("signature_name") or words.get("tensor_name") or f"input {port}"
                tensor = parse_tensor(words.get("tensor_shape", ""))
                found[str(node["id"]), _port(port)] = Op(names.free(name), "Placeholder", outputs=(tensor,))
    return found


def _end(edge: Mapping[str, Any], inputs: Mapping[End, Op], op_ids: Mapping[str, str]) -> End:
    source, port = str(edge.get("sourceNodeId")), _port(edge.get("sourceNodeOutputId", "0"))
    argument = inputs.get((source, port))
    return (argument.id, 0) if argument else (op_ids.get(source, source), port)


def _ports(nodes: list[Mapping[str, Any]]) -> dict[str, list[int]]:
    """Per node the output ports that others read."""
    found: dict[str, list[int]] = {}
    for node in nodes:
        for edge in _edges(node):
            found.setdefault(str(edge.get("sourceNodeId")), []).append(_port(edge.get("sourceNodeOutputId", "0")))
    return found


def _name(node: Mapping[str, Any]) -> str:
    """The node's own id; one that is only a number says nothing, its groups and its label do."""
    node_id, label = str(node["id"]), str(node.get("label", ""))
    return f"{node.get('namespace') or ''}/{label}".strip("/") if node_id.isdecimal() and label else node_id


def _op(node: Mapping[str, Any], op_id: str, ends: list[End], ports: list[int]) -> Op:
    label = str(node.get("label", ""))
    words = _words(_list(node, "attrs"))
    attrs = {"value" if key == "__value" else key: value_of(text) for key, text in words.items()}
    namespace = str(node.get("namespace") or "").rpartition(";")[2]
    labels = [label for label in namespace.split("/") if label][:MOST_SCOPES]
    outputs = _outputs(node, attrs, ports) or ((UNKNOWN,) if label in CONSTANTS else ())
    attrs.pop("_output_shapes", None)
    return Op(op_id, "Const" if label in CONSTANTS else label, tuple(labels), tuple(ends), outputs, attrs)


def _outputs(node: Mapping[str, Any], attrs: Mapping[str, JsonValue], ports: list[int]) -> tuple[Tensor, ...]:
    """The tensor of each output: what the file says, else the shapes that TensorFlow has noted on the node."""
    known = {_port(port): parse_tensor(words.get("tensor_shape", "")) for port, words in _metadata(node).items()}
    shapes = attrs.get("_output_shapes")
    dtype = parse_tensor(str(attrs.get("dtype", "unknown"))).dtype
    for port, sizes in enumerate(shapes if isinstance(shapes, list) else []):
        if isinstance(sizes, list) and all(isinstance(size, int) for size in sizes):
            known.setdefault(port, Tensor(dtype, tuple(None if size < 0 else size for size in sizes)))
    count = max([port + 1 for port in (*known, *ports) if port < MOST_PORTS], default=0)
    return tuple(known.get(port, UNKNOWN) for port in range(count))


def _calls(label: str, called: list[str]) -> tuple[Call, ...]:
    """The graphs that a node goes into, with the part that each plays, as the adapters order them."""
    roles: tuple[str, ...] = ("function",) * len(called)
    if len(called) == 2 and label.lower() in LOOPS | CHOICES:
        roles = ("condition", "body") if label.lower() in LOOPS else ("then", "else")
    elif len(called) > 1:
        roles = tuple(f"branch {place}" for place in range(len(called)))
    return tuple(Call(role, name) for role, name in zip(roles, called, strict=True))
