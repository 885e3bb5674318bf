"""The chain rule through one op: the gradient that arrives, the op's rule, and the gradients of its inputs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from graphlab.evaluation.result import Array, Values
from graphlab.evaluation.words.case import Case, Position, position_of_largest
from graphlab.evaluation.words.cells import filled, numbers_at, product, products, sum_of
from graphlab.evaluation.words.columns import column, rule_of
from graphlab.evaluation.words.elementwise import reached
from graphlab.evaluation.words.expressions import (
    ADDS,
    DOT,
    EQUALS,
    TIGHT_DOT,
    Expression,
    G,
    factor,
    joined,
    number,
    partial,
    row,
)
from graphlab.evaluation.words.formulas import Rule
from graphlab.evaluation.words.names import READS, Names, Target, names_for
from graphlab.evaluation.words.paths import Path, is_entered, paths_back, producer
from graphlab.evaluation.words.types import InputWords
from graphlab.evaluation.words.value_words import PASSES, is_small, names_in, whole


def arriving_of(case: Case, names: Names, position: Position) -> Expression | None:
    """The gradient of the target with respect to the op's output; None if there is none."""
    if case.arriving is None:
        return None
    if is_small(case.arriving):
        return row(partial(names.target, names[case.op.id]), EQUALS, whole(case.arriving))
    return row(partial(names.target, names.at(case.op.id, position)), EQUALS, number(case.arriving[position]))


def upstream_of(case: Case, rule: Rule | None, names: Names) -> Expression | None:
    """What G is in the rules of ops between whole arrays; None for an op whose rule does not have it."""
    uses = rule is not None and not rule.is_elementwise and any("G" in text for text in rule.chain)
    return row(G, EQUALS, partial(names.target, names[case.op.id])) if uses else None


def inputs_of(values: Values, case: Case, rule: Rule | None, target: Target | None) -> Iterable[InputWords]:
    """For each input that has a gradient how it comes back to it."""
    if is_entered(values, case.op.id) or case.op.type == READS:  # to read a variable changes nothing
        return
    for port, (source, _) in enumerate(case.op.inputs[: len(case.run.inputs)]):
        if not case.has_gradient(port) or values.graph.op(source).type == "Const":
            continue
        paths = paths_back(values, case.run.inputs[port])
        path = next((one for one in paths if one.case.run is case.run and one.port == port), None)
        if path is None:
            continue
        readers = [one.case.op.id for one in paths]
        names = names_for(values, case.op.id, [*(one for one, _ in case.op.inputs), *readers], target)
        words = _input_words(values, path, rule, names, paths)
        is_first = all(one is not case.run.inputs[port] for one in case.run.inputs[:port])
        yield words if is_first else replace(words, total=None, through=())


def _input_words(values: Values, path: Path, rule: Rule | None, names: Names, paths: Sequence[Path]) -> InputWords:
    case, port = path.case, path.port
    source = case.op.inputs[port][0]
    origin = producer(values, case.run.inputs[port])
    gradient = path.gradient
    if gradient is None or gradient.size == 0:
        position: Position = ()
        rules: tuple[Expression, ...] = ()
        chain = None
    else:
        position = position_of_largest(gradient)
        rules = tuple(_rules(case, rule, names, port, position))
        chain = _chain(case, rule, names, port, position, ADDS if len(paths) > 1 else EQUALS)
    source_gradient = values.gradient(origin.op_id, origin.iterations) if origin else None
    return InputWords(
        op=origin.op_id if origin else source,
        iterations=origin.iterations if origin else (),
        name=names[source].text,
        position=position,
        rules=rules,
        chain=chain,
        total=total_of(paths, names.target, names.at(source, position), position, source_gradient)
        if len(paths) > 1
        else None,
        through=tuple(dict.fromkeys(names[one.case.op.id].text for one in paths)) if len(paths) > 1 else (),
    )


def _rules(case: Case, rule: Rule | None, names: Names, port: int, position: Position) -> Iterable[Expression]:
    """The local derivative, and how the gradient of a whole input is computed from it."""
    if rule is None or rule.value == PASSES:
        return
    parts = names_in(case, names)
    derivative = rule.for_input(rule.derivatives, port)
    if rule.additive and port:
        parts["b"] = names[case.op.inputs[port][0]]
    if not rule.is_elementwise:
        yield from (filled(text, parts) for text in (derivative, rule.for_input(rule.chain, port)) if text)
        return
    source = case.op.inputs[port][0]
    places = reached(position, case.inputs[port].shape, case.output.shape)
    place, is_single = tuple(map(int, places[0])), len(places) == 1
    symbolic = filled(derivative, names_in(case, names, place if is_single else ()))
    steps = [partial(names.at(case.op.id, place), names.at(source, position)), symbolic]
    if is_single:
        slope = number(column(case, port, position).slopes[0])
        in_numbers = filled(derivative, numbers_at(case, place))
        for one in (in_numbers, slope):
            steps += [one] if one.text != steps[-1].text else []
    yield joined(steps, EQUALS)


def _chain(
    case: Case, rule: Rule | None, names: Names, port: int, position: Position, sign: Expression
) -> Expression | None:
    """`∂output/∂y += ∂output/∂Mul · Pow = 1 · 9 = 9`."""
    source = case.op.inputs[port][0]
    leaving = case.leaving[port]
    assert leaving is not None
    assert case.arriving is not None
    start = [partial(names.target, names.at(source, position)), sign]
    result = number(leaving[position])
    if rule is None:
        return row(*start, result)
    part = column(case, port, position)
    arriving = part.values_in(case.arriving)
    if rule.is_elementwise and len(arriving) == 1:
        place = part.place(0)
        derivative = filled(rule.for_input(rule.derivatives, port), names_in(case, names, place))
        start += [partial(names.target, names.at(case.op.id, place)), DOT, factor(derivative), EQUALS]
    reaches = arriving != 0 if arriving.any() else np.arange(len(arriving)) == 0
    return row(*start, products(arriving[reaches], part.slopes[reaches]), EQUALS, result)


def total_of(
    paths: Sequence[Path], target: Expression, source: Expression, position: Position, source_gradient: Array | None
) -> Expression | None:
    """`∂output/∂y = 1·1 + 9·1 = 10`; without the terms if the gradient of a path is not known."""
    start = [partial(target, source), EQUALS]
    if any(path.gradient is None for path in paths):
        is_known = (
            source_gradient is not None
            and source_gradient.dtype != object
            and source_gradient.ndim == len(position)
            and source_gradient.size > 0
        )
        return row(*start, number(source_gradient[position])) if source_gradient is not None and is_known else None
    terms = [_term(path, position) for path in paths]
    sizes = np.array([float(path.gradient[position]) for path in paths if path.gradient is not None])
    return row(*start, sum_of(sizes, terms.__getitem__), EQUALS, number(float(sizes.sum())))


def _term(path: Path, position: Position) -> Expression:
    """What comes back over one path: a product, or a number if it is a sum of several."""
    assert path.gradient is not None
    rule = rule_of(path.case)
    if rule is not None and path.case.arriving is not None:
        part = column(path.case, path.port, position)
        if len(part.slopes) == 1:
            return product(float(part.slopes[0]), float(part.values_in(path.case.arriving)[0]), TIGHT_DOT)
    return factor(number(float(path.gradient[position])))
