"""One output number of an op written out with its numbers."""

from __future__ import annotations

from collections.abc import Callable
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


def sum_of(sizes: Floats, term: Callable[[int], Expression]) -> Expression:
    """A sum written out from `term(index)`; of a long one the largest terms, and how many more there are."""
    count = len(sizes)
    if count == 0:
        return number(0.0)
    if count <= MOST_TERMS:
        return joined([term(index) for index in range(count)])
    largest = np.sort(np.argsort(-np.abs(sizes), kind="stable")[:FEW_TERMS])
    more = row(DOTS, name(f" ({count - FEW_TERMS:,} more)"))
    return joined([*(term(int(index)) for index in largest), more])


def products(lefts: Floats, rights: Floats, sign: Expression = DOT) -> Expression:
    """A sum of products."""
    return sum_of(lefts * rights, lambda index: product(float(lefts[index]), float(rights[index]), sign))


def product(left: float, right: float, sign: Expression = DOT) -> Expression:
    """A product of two numbers."""
    return row(factor(number(left)), sign, factor(number(right)))


@dataclass(frozen=True, eq=False)
class _Terms:
    """The numbers of the inputs that an output number is a sum of, each with what it is multiplied by.

    `first` is the input and the position of the first one.
    """

    values: Floats
    slopes: Floats
    first: tuple[int, Position]


def _terms(case: Case, rule: Rule, position: Position) -> _Terms | None:
    """The terms of an output number: over the first input, of an op that adds its inputs over all of them."""
    if not case.has_gradient(0):
        return None
    unit = np.zeros(case.output.shape)
    unit[position] = 1
    parts = [
        (port, slopes)
        for port, slopes in enumerate(backward(case, unit))
        if slopes is not None and slopes.any() and (port == 0 or rule.additive)
    ]
    if not parts:
        return None
    port, slopes = parts[0]
    return _Terms(
        np.concatenate([case.inputs[port][slopes != 0].reshape(-1) for port, slopes in parts]).astype(np.float64),
        np.concatenate([slopes[slopes != 0].reshape(-1) for _, slopes in parts]).astype(np.float64),
        (port, tuple(map(int, np.argwhere(slopes)[0]))),
    )


def copied_from(case: Case, position: Position) -> tuple[int, Position] | None:
    """The input and the position in it that an output number is a copy of; None if it is not a copy."""
    rule = rule_of(case)
    terms = _terms(case, rule, position) if rule is not None and rule.linear else None
    return terms.first if terms is not None and terms.slopes.tolist() == [1.0] else None


def _sum(case: Case, rule: Rule, position: Position) -> Expression | None:
    terms = _terms(case, rule, position)
    if terms is None:
        return None
    slope = float(terms.slopes[0])
    count = round(1 / slope) if np.all(terms.slopes == slope) and 0 < slope <= 1 else 0
    if count == 0 or not np.isclose(slope * count, 1):
        return products(terms.values, terms.slopes)
    numbers = terms.values.tolist()
    total = sum_of(terms.values, lambda index: factor(number(numbers[index])) if index else number(numbers[index]))
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
    chosen = np.flatnonzero((labels != 0) & (shares > 0))
    logarithms = np.log(shares[chosen])

    def term(index: int) -> Expression:
        at = chosen[index]
        return row(number(float(labels[at])), DOT, name("ln"), number(float(shares[at])))

    return {"l": sum_of(labels[chosen] * logarithms, term)} if chosen.size else {}


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
