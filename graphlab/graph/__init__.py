"""Ops, tensors, groups and the graph that contains them. Knows nothing about TensorFlow or pixels."""

from graphlab.graph.types import (
    CONTROL_KEY,
    LAYERS,
    Body,
    Graph,
    Group,
    JsonValue,
    Layer,
    Op,
    Source,
    Tensor,
    Variable,
    build_graph,
    count_elements,
    display_name,
    format_shape,
)

__all__ = [
    "CONTROL_KEY",
    "LAYERS",
    "Body",
    "Graph",
    "Group",
    "JsonValue",
    "Layer",
    "Op",
    "Source",
    "Tensor",
    "Variable",
    "build_graph",
    "count_elements",
    "display_name",
    "format_shape",
]
