"""One op in words: its formula with this node's numbers, its rule, and the chain rule through it."""

from __future__ import annotations

from graphlab.evaluation.result import Values
from graphlab.evaluation.words.case import Case, Position, position_of_largest
from graphlab.evaluation.words.chain_rule import arriving_of, inputs_of, upstream_of
from graphlab.evaluation.words.columns import rule_of
from graphlab.evaluation.words.names import names_for, short_title, target_of
from graphlab.evaluation.words.paths import case_of, find_run, is_entered
from graphlab.evaluation.words.problems import why_no_chain_rule
from graphlab.evaluation.words.readers import readers_of
from graphlab.evaluation.words.types import OpWords, UpdateWords
from graphlab.evaluation.words.updates import update_words, updated_variable
from graphlab.evaluation.words.value_words import formula_of, shapes_of, value_of

ARGUMENTS_AND_COPIES = frozenset(
    {"Placeholder", "PlaceholderWithDefault", "Const", "NoOp", "Identity", "ReadVariableOp", "VarHandleOp"}
)


def op_words(
    values: Values, op_id: str, iterations: tuple[int, ...] | None = None, weight: Position | None = None
) -> OpWords:
    """An op of an evaluation in words, by default from the last time that it ran.

    `weight` is the number of a variable whose update is written out, by default that with the largest gradient.
    Raises GraphlabError if the op has no value: the message says why.
    """
    case = case_of(values, find_run(values, op_id, iterations))
    target = target_of(values)
    sources = [source for source, _ in case.op.inputs[: len(case.run.inputs)]]
    names = names_for(values, op_id, sources, target)
    rule = None if is_entered(values, op_id) else rule_of(case)
    position = _shown_position(case)
    step, steps = _step(values, case)
    inputs = tuple(inputs_of(values, case, rule, target)) if case.arriving is not None else ()
    readers, more_readers, total = readers_of(values, case, target, position)
    return OpWords(
        op=op_id,
        title=short_title(values.graph, op_id),
        step=step,
        steps=steps,
        iterations=case.run.iterations,
        value=value_of(case, rule, names, position),
        formula=formula_of(case, rule, names),
        shapes=shapes_of(case, names),
        position=position,
        arriving=arriving_of(case, names, position),
        readers=readers,
        more_readers=more_readers,
        total=total,
        upstream=upstream_of(case, rule, names) if inputs else None,
        inputs=inputs,
        problem=why_no_chain_rule(values, case, names),
        update=_update(values, case, weight),
    )


def _step(values: Values, case: Case) -> tuple[int | None, int]:
    """Which of the ops that compute something this one is, from 1, and how many there are."""
    entered = {body.call for body in values.graph.bodies}
    counted = [
        run
        for run in values.runs.order
        if run.op_id not in entered and values.graph.op(run.op_id).type not in ARGUMENTS_AND_COPIES
    ]
    step = next((index for index, run in enumerate(counted, 1) if run is case.run), None)
    return step, len(counted)


def _update(values: Values, case: Case, weight: Position | None) -> UpdateWords | None:
    """How the graph changes a variable."""
    handle = updated_variable(values.graph, case.op.id)
    variable = values.graph.op(handle).variable if handle else None
    if variable is None or variable.shape is None:
        return None
    if weight is None and case.op.id == handle and case.arriving is not None and case.arriving.size:
        weight = position_of_largest(case.arriving)  # as in the line about the gradient
    return update_words(values, handle, weight)


def _shown_position(case: Case) -> Position:
    """The output number that is written out: the one with the largest gradient."""
    if case.arriving is not None and case.arriving.size:
        return position_of_largest(case.arriving)
    return (0,) * case.output.ndim if case.run.outputs and case.output.size else ()
