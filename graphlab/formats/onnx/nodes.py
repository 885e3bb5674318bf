"""One ONNX node: its type with its domain, its attributes, and the groups given by its name or its exporter."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from graphlab.formats.nested import MOST_SCOPES, scopes
from graphlab.formats.onnx.types import attribute_value, is_weight, small_value
from graphlab.graph import JsonValue, Tensor, Variable, count_elements

if TYPE_CHECKING:
    import onnx

_PLAIN_DOMAINS = ("", "ai.onnx")
_TORCH_SCOPES = "pkg.torch.onnx.name_scopes"
_MOST_CHARACTERS = 10_000


def node_type(node: onnx.NodeProto) -> str:
    """`Conv`; with a domain other than ONNX's own, `com.microsoft.Gelu`. A constant is `Const`, as in all formats."""
    if node.domain not in _PLAIN_DOMAINS:
        return f"{node.domain}.{node.op_type}"
    return "Const" if node.op_type == "Constant" else str(node.op_type)


def plain_attributes(node: onnx.NodeProto) -> dict[str, JsonValue]:
    """The attributes by name, without graphs."""
    values = {attribute.name: attribute_value(attribute) for attribute in node.attribute}
    if node.op_type == "Constant":  # value_int, value_floats ...
        return {"value": next(iter(values.values()), None)}
    return {name: value for name, value in sorted(values.items()) if value is not None}


def weight_of(name: str, tensor: Tensor) -> Variable | None:
    """The variable for a constant; None for a small one that is not a weight."""
    count = count_elements(tensor.shape) or 0
    return Variable(name, tensor.shape, tensor.dtype, False, count) if is_weight(tensor) else None


def constant_attributes(proto: onnx.NodeProto) -> tuple[dict[str, JsonValue], str]:
    """A small constant's value as an attribute, and its problem if there is one."""
    try:
        value = small_value(proto)
    except (ValueError, TypeError, LookupError) as error:
        return {}, f"Its values cannot be read: {' '.join(str(error).split())[:120]}."
    return ({} if value is None else {"value": value}), ""


def node_path(node: onnx.NodeProto, op_id: str, node_ids: frozenset[str]) -> tuple[str, ...]:
    """The labels of the groups around a node: the modules that PyTorch's exporter records, else its name's scopes."""
    for entry in getattr(node, "metadata_props", ()):
        if entry.key == _TORCH_SCOPES and len(entry.value) < _MOST_CHARACTERS:
            return _modules(entry.value)
    return scopes(op_id, node_ids)


def _modules(text: str) -> tuple[str, ...]:
    """`['', 'layers.0', 'layers.0.linear', 'linear']` → layers.0, linear: the last is the node's own."""
    try:
        names = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return ()
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return ()
    labels: list[str] = []
    outer = ""
    for name in names[:-1][: MOST_SCOPES + 1]:
        if name and name != outer:
            labels.append(name.removeprefix(f"{outer}."))
            outer = name
    return tuple(labels)
