"""The parts of the inspector, before they become Dash components or a file's JSON."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """The selection, and its full name."""

    title: str
    name: str


@dataclass(frozen=True)
class Prose:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Problem:
    """The problem with the selected op."""

    text: str


@dataclass(frozen=True)
class Formula:
    """A line of mathematics or shapes."""

    text: str


@dataclass(frozen=True)
class Row:
    """A label and its value; the label links to the box `target` if that is not "".

    `n` distinguishes rows that link to the same box. `mono` is for shapes and names of ops.
    """

    label: str
    value: str
    target: str = ""
    n: str = ""
    mono: bool = False


@dataclass(frozen=True)
class CodeLine:
    """A line of the user's code with its location."""

    file: str
    line: int
    text: str


@dataclass(frozen=True)
class Folds:
    """The ops that a box absorbed, one per line."""

    ops: tuple[str, ...]


@dataclass(frozen=True)
class Value:
    """A tensor of a pipeline's element: `text`, or `image` as a data URI. `name` is "" if it has none."""

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
    """A field for an unknown size of an input; `usual` is an example value."""

    op_id: str
    axis: int
    label: str
    usual: int


@dataclass(frozen=True)
class SizeFields:
    """Fields for all sizes that are needed to compute a graph's FLOPs."""

    fields: tuple[SizeField, ...]


@dataclass(frozen=True)
class Section:
    """A titled part that contains others."""

    title: str
    parts: tuple[Detail, ...]


Detail = Heading | Prose | Problem | Formula | Row | CodeLine | Folds | Samples | SizeFields | Section
