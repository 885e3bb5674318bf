"""Restores a graph from a Model Explorer file that graphlab wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypedDict

from graphlab.formats.facts_json import facts_from_json
from graphlab.formats.json_file import parse_json
from graphlab.formats.model_explorer.write import CONTROL_ID
from graphlab.formats.tensor_text import parse_tensor
from graphlab.graph import Body, Graph, Group, JsonObject, JsonValue, Layer, Op, Source, Tensor, Variable, build_graph
from graphlab.graph.json_values import int_of, list_of, object_of, text_of

_NESTED = "dataset of "  # the word for an element that is itself a dataset
MOST_NESTED = 50
NAMESPACE = str.maketrans({"；": ";", "＼": "\\"})


# What `to_collection` writes. A file may contain anything: a mismatch raises an error, or `check_graph` finds it.
class Pair(TypedDict):
    """An attribute."""

    key: str
    value: str


class Edge(TypedDict):
    """An incoming edge from another node."""

    sourceNodeId: str
    sourceNodeOutputId: str
    targetNodeInputId: str


class Output(TypedDict):
    """An output of a node."""

    attrs: list[Pair]


class Node(TypedDict):
    """An op."""

    id: str
    label: str
    namespace: str
    attrs: list[Pair]
    incomingEdges: list[Edge]
    outputsMetadata: list[Output]


class NodeGraph(TypedDict):
    """A graph, or a body that ops call."""

    nodes: list[Node]
    groupNodeAttributes: dict[str, dict[str, str]]


class Collection(TypedDict):
    """A graph with its bodies."""

    graphs: list[NodeGraph]


def from_collection(collection: Collection) -> Graph:
    """The graph of a collection made by `to_collection`. Raises LookupError, TypeError or ValueError for any other."""
    ops: list[Op] = []
    controls: list[tuple[str, str]] = []
    groups: dict[str, Group] = {}
    bodies: list[Body] = []
    code: dict[str, dict[int, str]] = {}
    main = _values(collection["graphs"][0]["groupNodeAttributes"][""])
    for index, data in enumerate(collection["graphs"]):
        about = _values(data["groupNodeAttributes"][""])
        if index:
            bodies.append(_body(about))
        top = text_of(about.get("group", ""))
        for name, words in data["groupNodeAttributes"].items():
            if name:
                group = _group(top + name.translate(NAMESPACE) + "/", _values(words))
                groups[group.id] = group
        for node in data["nodes"]:
            attrs = {pair["key"]: value_of(pair["value"]) for pair in node["attrs"]}
            op = _op(node, attrs, _path(top, node["namespace"]))
            ops.append(op)
            controls += [(src, op.id) for src in _controls(node)]
            if op.source and "source text" in attrs:
                code.setdefault(op.source.file, {})[op.source.line] = text_of(attrs["source text"])
    facts = replace(facts_from_json(main), groups=groups, bodies=tuple(bodies), code=code)
    return build_graph(ops, controls, facts)


def value_of(text: str) -> JsonValue:
    """The value written by `spell`: parsed if it is JSON, else the text itself."""
    try:
        return parse_json(text)
    except (TypeError, ValueError, RecursionError):
        return text


def _values(words: Mapping[str, str]) -> dict[str, JsonValue]:
    return {key: value_of(text) for key, text in words.items()}


def _path(top: str, namespace: str) -> tuple[str, ...]:
    """The ids of the enclosing groups, outermost first: each ends before a "/"."""
    innermost = top + (f"{namespace.translate(NAMESPACE)}/" if namespace else "")
    return tuple(innermost[: end + 1] for end, letter in enumerate(innermost) if letter == "/")


def _op(node: Node, attrs: Mapping[str, JsonValue], path: tuple[str, ...]) -> Op:
    plain = {"value" if key == "__value" else key: value for key, value in attrs.items() if " " not in key}
    layer = Layer(text_of(attrs["keras layer"]), text_of(attrs["layer class"])) if "keras layer" in attrs else None
    return Op(
        id=node["id"],
        type=node["label"],
        path=path,
        inputs=_inputs(node, object_of(attrs.get("reads from outside", {}))),
        outputs=tuple(_tensor(output["attrs"]) for output in node["outputsMetadata"]),
        attrs=plain,
        layer=layer,
        variable=_variable(attrs) if "variable name" in attrs else None,
        source=_source(attrs.get("source line")),
        device=text_of(attrs.get("placed on", "")),
        pair=text_of(attrs["gradient of"]) if "gradient of" in attrs else None,
        problem=text_of(attrs.get("what is wrong", "")),
    )


def _inputs(node: Node, outside: JsonObject) -> tuple[tuple[str, int], ...]:
    ports = {
        int(edge["targetNodeInputId"]): (edge["sourceNodeId"], int(edge["sourceNodeOutputId"]))
        for edge in node["incomingEdges"]
        if edge["targetNodeInputId"] != CONTROL_ID
    }
    ports |= {int(port): _end(end) for port, end in outside.items()}
    return tuple(ports[port] for port in sorted(ports))


def _controls(node: Node) -> list[str]:
    return [edge["sourceNodeId"] for edge in node["incomingEdges"] if edge["targetNodeInputId"] == CONTROL_ID]


def _tensor(attrs: list[Pair]) -> Tensor:
    words = {pair["key"]: pair["value"] for pair in attrs}
    text = words["tensor_shape"]
    if "held in" not in words:
        return parse_tensor(text)
    container = parse_tensor(words["held in"])
    return Tensor(container.dtype, container.shape, _elements(text))


def _elements(text: str) -> tuple[Tensor, ...]:
    """The tensors in a text such as `float32[2], dataset of (int64[], int64[])`."""
    if text.count(_NESTED) > MOST_NESTED:
        raise ValueError(f"datasets in {MOST_NESTED} others")
    tensors: list[Tensor] = []
    while text:
        tensor, text = _element(text)
        tensors.append(tensor)
        text = text.removeprefix(", ")
    return tuple(tensors)


def _element(text: str) -> tuple[Tensor, str]:
    """The first tensor of the text, and the rest of the text."""
    if not text.startswith(_NESTED):
        end = text.index("]") + 1
        return parse_tensor(text[:end]), text[end:]
    inside = text.removeprefix(_NESTED)
    if not inside.startswith("("):
        tensor, rest = _element(inside)
        return Tensor("variant", (), (tensor,)), rest
    end, depth = 1, 1
    while depth:
        depth += {"(": 1, ")": -1}.get(inside[end], 0)
        end += 1
    return Tensor("variant", (), _elements(inside[1 : end - 1])), inside[end:]


def _variable(attrs: Mapping[str, JsonValue]) -> Variable:
    tensor = parse_tensor(text_of(attrs["variable tensor"]))
    name, trainable = attrs["variable name"], bool(attrs["is trainable"])
    return Variable(str(name), tensor.shape, tensor.dtype, trainable, int_of(attrs["parameter count"]))


def _source(text: JsonValue) -> Source | None:
    file, _, line = str(text or "").rpartition(":")
    return Source(file, int(line)) if file else None


def _group(group_id: str, about: Mapping[str, JsonValue]) -> Group:
    return Group(
        group_id,
        str(about["label"]),
        str(about["kind"]),
        str(about.get("class", "")),
        object_of(about.get("settings", {})),
        _source(about.get("source line")),
    )


def _body(about: Mapping[str, JsonValue]) -> Body:
    return Body(
        text_of(about["called by"]),
        text_of(about["role"]),
        text_of(about["group"]),
        tuple(map(text_of, list_of(about["arguments"]))),
        tuple(map(_end, list_of(about["results"]))),
        int_of(about["first input"]),
        int_of(about.get("elements", 0)),
    )


def _end(end: JsonValue) -> tuple[str, int]:
    op_id, port = list_of(end)
    return text_of(op_id), int_of(port)
