"""Ops, tensors and groups, of which a graph consists. Independent of TensorFlow and pixels."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from graphlab.json_value import JsonValue

CONTROL_KEY = "^"
LAYERS = ("model", "layer")  # the kinds of groups that are Keras layers


@dataclass(frozen=True, slots=True)
class Tensor:
    """A value that flows along an edge. `shape` is None for unknown rank; a None in it is an unknown size.

    `elements` contains, for a dataset, the tensors of one of its elements.
    """

    dtype: str
    shape: tuple[int | None, ...] | None
    elements: tuple[Tensor, ...] = ()

    def __str__(self) -> str:
        if self.elements:
            return ", ".join(map(_element_words, self.elements))
        return f"{self.dtype}[{format_shape(self.shape)}]"


def _element_words(tensor: Tensor) -> str:
    """The text for a tensor of an element; a dataset includes its own elements."""
    words = str(tensor)
    if not tensor.elements:
        return words
    return f"dataset of {words}" if len(tensor.elements) == 1 else f"dataset of ({words})"


@dataclass(frozen=True, slots=True)
class Variable:
    """A tf.Variable, as its handle appears in the graph.

    `parameters` counts its numbers if they are the model's parameters; the state of an optimizer, a metric or a random
    generator does not count.
    """

    name: str
    shape: tuple[int | None, ...] | None
    dtype: str
    trainable: bool
    parameters: int

    def __str__(self) -> str:
        return f"{self.dtype}[{format_shape(self.shape)}]"


@dataclass(frozen=True, slots=True)
class Layer:
    """The Keras layer of an op: names from the model inwards, joined by "/", and the class."""

    path: str
    class_name: str


@dataclass(frozen=True, slots=True)
class Source:
    """A line of the user's code."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Op:
    """One TensorFlow operation.

    `path` lists the ids of the enclosing groups, outermost first. `inputs` lists (op id, output port) per
    input port. `pair` is the forward op of a gradient op. `device` is "" if TensorFlow has not placed it. `problem`
    says what is wrong with an op in a file; "" for nothing.
    """

    id: str
    type: str
    path: tuple[str, ...] = ()
    inputs: tuple[tuple[str, int], ...] = ()
    outputs: tuple[Tensor, ...] = ()
    attrs: Mapping[str, JsonValue] = field(default_factory=dict)
    layer: Layer | None = None
    variable: Variable | None = None
    source: Source | None = None
    device: str = ""
    pair: str | None = None
    problem: str = ""


class EdgeData(TypedDict):
    """networkx's data of an edge. The ports and the tensor are None for a control dependency."""

    src_port: int | None
    dst_port: int | None
    tensor: Tensor | None
    control: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A box that can be expanded: a model, a layer, a scope, a part of the train step.

    `id` ends in "/" and starts with its parent's id. `kind` is one of model, layer, scope, loss, gradients,
    optimizer, update (of the variable that its settings name), metrics, code (a part of the Python code that made many
    ops), for what ops call: function, loop, conditional, body, and in pipelines: stage, and data for one of several
    datasets. `settings` are the constructor's arguments worth showing.
    """

    id: str
    label: str
    kind: str = "scope"
    class_name: str = ""
    settings: Mapping[str, JsonValue] = field(default_factory=dict)
    source: Source | None = None

    @property
    def parent_id(self) -> str:
        """The enclosing group's id; "" at the root."""
        return self.id[: self.id.rfind("/", 0, -1) + 1]


@dataclass(frozen=True, slots=True)
class Body:
    """A function's graph at the op that calls it.

    `role` is function, condition, body, then, else or branch N. `args` are the ops for the call's inputs from
    `first_input` on; `results` are the outputs, as (op id, output port), that the call returns (a condition's only
    result decides whether the loop continues). The functions of a pipeline stage have one of the roles in
    `graphlab.graph.stages`; their first `elements` args represent the tensors of an element.
    """

    call: str
    role: str
    group: str
    args: tuple[str, ...]
    results: tuple[tuple[str, int], ...]
    first_input: int = 0
    elements: int = 0


def format_shape(shape: tuple[int | None, ...] | None) -> str:
    """The sizes as text; None means an unknown size, or an unknown rank.

    >>> format_shape((None, 784))
    '?,784'
    >>> format_shape(None)
    '..'
    """
    if shape is None:
        return ".."
    return ",".join("?" if size is None else str(size) for size in shape)


def count_elements(shape: tuple[int | None, ...] | None) -> int | None:
    """How many numbers a tensor of this shape contains; None if a size is unknown."""
    return None if shape is None or None in shape else math.prod(size or 0 for size in shape)


def display_name(op: Op) -> str:
    """The op's own name without its scopes; for a variable, the variable's."""
    name = op.variable.name if op.variable else op.id
    return name.rstrip("/").rsplit("/", 1)[-1]
