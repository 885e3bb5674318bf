"""Ops, tensors, groups and the graph that contains them. Independent of TensorFlow and pixels."""

from graphlab.graph.facts import GraphFacts
from graphlab.graph.op_graph import Graph, add_notes, build_graph
from graphlab.graph.types import (
    CONTROL_KEY,
    LAYERS,
    Body,
    EdgeData,
    Group,
    Layer,
    Op,
    Source,
    Tensor,
    Variable,
    count_elements,
    display_name,
    format_shape,
)
from graphlab.json_value import JsonObject, JsonValue

__all__ = [
    "CONTROL_KEY",
    "LAYERS",
    "Body",
    "EdgeData",
    "Graph",
    "GraphFacts",
    "Group",
    "JsonObject",
    "JsonValue",
    "Layer",
    "Op",
    "Source",
    "Tensor",
    "Variable",
    "add_notes",
    "build_graph",
    "count_elements",
    "display_name",
    "format_shape",
]
