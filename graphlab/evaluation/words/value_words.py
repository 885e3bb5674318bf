"""The output of an op with the numbers that it is computed from, and its formula with names."""

from __future__ import annotations

import tensorflow as tf

from graphlab.evaluation.op_runs import OpRun
from graphlab.evaluation.result import Array, Values
from graphlab.evaluation.words.case import Case, Position
from graphlab.evaluation.words.cells import Parts, cell_of, copied_from, filled, numbers_at
from graphlab.evaluation.words.columns import rule_of
from graphlab.evaluation.words.elementwise import source_of
from graphlab.evaluation.words.expressions import EQUALS, IS, Expression, matrix, number, row, transposed
from graphlab.evaluation.words.formulas import Rule
from graphlab.evaluation.words.names import Names, names_for
from graphlab.evaluation.words.paths import case_of

MOST_ROWS, MOST_COLUMNS = 4, 6  # of a matrix that is written out
PASSES = "@a"  # the formula of an op whose output is its input


def value_of(case: Case, rule: Rule | None, names: Names, position: Position) -> Expression | None:
    """The output with the numbers that it is computed from."""
    if not case.run.outputs or case.output.dtype.kind not in "biuf" or case.output.size == 0:
        return None
    own = names[case.op.id]
    if rule is None or rule.value == PASSES:
        return row(own, EQUALS, whole(case.output)) if is_small(case.output) else _at(case, names, position)
    arrays = rule.arrays or (rule.value if rule.is_elementwise else "")
    if case.output.ndim and arrays and all(map(is_small, [*case.inputs, case.output])):
        numbers = numbers_at(case, position) if rule.is_elementwise else {}
        flipped = _transposed(case)
        for port, array in enumerate(case.inputs):
            numbers["abc"[port]] = whole(array.T if port in flipped else array)
        return row(filled(arrays, numbers), _sign_before(case), whole(case.output))
    cell = cell_of(case, rule, position)
    if cell is None:
        return row(own, EQUALS, whole(case.output)) if is_small(case.output) else _at(case, names, position)
    result = number(case.output[position])
    copied = copied_from(case, position) if cell.text == result.text else None
    if copied:
        port, place = copied
        cell = names.at(case.op.inputs[port][0], place)
    start = [names.at(case.op.id, position), EQUALS] if position or copied else []
    return row(*start, cell, _sign_before(case), result)


def _sign_before(case: Case) -> Expression:
    """What stands between a formula and its result: `5 < 3 is false`."""
    return IS if case.output.dtype.kind == "b" else EQUALS


def value_at(values: Values, run: OpRun, position: Position) -> Expression | None:
    """One output number of an op with the numbers that it is computed from; the only one of a scalar."""
    case = case_of(values, run)
    if not case.run.outputs or case.output.dtype.kind not in "biuf" or case.output.ndim not in (0, len(position)):
        return None
    place = position if case.output.ndim else ()
    names = names_for(values, run.op_id, [source for source, _ in case.op.inputs], None)
    rule = rule_of(case)
    cell = cell_of(case, rule, place) if rule is not None and rule.value != PASSES else None
    result = number(case.output[place])
    return row(names.at(run.op_id, place), EQUALS, *([cell, _sign_before(case)] if cell else []), result)


def formula_of(case: Case, rule: Rule | None, names: Names) -> Expression | None:
    """The op's formula with names."""
    if rule is None or rule.value == PASSES:
        return None
    formula = filled(rule.value, names_in(case, names))
    return row(names[case.op.id], EQUALS, formula) if rule.is_elementwise else formula


def shapes_of(case: Case, names: Names) -> str:
    """What the inputs and the output are; "" for single numbers."""
    if not case.run.outputs or case.output.ndim == 0 or case.output.dtype == object:
        return ""
    parts = [
        f"{names[source].text} is {_kind(tensor)}"
        for (source, _), tensor in zip(case.op.inputs, case.run.inputs, strict=False)
        if source not in names.constants and tensor.dtype != tf.resource
    ]
    return "; ".join(dict.fromkeys([*parts, f"{names[case.op.id].text} is {_kind(case.run.outputs[0])}"]))


def is_small(array: Array) -> bool:
    """Whether an array is written out whole."""
    if array.dtype.kind not in "biuf" or array.ndim > 2 or array.size == 0:
        return False
    rows, columns = (1, array.size) if array.ndim < 2 else array.shape
    return bool(rows <= MOST_ROWS and columns <= MOST_COLUMNS)


def whole(array: Array) -> Expression:
    """A scalar as a number, a small array as a matrix."""
    return number(array.item()) if array.ndim == 0 else matrix(array)


def names_in(case: Case, names: Names, place: Position = ()) -> Parts:
    """The names of an op's inputs and output as parts of its formulas; of an elementwise op also those at a place."""
    parts = {
        letter: names.at(source, source_of(place, array.shape))
        for letter, (source, _), array in zip("abc", case.op.inputs, case.inputs, strict=False)
    }
    parts |= {"abc"[port]: transposed(parts["abc"[port]]) for port in _transposed(case)}
    setting = case.op.attrs.get("alpha")
    more = {"p": number(setting)} if isinstance(setting, int | float) else {}
    return {**parts, **more, "y": names.at(case.op.id, place), "t": names.target}


def _transposed(case: Case) -> tuple[int, ...]:
    """The inputs that a product of matrices transposes first."""
    flags = (("transpose_a", "adj_x"), ("transpose_b", "adj_y"))
    return tuple(port for port, keys in enumerate(flags) if any(case.op.attrs.get(key) is True for key in keys))


def _at(case: Case, names: Names, position: Position) -> Expression:
    return row(names.at(case.op.id, position), EQUALS, number(case.output[position]))


def _kind(tensor: tf.Tensor) -> str:
    return f"{tensor.dtype.name}[{','.join(map(str, tensor.shape))}]"
