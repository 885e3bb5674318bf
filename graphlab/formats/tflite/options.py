"""The options of TensorFlow Lite's operators as attributes, and the subgraphs that they refer to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from graphlab.formats.tflite.flatbuffer import Bounds, enum_names, schema, snake_case
from graphlab.graph import JsonValue

if TYPE_CHECKING:
    from graphlab.formats.tflite.flatbuffer import Table

MOST_VALUES = 64
# Fields that contain an enum's number. "type" and "mode" have another enum in the options of _OTHER_ENUMS.
_ENUMS = {
    "fused_activation_function": "ActivationFunctionType",
    "padding": "Padding",
    "in_data_type": "TensorType",
    "out_data_type": "TensorType",
    "idx_out_type": "TensorType",
    "output_type": "TensorType",
    "type": "TensorType",
    "out_type": "TensorType",
    "quantized_bias_type": "TensorType",
    "mode": "MirrorPadMode",
    "combiner": "CombinerType",
    "kernel_type": "LSTMKernelType",
    "weights_format": "FullyConnectedOptionsWeightsFormat",
}
_OTHER_ENUMS = {"LSHProjectionOptions": {"type": "LSHProjectionType"}}
# Fields that refer to a subgraph, and its role: one of graph.Body's roles, or "step" if it is not a call.
SUBGRAPHS = {
    "cond_subgraph_index": "condition",
    "body_subgraph_index": "body",
    "then_subgraph_index": "then",
    "else_subgraph_index": "else",
    "init_subgraph_index": "function",
    "decomposition_subgraph_index": "function",
    "comparator_subgraph_index": "step",
    "update_computation_subgraph_index": "step",
}


def operator_attributes(operator: Table, bounds: Bounds) -> dict[str, JsonValue]:
    """The operator's options by the schema's names, with enums by name. Custom options are described by their size."""
    attributes: dict[str, JsonValue] = {}
    for kind, table, creator in (
        (operator.BuiltinOptionsType(), operator.BuiltinOptions(), schema().BuiltinOptionsCreator),
        (operator.BuiltinOptions2Type(), operator.BuiltinOptions2(), schema().BuiltinOptions2Creator),
    ):
        options = creator(kind, table) if kind and table is not None else None
        if options is not None:
            attributes |= _attributes(options, bounds)
    if not operator.CustomOptionsIsNone():
        attributes["custom_options"] = f"{operator.CustomOptionsLength()} bytes"
    return attributes


def subgraphs_of(attrs: Mapping[str, JsonValue]) -> list[tuple[str, int]]:
    """(role, index) of each subgraph that an operator's attributes refer to."""
    subgraphs = {role: index for name, role in SUBGRAPHS.items() if isinstance(index := attrs.get(name), int)}
    if "body" in subgraphs and "condition" not in subgraphs:  # what a reduction or sort does at each step
        subgraphs["step"] = subgraphs.pop("body")
    return list(subgraphs.items())


def _attributes(options: Table, bounds: Bounds) -> dict[str, JsonValue]:
    others = _OTHER_ENUMS.get(type(options).__name__.removesuffix("T"), {})
    attributes: dict[str, JsonValue] = {}
    for field, value in vars(options).items():
        name = snake_case(field)
        enum = others.get(name) or _ENUMS.get(name)
        plain = _plain(value, bounds)
        if plain is not None:
            attributes[name] = enum_names(enum).get(plain, plain) if enum and isinstance(plain, int) else plain
    return attributes


def _plain(value: object, bounds: Bounds) -> JsonValue:
    """A field as JSON. A long list is described by its length, a nested table is left out."""
    import numpy as np

    if isinstance(value, bytes):
        return bounds.text(value)
    if isinstance(value, np.ndarray):
        bounds.spend(int(value.size))
        numbers: JsonValue = value.tolist()
        return numbers if value.size <= MOST_VALUES else f"{value.size} values"
    if isinstance(value, float) and value - value != 0:
        return str(value)
    return value if isinstance(value, (bool, int, float)) else None
