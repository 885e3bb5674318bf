"""One output number of an op written out with its numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
import tensorflow as tf

from graphlab.evaluation.words.case import Case, Position, backward
from graphlab.evaluation.words.columns import floats, normalised, rule_key, rule_of, setting_of
from graphlab.evaluation.words.elementwise import Floats
from graphlab.evaluation.words.expressions import (
    DOT,
    DOTS,
    PLUS,
    Expression,
    factor,
    fill,
    joined,
    name,
    number,
    over,
    row,
    symbol,
)
from graphlab.evaluation.words.formulas import Rule, template

MOST_TERMS = 6  # of a sum that is written out
FEW_TERMS = 4  # of a longer one, the largest

Parts = dict[str, Expression]


def filled(tex: str, parts: Parts) -> Expression:
    """A text of the rules with its placeholders filled."""
    return fill(template(tex), tex, parts)


def numbers_at(case: Case, position: Position) -> Parts:
    """The numbers of an elementwise op at an output position: a, b, c, the output y and the setting p."""
    parts = {"y": number(case.output[position]), "p": number(setting_of(case))}
    for letter, array in zip("abc", _plain_inputs(case), strict=False):
        parts[letter] = number(np.broadcast_to(array, case.output.shape)[position])
    return parts


def _plain_inputs(case: Case) -> list[np.ndarray]:
    return [case.output if array.dtype == object else array for array in case.inputs]


def cell_of(case: Case, rule: Rule, position: Position) -> Expression | None:
    """What one output number is computed from, in numbers; None if that cannot be written."""
    if rule.is_elementwise:
        return filled(rule.value, numbers_at(case, position))
    if rule.linear:
        return _sum(case, rule, position)
    parts = CELLS[rule_key(case)](case, position)
    return filled(rule.cell, parts) if parts else None


def sum_of(terms: Sequence[tuple[Expression, float]]) -> Expression:
    """A sum written out; of a long one the largest terms, and how many more there are."""
    if not terms:
        return number(0.0)
    if len(terms) <= MOST_TERMS:
        return joined([term for term, _ in terms])
    largest = sorted(range(len(terms)), key=lambda index: -abs(terms[index][1]))[:FEW_TERMS]
    more = row(DOTS, name(f" ({len(terms) - FEW_TERMS:,} more)"))
    return joined([*(terms[index][0] for index in sorted(largest)), more], PLUS)


def product(left: float, right: float, sign: Expression = DOT) -> tuple[Expression, float]:
    """A product as a term of a sum, and its size."""
    return row(_first(left), sign, factor(number(right))), left * right


def _first(value: float) -> Expression:
    return factor(number(value))


@dataclass(frozen=True)
class _Term:
    """A number of an input, and what it is multiplied by in a sum."""

    port: int
    position: Position
    value: float
    slope: float


def _terms(case: Case, rule: Rule, position: Position) -> list[_Term]:
    """The terms of an output number: over the first input, of an op that adds its inputs over all of them."""
    if not case.has_gradient(0):
        return []
    unit = np.zeros(case.output.shape)
    unit[position] = 1
    return [
        _Term(port, tuple(map(int, place)), float(case.inputs[port][tuple(place)]), float(slopes[tuple(place)]))
        for port, slopes in enumerate(backward(case, unit))
        if slopes is not None and (port == 0 or rule.additive)
        for place in np.argwhere(slopes)
    ]


def copied_from(case: Case, position: Position) -> tuple[int, Position] | None:
    """The input and the position in it that an output number is a copy of; None if it is not a copy."""
    rule = rule_of(case)
    terms = _terms(case, rule, position) if rule is not None and rule.linear else []
    return (terms[0].port, terms[0].position) if len(terms) == 1 and terms[0].slope == 1 else None


def _sum(case: Case, rule: Rule, position: Position) -> Expression | None:
    terms = _terms(case, rule, position)
    if not terms:
        return None
    slope = terms[0].slope
    count = round(1 / slope) if all(term.slope == slope for term in terms) and 0 < slope <= 1 else 0
    if count == 0 or not np.isclose(slope * count, 1):
        return sum_of([product(term.value, term.slope) for term in terms])
    total = sum_of(
        [(factor(number(term.value)) if index else number(term.value), term.value) for index, term in enumerate(terms)]
    )
    return total if count == 1 else over(total, number(count))


def _softmax(case: Case, position: Position) -> Parts:
    *example, _ = position
    total = float(np.exp(floats(case)[0][tuple(example)]).sum())
    if not 0 < total < float("inf"):
        return {}
    return {"a": number(case.inputs[0][position]), "s": number(total)}


def _window(case: Case, position: Position, op_type: str) -> Parts:
    """The numbers among which the winner is: those that an op with the same window adds."""
    unit = np.zeros(case.output.shape)
    unit[position] = 1
    slopes = None
    with suppress(tf.errors.OpError, LookupError, ValueError):
        slopes = backward(replace(case, op=replace(case.op, type=op_type)), unit)[0]
    if slopes is None:
        return {}
    members = [float(case.inputs[0][tuple(place)]) for place in np.argwhere(slopes)]
    listed = [number(value) for value in members[: 2 * MOST_TERMS]] + [DOTS] * (len(members) > 2 * MOST_TERMS)
    return {"l": joined(listed, symbol(","))}


def _sparse_cross_entropy(case: Case, position: Position) -> Parts:
    return {"p": number(float(np.exp(-float(case.output[position]))))}


def _cross_entropy(case: Case, position: Position) -> Parts:
    logits, labels = (np.broadcast_to(one, case.run.outputs[1].shape)[position] for one in floats(case))
    shares = np.exp(logits - logits.max())
    shares = shares / shares.sum()
    terms = [
        (row(number(label), DOT, name("ln"), number(share)), float(label * np.log(share)))
        for label, share in zip(labels, shares, strict=True)
        if label and share
    ]
    return {"l": sum_of(terms)} if terms else {}


def _batch_norm(case: Case, position: Position) -> Parts:
    parts = normalised(case)
    channel = position[next(axis for axis in range(4) if axis not in parts.axes)]
    x, scale, offset, *_ = floats(case)
    numbers: dict[str, Floats | float] = {
        **{"a": x[position], "g": scale[channel], "o": offset[channel], "e": parts.epsilon},
        **{"m": parts.mean[channel], "v": parts.variance[channel]},
    }
    return {letter: number(float(value)) for letter, value in numbers.items()}


CELLS: dict[str, Callable[[Case, Position], Parts]] = {
    "Softmax": _softmax,
    "LogSoftmax": _softmax,
    "Max": lambda case, position: _window(case, position, "Sum"),
    "Min": lambda case, position: _window(case, position, "Sum"),
    "MaxPool": lambda case, position: _window(case, position, "AvgPool"),
    "SparseSoftmaxCrossEntropyWithLogits": _sparse_cross_entropy,
    "SoftmaxCrossEntropyWithLogits": _cross_entropy,
    "FusedBatchNormV3": _batch_norm,
    "FusedBatchNormV3 inference": _batch_norm,
}
