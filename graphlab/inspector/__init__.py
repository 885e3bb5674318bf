"""The details of a box as plain parts. Independent of Dash, pixels and TensorFlow."""

from graphlab.inspector.details import inspect, overview
from graphlab.inspector.parts import (
    CodeLine,
    Detail,
    Folds,
    Formula,
    Heading,
    Problem,
    Prose,
    Row,
    Samples,
    Section,
    SizeField,
    SizeFields,
    Value,
)

__all__ = [
    "CodeLine",
    "Detail",
    "Folds",
    "Formula",
    "Heading",
    "Problem",
    "Prose",
    "Row",
    "Samples",
    "Section",
    "SizeField",
    "SizeFields",
    "Value",
    "inspect",
    "overview",
]
