"""The details of a box as plain parts. Knows nothing about Dash, pixels or TensorFlow."""

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
