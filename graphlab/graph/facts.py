"""Facts about a whole graph, besides its ops and edges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NotRequired, TypeAlias, TypedDict

from graphlab.graph.types import Body, Group

Counts: TypeAlias = tuple[int, int]  # parameters: all of them, and those that training changes
Point: TypeAlias = tuple[float, float, float | str]  # step, seconds since 1970, value ("NaN": JSON has none)


class StageFacts(TypedDict):
    """What is known of the elements that a stage of a tf.data pipeline yields.

    `count` is how many, None if tf.data cannot tell. `names` are what Python calls the tensors of an element.
    """

    count: int | Literal["infinite"] | None
    names: list[str]


class SampleValue(TypedDict):
    """One tensor of an element, to be looked at: `image` is a data URI, `tensor` reads `float32[28,28]`."""

    name: str
    tensor: str
    text: NotRequired[str]
    image: NotRequired[str]


class DatasetSample(TypedDict):
    """The first elements of a dataset; `problem` says why there are no more of them, "" if nothing is wrong."""

    title: str
    problem: str
    elements: list[list[SampleValue]]


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphFacts:
    """What is known about a whole graph. To change a fact, set `graph.facts = replace(graph.facts, name=...)`.

    In node-link JSON each field is an attribute of the graph, under the same name.
    """

    name: str = ""
    """The function's or the model's name."""
    kind: str = "function"
    """Which computation this is: "function", "forward", "train_step", "layers" or "pipeline"."""
    groups: Mapping[str, Group] = field(default_factory=dict)
    """Every group by its id."""
    inputs: tuple[str, ...] = ()
    """The ops that stand for the arguments, by id, in the signature's order."""
    outputs: tuple[str, ...] = ()
    """The ops whose values are returned, by id, in the signature's order."""
    names: Mapping[str, str] = field(default_factory=dict)
    """By op id, what the user calls an argument, a result or a loop's value; ops without such a word are left out."""
    bodies: tuple[Body, ...] = ()
    """The functions that ops call, each in its place; outer ones first."""
    code: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    """The lines of source code that ops come from: text by line number, from 1, by file."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Versions by package or format. Empty where nothing tells them: the ops are TensorFlow's then."""
    notes: tuple[str, ...] = ()
    """Sentences that a reader of the graph must know: what is missing and why, what a file says of itself."""
    parameters: Counts | None = None
    """A Keras model's parameters, also those that the graph does not read; None: its variables are all."""
    counts: Mapping[str, Counts] = field(default_factory=dict)
    """By the id of a layer's group, the parameters that Keras counts for the layer."""
    tells_training: bool | None = None
    """Whether it is known which variables are trained; None: as `versions` say, only TensorFlow's graphs tell."""
    weights: Mapping[str, str] = field(default_factory=dict)
    """By the op id of a variable or constant, where the file holds its values."""
    replicas: int = 1
    """How many replicas of the model a train step contains."""
    stages: Mapping[str, StageFacts] = field(default_factory=dict)
    """By op id, what is known of the stages of a tf.data pipeline."""
    samples: tuple[DatasetSample, ...] = ()
    """The first elements of each dataset of a pipeline, in the order of `outputs`; () where nobody looked."""
    scalars: Mapping[str, Mapping[str, Sequence[Point]]] = field(default_factory=dict)
    """Scalars that were logged beside the graph, by run and tag, in the order of the log."""
    has_data: bool = False
    """Whether the file of the model has a datasets() beside it."""
    untrainable: str = ""
    """Why the source cannot be trained from here, as a sentence; "" where it can."""
    early_training: str = ""
    """A sentence on the training that the source does while it is loaded; "" where it does none."""
    failures: Mapping[str, str] = field(default_factory=dict)
    """The graphs of the same source that could not be made, by name, each with the reason."""
