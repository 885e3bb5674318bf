"""Why a tensor has its gradient: what each op that reads it adds, and the sum."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graphlab.evaluation.result import Values
from graphlab.evaluation.words.case import Case, Position
from graphlab.evaluation.words.cells import product, products
from graphlab.evaluation.words.chain_rule import total_of
from graphlab.evaluation.words.columns import column, rule_of
from graphlab.evaluation.words.expressions import DOT, EQUALS, Expression, factor, joined, number, partial, row
from graphlab.evaluation.words.names import READS, Names, Target, names_for
from graphlab.evaluation.words.paths import Path, paths_back
from graphlab.evaluation.words.types import ReaderWords

MOST_READERS = 6  # that are written out, those that add most


def readers_of(
    values: Values, case: Case, target: Target | None, position: Position
) -> tuple[tuple[ReaderWords, ...], int, Expression | None]:
    """What the ops that read an input, a variable or a shared tensor add to its gradient at a position.

    Also how many more ops there are, and the sum if there are several. Nothing for a tensor whose only reader is
    the next op of a chain.
    """
    if case.arriving is None or not case.arriving.size:
        return (), 0, None
    paths = _paths(values, case)
    if not paths or (len(paths) == 1 and case.run.inputs and case.op.type != READS):
        return (), 0, None
    own = case.op.id
    names = names_for(values, own, [path.case.op.id for path in paths], target)
    largest = _largest(paths, position)
    start = [partial(names.target, names.at(own, position)), EQUALS] if len(paths) == 1 else []
    words = tuple(_reader_words(path, names, position, start) for path in largest)
    total = total_of(paths, names.target, names.at(own, position), position, case.arriving) if len(paths) > 1 else None
    return words, len(paths) - len(largest), total


def _paths(values: Values, case: Case) -> list[Path]:
    """The paths back to an op's output; those to a variable lead through the ops that read its value."""
    paths = []
    for path in paths_back(values, case.run.outputs[0]):
        is_read = path.case.op.type == READS
        paths += paths_back(values, path.case.run.outputs[0]) if is_read else [path]
    return paths


def _largest(paths: Sequence[Path], position: Position) -> list[Path]:
    """At most as many paths as are written out, in their order."""
    sizes = [0.0 if path.gradient is None else abs(float(path.gradient[position])) for path in paths]
    chosen = sorted(np.argsort(-np.array(sizes), kind="stable")[:MOST_READERS])
    return [paths[int(index)] for index in chosen]


def _reader_words(path: Path, names: Names, position: Position, start: Sequence[Expression]) -> ReaderWords:
    case = path.case
    return ReaderWords(
        op=case.op.id,
        iterations=case.run.iterations,
        name=names[case.op.id].text,
        chain=None if path.gradient is None else row(*start, _chain(path, names, position)),
    )


def _chain(path: Path, names: Names, position: Position) -> Expression:
    """`∂output/∂Mul · 9 = 1 · 9 = 9`; of a path over several numbers their sum."""
    case = path.case
    assert path.gradient is not None
    assert case.arriving is not None
    result = number(path.gradient[position])
    if rule_of(case) is None:
        return result
    part = column(case, path.port, position)
    arriving = part.values_in(case.arriving)
    if len(arriving) == 1:
        slope = float(part.slopes[0])
        before = partial(names.target, names.at(case.op.id, part.place(0)))
        in_numbers = product(float(arriving[0]), slope)
        return joined([row(before, DOT, factor(number(slope))), in_numbers, result], EQUALS)
    reaches = arriving != 0 if arriving.any() else np.arange(len(arriving)) == 0
    return joined([products(arriving[reaches], part.slopes[reaches]), result], EQUALS)
