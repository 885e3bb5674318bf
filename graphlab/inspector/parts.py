"""What the inspector is made of, before it becomes Dash components or a file's JSON."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """What is selected, and its full name."""

    title: str
    name: str


@dataclass(frozen=True)
class Prose:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Problem:
    """What is wrong with the selected op."""

    text: str


@dataclass(frozen=True)
class Formula:
    """A line of mathematics or shapes."""

    text: str


@dataclass(frozen=True)
class Row:
    """A label and its value; the label leads to the box `target` where that is not "".

    `n` tells several rows that lead to one box apart. `mono` is for shapes and names of ops.
    """

    label: str
    value: str
    target: str = ""
    n: str = ""
    mono: bool = False


@dataclass(frozen=True)
class CodeLine:
    """A line of the user's code with its place."""

    file: str
    line: int
    text: str


@dataclass(frozen=True)
class Folds:
    """The ops that a box absorbed, each in a line."""

    ops: tuple[str, ...]


@dataclass(frozen=True)
class Value:
    """A tensor of an element of a pipeline: `text`, or `image` as a data URI. `name` is "" if it has none."""

    name: str
    tensor: str
    text: str = ""
    image: str = ""


@dataclass(frozen=True)
class Samples:
    """The first elements of a pipeline."""

    elements: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True)
class SizeField:
    """A field for a size of an input that is not known; `usual` is an example of it."""

    op_id: str
    axis: int
    label: str
    usual: int


@dataclass(frozen=True)
class SizeFields:
    """Fields for all sizes that would tell how much work a graph is."""

    fields: tuple[SizeField, ...]


@dataclass(frozen=True)
class Section:
    """A titled part with others inside."""

    title: str
    parts: tuple[Detail, ...]


Detail = Heading | Prose | Problem | Formula | Row | CodeLine | Folds | Samples | SizeFields | Section
