"""What graphlab wrote for Model Explorer, back to the same graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from graphlab.formats.facts_json import facts_from_json
from graphlab.formats.json_file import parse_json
from graphlab.formats.model_explorer.write import CONTROL_ID
from graphlab.formats.tensor_text import parse_tensor
from graphlab.graph import Body, Graph, Group, JsonValue, Layer, Op, Source, Tensor, Variable, build_graph

_NESTED = "dataset of "  # what an element is that is a dataset itself
MOST_NESTED = 50
NAMESPACE = str.maketrans({"；": ";", "＼": "\\"})


def from_collection(collection: Mapping[str, Any]) -> Graph:
    """The graph of a collection that `to_collection` made; LookupError, TypeError or ValueError for any other."""
    ops: list[Op] = []
    controls: list[tuple[str, str]] = []
    groups: dict[str, Group] = {}
    bodies: list[Body] = []
    code: dict[str, dict[int, str]] = {}
    main = _values(collection["graphs"][0]["groupNodeAttributes"][""])
    for place, data in enumerate(collection["graphs"]):
        about = _values(data["groupNodeAttributes"][""])
        if place:
            bodies.append(_body(about))
        top = about.get("group", "")
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
                code.setdefault(op.source.file, {})[op.source.line] = attrs["source text"]
    facts = replace(facts_from_json(main), groups=groups, bodies=tuple(bodies), code=code)
    return build_graph(ops, controls, facts)


def value_of(text: JsonValue) -> JsonValue:
    """What `spell` has written: JSON where it is, else the text itself."""
    try:
        return parse_json(text)
    except (TypeError, ValueError, RecursionError):
        return text


def _values(words: Mapping[str, str]) -> dict[str, JsonValue]:
    return {key: value_of(text) for key, text in words.items()}


def _path(top: str, namespace: str) -> tuple[str, ...]:
    """The ids of the enclosing groups, outermost first: each ends where a "/" is."""
    innermost = top + (f"{namespace.translate(NAMESPACE)}/" if namespace else "")
    return tuple(innermost[: end + 1] for end, letter in enumerate(innermost) if letter == "/")


def _op(node: Mapping[str, Any], attrs: Mapping[str, JsonValue], path: tuple[str, ...]) -> Op:
    plain = {"value" if key == "__value" else key: value for key, value in attrs.items() if " " not in key}
    layer = Layer(attrs["keras layer"], attrs["layer class"]) if "keras layer" in attrs else None
    return Op(
        id=node["id"],
        type=node["label"],
        path=path,
        inputs=_inputs(node, attrs.get("reads from outside", {})),
        outputs=tuple(_tensor(output["attrs"]) for output in node["outputsMetadata"]),
        attrs=plain,
        layer=layer,
        variable=_variable(attrs) if "variable name" in attrs else None,
        source=_source(attrs.get("source line")),
        device=attrs.get("placed on", ""),
        pair=attrs.get("gradient of"),
        problem=attrs.get("what is wrong", ""),
    )


def _inputs(node: Mapping[str, Any], outside: Mapping[str, list[Any]]) -> tuple[tuple[str, int], ...]:
    ports = {
        int(edge["targetNodeInputId"]): (edge["sourceNodeId"], int(edge["sourceNodeOutputId"]))
        for edge in node["incomingEdges"]
        if edge["targetNodeInputId"] != CONTROL_ID
    }
    ports |= {int(port): (src, src_port) for port, (src, src_port) in outside.items()}
    return tuple(ports[port] for port in sorted(ports))


def _controls(node: Mapping[str, Any]) -> list[str]:
    return [edge["sourceNodeId"] for edge in node["incomingEdges"] if edge["targetNodeInputId"] == CONTROL_ID]


def _tensor(attrs: list[Mapping[str, str]]) -> Tensor:
    words = {pair["key"]: pair["value"] for pair in attrs}
    shown = words["tensor_shape"]
    if "held in" not in words:
        return parse_tensor(shown)
    held = parse_tensor(words["held in"])
    return Tensor(held.dtype, held.shape, _elements(shown))


def _elements(shown: str) -> tuple[Tensor, ...]:
    """The tensors in `float32[2], dataset of (int64[], int64[])`."""
    if shown.count(_NESTED) > MOST_NESTED:
        raise ValueError(f"datasets in {MOST_NESTED} others")
    found: list[Tensor] = []
    while shown:
        tensor, shown = _element(shown)
        found.append(tensor)
        shown = shown.removeprefix(", ")
    return tuple(found)


def _element(shown: str) -> tuple[Tensor, str]:
    """The first tensor of these, and what is left."""
    if not shown.startswith(_NESTED):
        end = shown.index("]") + 1
        return parse_tensor(shown[:end]), shown[end:]
    inside = shown.removeprefix(_NESTED)
    if not inside.startswith("("):
        tensor, left = _element(inside)
        return Tensor("variant", (), (tensor,)), left
    end, depth = 1, 1
    while depth:
        depth += {"(": 1, ")": -1}.get(inside[end], 0)
        end += 1
    return Tensor("variant", (), _elements(inside[1 : end - 1])), inside[end:]


def _variable(attrs: Mapping[str, JsonValue]) -> Variable:
    tensor = parse_tensor(attrs["variable tensor"])
    name, trainable = attrs["variable name"], bool(attrs["is trainable"])
    return Variable(str(name), tensor.shape, tensor.dtype, trainable, int(attrs["parameter count"]))


def _source(text: JsonValue) -> Source | None:
    file, _, line = str(text or "").rpartition(":")
    return Source(file, int(line)) if file else None


def _group(group_id: str, about: Mapping[str, JsonValue]) -> Group:
    return Group(
        group_id,
        str(about["label"]),
        str(about["kind"]),
        str(about.get("class", "")),
        about.get("settings", {}),
        _source(about.get("source line")),
    )


def _body(about: Mapping[str, JsonValue]) -> Body:
    results = tuple((op_id, port) for op_id, port in about["results"])
    names = (about["called by"], about["role"], about["group"])
    return Body(*names, tuple(about["arguments"]), results, about["first input"], about.get("elements", 0))
