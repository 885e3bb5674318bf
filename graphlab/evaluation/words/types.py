"""What is said of one op. `assets/page/values/words_types.mjs` has the same types."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import cast

from graphlab.evaluation.words.expressions import Expression
from graphlab.json_value import JsonObject, JsonValue


@dataclass(frozen=True)
class InputWords:
    """How the gradient comes back to one input.

    `op` and `iterations` are of the op that computed the input; `position` is the number that is written out. `total`
    is the sum over all paths of an input that is used several times, and `through` names them. `rules` are the local
    derivative and, for ops between whole arrays, the gradient of the whole input.
    """

    op: str
    iterations: tuple[int, ...]
    name: str
    position: tuple[int, ...]
    rules: tuple[Expression, ...]
    chain: Expression | None
    total: Expression | None
    through: tuple[str, ...]


@dataclass(frozen=True)
class ReaderWords:
    """What one op that reads a tensor adds to its gradient; `chain` is None if that is not known."""

    op: str
    iterations: tuple[int, ...]
    name: str
    chain: Expression | None


@dataclass(frozen=True)
class SlotWords:
    """A number that the optimizer keeps for a weight, before and after the step."""

    name: str
    before: float
    after: float


@dataclass(frozen=True)
class UpdateStep:
    """One formula of the update, with names and with numbers."""

    formula: Expression
    numbers: Expression


@dataclass(frozen=True)
class UpdateWords:
    """How one weight is changed. `optimizer` is "" if its formula is not known: `ops` has the plain ops then."""

    op: str
    name: str
    position: tuple[int, ...]
    optimizer: str
    before: float
    gradient: float | None
    slots: tuple[SlotWords, ...]
    after: float
    steps: tuple[UpdateStep, ...]
    ops: tuple[Expression, ...]


@dataclass(frozen=True)
class OpWords:
    """One op in words.

    `step` counts from 1 among the ops that compute something; None for an input or a constant. `position` is the
    output number that is written out. `readers` are the ops that give an input, a variable or a shared tensor its
    gradient at that position, `more_readers` how many others there are, and `total` is the sum. `upstream`
    says what G is in the rules. `problem` says why there is no chain rule. `update` is there for a variable that a
    train step changes. `note` is what else there is to know in this evaluation.
    """

    op: str
    title: str
    step: int | None
    steps: int
    iterations: tuple[int, ...]
    value: Expression | None
    formula: Expression | None
    shapes: str
    position: tuple[int, ...]
    arriving: Expression | None
    readers: tuple[ReaderWords, ...]
    more_readers: int
    total: Expression | None
    upstream: Expression | None
    inputs: tuple[InputWords, ...]
    problem: str
    update: UpdateWords | None
    note: str = ""


@dataclass(frozen=True)
class FiniteDifference:
    """The gradient of one number, compared with the change of the target when the number changes.

    `step` is by how much the number was made larger and smaller, `tolerance` how far the two may be apart: what the
    rounding of the numbers' dtype and the size of the step explain. `words` say all that in a sentence.
    """

    difference: float
    gradient: float
    step: float
    tolerance: float
    agrees: bool
    words: str


def words_json(words: object) -> JsonObject:
    """A value of this module as JSON; formulas as MathML, TeX and text."""
    return {one.name: _json(getattr(words, one.name)) for one in fields(words)}  # type: ignore[arg-type]


def _json(value: object) -> JsonValue:
    if isinstance(value, Expression):
        return cast("JsonValue", value.to_json())
    if isinstance(value, tuple):
        return [_json(item) for item in value]
    return words_json(value) if hasattr(value, "__dataclass_fields__") else cast("JsonValue", value)
