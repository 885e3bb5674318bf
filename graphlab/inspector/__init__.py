"""The details of a box as plain parts. Knows nothing about Dash, pixels or TensorFlow."""

from graphlab.inspector.details import inspect, overview
from graphlab.inspector.parts import (
    CodeLine,
    Folds,
    Formula,
    Heading,
    Part,
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
    "Folds",
    "Formula",
    "Heading",
    "Part",
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
