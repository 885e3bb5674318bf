"""Checks a gradient with finite differences: the graph is run again with one number a little larger and smaller."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import tensorflow as tf

from graphlab.errors import GraphlabError
from graphlab.evaluation.evaluate import find_target
from graphlab.evaluation.interpreter import Interpreter, Value
from graphlab.evaluation.result import Array, Values, to_array
from graphlab.evaluation.words.case import Position
from graphlab.evaluation.words.names import short_title
from graphlab.evaluation.words.paths import find_run, is_entered
from graphlab.evaluation.words.types import FiniteDifference
from graphlab.number_text import value_text
from graphlab.tracing.live import LiveGraph
from graphlab.tracing.raw import RawOp

ROUNDINGS = 8  # how many roundings of the target's size a difference may contain
SHARE = 0.01  # of the gradient: what the curve of the function may explain
SMALLER = 8  # how much smaller the next step is


@dataclass
class ShiftedInterpreter(Interpreter):
    """Runs a graph with one number of an op's output changed. `shifted` is the op's id and the iterations around it."""

    shifted: tuple[str, tuple[int, ...]] = ("", ())
    position: Position = ()
    amount: float = 0.0
    exact: float = 0.0  # by how much the number changed in its own dtype

    def _op(self, op: RawOp, op_id: str, inputs: list[Value], iterations: tuple[int, ...]) -> Sequence[Value]:
        outputs = super()._op(op, op_id, inputs, iterations)
        handles = [id(value) for value in inputs if isinstance(value, tf.Tensor)]
        is_read = op.type == "ReadVariableOp" and id(self._handle) in handles
        if (op_id, iterations) != self.shifted and not is_read:
            return outputs
        changed = [self.shift(outputs[0]), *outputs[1:]]
        self.runs.last[op_id] = replace(self.runs.last[op_id], outputs=changed)  # it may be the target itself
        return changed

    @property
    def _handle(self) -> tf.Tensor | None:
        """The handle of the variable that is changed: each read of it gives the changed number."""
        run = self.runs.last.get(self.shifted[0])
        return run.outputs[0] if run and run.outputs[0].dtype == tf.resource else None

    def shift(self, tensor: Value) -> tf.Tensor:
        """The tensor with the number changed."""
        array = np.array(to_array(tensor))
        before = float(array[self.position])
        array[self.position] = before + self.amount
        self.exact = float(array[self.position]) - before
        return tf.convert_to_tensor(array)


def check(
    live: LiveGraph,
    values: Values,
    op_id: str,
    position: Position,
    iterations: tuple[int, ...] | None = None,
    *,
    isolated: bool = False,
) -> FiniteDifference:
    """The gradient of one number of an op's output, compared with central differences of two sizes.

    `isolated` is as in `evaluate`: with it, random ops draw the same numbers in each run. Raises GraphlabError for an
    op that cannot be changed.
    """
    if not values.gradient_of:
        raise GraphlabError("there are no gradients to check: choose what to take the gradient of")
    run = find_run(values, op_id, iterations)
    gradient = values.gradient(op_id, iterations)
    if gradient is None:
        raise GraphlabError(f"{values.gradient_of} does not depend on {op_id!r}: there is no gradient to check")
    if is_entered(values, op_id):
        raise GraphlabError(f"{op_id!r} contains other ops: check one of those")
    if len(position) != gradient.ndim or any(
        not 0 <= at < size for at, size in zip(position, gradient.shape, strict=True)
    ):
        raise GraphlabError(f"{op_id!r} has no number at {list(position)}; its sizes are {list(gradient.shape)}")
    origin = (op_id, run.iterations)
    number = _number_at(values, op_id, iterations, position, gradient)
    epsilon = float(np.finfo(str(gradient.dtype)).eps) if gradient.dtype.kind == "f" else float(2**-7)
    step = 2.0 ** round(math.log2(epsilon ** (1 / 3) * max(abs(number), 1.0)))
    for size_of_step in (step, step / SMALLER, step / SMALLER**2):
        small, size = _difference(live, values, origin, position, size_of_step, isolated=isolated)
        large, _ = _difference(live, values, origin, position, 2 * size_of_step, isolated=isolated)
        rounding = ROUNDINGS * epsilon * size / size_of_step
        result = _compared(small, large, float(gradient[position]), size_of_step, rounding=rounding)
        # A corner or a strong curve nearby needs a smaller step, as long as rounding does not hide the difference.
        if result.agrees or not SMALLER * rounding <= SHARE * max(abs(small), abs(result.gradient)):
            break
    return result


def _number_at(
    values: Values, op_id: str, iterations: tuple[int, ...] | None, position: Position, gradient: Array
) -> float:
    """The number that is changed; 1 for one of a variable, whose value the op itself does not have."""
    [array, *_] = values.outputs(op_id, iterations)
    return float(array[position]) if array.shape == gradient.shape and array.dtype != object else 1.0


def _compared(small: float, large: float, gradient: float, step: float, *, rounding: float) -> FiniteDifference:
    # The error of a central difference grows with the square of the step: two steps tell how large it is. More than
    # a share of the gradient is not allowed: beside a corner, the two differ for another reason.
    scale = max(abs(small), abs(gradient))
    wanted = rounding + min(2 * abs(large - small) / 3, SHARE * scale) + 1e-4 * abs(gradient)
    tolerance = 10.0 ** math.ceil(math.log10(wanted)) if math.isfinite(wanted) and wanted > 0 else 1e-6
    tolerance = min(tolerance, max(wanted, 2 * SHARE * scale))
    agrees = bool(abs(small - gradient) <= tolerance)
    digits = min(max(0, math.ceil(-math.log10(tolerance))), 8)
    text = (f"{small:.{digits}f}" if abs(small) < 1e6 else value_text(small)).replace("-", "−")
    allowed = f"{tolerance:.2g}"
    end = (
        f"agrees within {allowed}"
        if agrees
        else f"the gradient {value_text(gradient)} differs by more than {allowed}: there may be a corner or a jump here"
    )
    return FiniteDifference(small, gradient, step, tolerance, agrees, f"finite difference {text}, {end}")


def _difference(
    live: LiveGraph,
    values: Values,
    origin: tuple[str, tuple[int, ...]],
    position: Position,
    step: float,
    *,
    isolated: bool,
) -> tuple[float, float]:
    """How fast the target changes with the number, and the target's size."""
    sides = [_target_with(live, values, origin, position, amount, isolated=isolated) for amount in (step, -step)]
    [(above, up), (below, down)] = sides
    return (above - below) / (up - down), max(abs(above), abs(below), 1e-30)


def _target_with(
    live: LiveGraph,
    values: Values,
    origin: tuple[str, tuple[int, ...]],
    position: Position,
    amount: float,
    *,
    isolated: bool,
) -> tuple[float, float]:
    """The target when a number is changed, and by how much it was changed."""
    interpreter = ShiftedInterpreter(
        live, isolated=isolated, rules=values.rules, shifted=origin, position=position, amount=amount
    )
    arguments = [
        replace(argument, value=interpreter.shift(argument.value)) if argument.op_id == origin[0] else argument
        for argument in values.arguments
    ]
    interpreter.run([argument.value for argument in arguments])
    op_id, place = find_target(values.graph, values.gradient_of)
    run = interpreter.runs.last.get(op_id)
    if run is None:
        problem = interpreter.runs.problems.get(op_id)
        raise GraphlabError(f"{values.gradient_of} has no value any more: {problem.words if problem else 'not run'}")
    target = to_array(run.outputs[0])
    number = float(target.reshape(-1)[0] if place is None else target[place])
    if interpreter.exact == 0:
        raise GraphlabError(f"{short_title(values.graph, origin[0])} did not change: it was not computed again")
    return number, interpreter.exact
