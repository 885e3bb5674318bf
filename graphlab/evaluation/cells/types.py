"""How one number of a tensor was computed, as plain data. Knows arrays, not TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from graphlab.evaluation.result import Array
from graphlab.json_value import JsonObject, JsonValue

Position: TypeAlias = "tuple[int, ...]"
Range: TypeAlias = "tuple[int, int, int]"  # start, stop, step, as in Python's range
Number: TypeAlias = "bool | int | float | str | None"  # NaN, infinity and complex numbers are texts
Numbers: TypeAlias = "NDArray[np.float64]"  # for the type checker: arrays to calculate with, integers too
MOST_TERMS = 12
MOST_REGIONS = 64


@dataclass(frozen=True)
class Term:
    """One part of a result, such as one product of a sum.

    `position` is the place in the first input; `right` is None if the term has one number only. `words` write the term
    out: `0.988 × −0.071 = −0.07015`.
    """

    position: Position
    words: str
    left: Number
    right: Number
    product: Number


@dataclass(frozen=True)
class NumberGrid:
    """Numbers to show as a small picture; None for padding. `sign` is written before it: "·" or "=".

    `input` is the port that the numbers come from, -1 for none. `marks` are rows and columns to mark.
    """

    title: str
    numbers: tuple[tuple[Number, ...], ...]
    sign: str = ""
    input: int = -1
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Curve:
    """A function of one number as points, the tensor's numbers on it, and the cell's own point."""

    name: str
    xs: tuple[Number, ...]
    ys: tuple[Number, ...]
    points: tuple[tuple[Number, Number], ...]
    here: tuple[Number, Number]


@dataclass(frozen=True)
class Region:
    """Positions of a tensor: on each axis a range. `port` is that of the input, or of the output that is reached."""

    port: int
    axes: tuple[Range, ...]


@dataclass(frozen=True)
class Reach:
    """What one element of an input has an effect on: positions of an output, at most 64 regions and how many more."""

    regions: tuple[Region, ...]
    more: int = 0


@dataclass(frozen=True)
class CellArithmetic:
    """How one number of an output was computed.

    `rule` says how `total` follows from all terms: it is their sum, mean, max, min or product, or the term at the
    cell's `own` place; "none" if the terms only stand beside the output. `more` terms are not listed. `value` is what
    TensorFlow computed; `total` may differ by rounding. `sources` are the positions of the inputs that were read.
    """

    title: str
    position: Position
    rule: str
    value: Number
    total: Number
    terms: tuple[Term, ...] = ()
    more: int = 0
    note: str = ""
    grids: tuple[NumberGrid, ...] = ()
    curve: Curve | None = None
    sources: tuple[Region, ...] = ()

    def to_json(self) -> JsonObject:
        """The fields as JSON."""
        return cast(JsonObject, asdict(self))


@dataclass(frozen=True, eq=False)
class OpCall:
    """One run of an op: its attributes, and its arrays. `output` is the port that the cell belongs to.

    `member` is what one number of a softmax is called: a class, or a key of attention.
    """

    type: str
    attrs: Mapping[str, JsonValue]
    inputs: Sequence[Array]
    outputs: Sequence[Array]
    output: int = 0
    most: int = field(default=MOST_TERMS, kw_only=True)
    member: str = field(default="class", kw_only=True)

    @property
    def result(self) -> Array:
        """The output that the cell belongs to."""
        return self.outputs[self.output]


@dataclass(frozen=True)
class Family:
    """What knows the arithmetic of some op types, and what an element of an input reaches."""

    arithmetic: Callable[[OpCall, Position], CellArithmetic]
    reach: Callable[[OpCall, int, Position], Reach]


def wide(array: Array) -> Numbers:
    """The numbers in a type with room for sums: half precision and bfloat16 as float64, integers as int64."""
    kinds = {"f": np.float64, "V": np.float64, "i": np.int64, "u": np.int64}
    return cast(Numbers, array.astype(kinds.get(array.dtype.kind, array.dtype)))
