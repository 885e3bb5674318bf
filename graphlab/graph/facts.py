"""Facts about a whole graph, besides its ops and edges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NotRequired, TypeAlias, TypedDict

from graphlab.graph.types import Body, Group

Counts: TypeAlias = tuple[int, int]  # all parameters, and those that training changes
Point: TypeAlias = tuple[float, float, float | str]  # step, seconds since 1970, value ("NaN" because JSON has none)


class StageFacts(TypedDict):
    """What is known about the elements that a stage of a tf.data pipeline yields.

    `count` is their number, None if unknown to tf.data. `names` are Python's expressions for the tensors of an element.
    """

    count: int | Literal["infinite"] | None
    names: list[str]


class SampleValue(TypedDict):
    """One tensor of an element for display: `image` is a data URI, `tensor` reads `float32[28,28]`."""

    name: str
    tensor: str
    text: NotRequired[str]
    image: NotRequired[str]


class DatasetSample(TypedDict):
    """The first elements of a dataset; `problem` says why there are no more, "" if nothing is wrong."""

    title: str
    problem: str
    elements: list[list[SampleValue]]


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphFacts:
    """Facts about a whole graph. To change one, set `graph.facts = replace(graph.facts, name=...)`.

    In node-link JSON each field is an attribute of the graph, under the same name.
    """

    name: str = ""
    """The function's or model's name."""
    kind: str = "function"
    """Which computation this is: "function", "forward", "train_step", "layers" or "pipeline"."""
    groups: Mapping[str, Group] = field(default_factory=dict)
    """Every group by its id."""
    inputs: tuple[str, ...] = ()
    """The ops of the arguments, by id, in the signature's order."""
    outputs: tuple[str, ...] = ()
    """The ops whose values are returned, by id, in the signature's order."""
    names: Mapping[str, str] = field(default_factory=dict)
    """The user's names for arguments, results and loop values, by op id; ops without one are omitted."""
    bodies: tuple[Body, ...] = ()
    """The functions that ops call, each in its place; outer ones first."""
    code: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    """The lines of source code that made ops: text by line number, from 1, by file."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Versions by package or format. Empty if unknown; the ops are then TensorFlow's."""
    notes: tuple[str, ...] = ()
    """Sentences that a reader of the graph must know: what is missing and why, what a file says about itself."""
    parameters: Counts | None = None
    """A Keras model's parameters, including those that the graph does not read; None: its variables are all."""
    counts: Mapping[str, Counts] = field(default_factory=dict)
    """The parameters that Keras counts for a layer, by the id of the layer's group."""
    tells_training: bool | None = None
    """Whether it is known which variables are trained; None: only if `versions` say that the graph is TensorFlow's."""
    weights: Mapping[str, str] = field(default_factory=dict)
    """Where the file has a variable's or constant's values, by op id."""
    replicas: int = 1
    """How many replicas of the model a train step contains."""
    stages: Mapping[str, StageFacts] = field(default_factory=dict)
    """Facts about the stages of a tf.data pipeline, by op id."""
    samples: tuple[DatasetSample, ...] = ()
    """The first elements of each dataset of a pipeline, in the order of `outputs`; () if they were not read."""
    scalars: Mapping[str, Mapping[str, Sequence[Point]]] = field(default_factory=dict)
    """Scalars that were logged with the graph, by run and tag, in log order."""
    has_data: bool = False
    """Whether the model's file has a datasets()."""
    untrainable: str = ""
    """Why the source cannot be trained from here, as a sentence; "" if it can."""
    early_training: str = ""
    """A sentence about training that the source does while it is loaded; "" if it does none."""
    failures: Mapping[str, str] = field(default_factory=dict)
    """The graphs of the same source that could not be made, by name, each with the reason."""
