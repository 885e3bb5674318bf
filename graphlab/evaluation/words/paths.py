"""The paths over which the gradient of a tensor comes back: one for each op that reads it."""

from __future__ import annotations

from dataclasses import dataclass

import tensorflow as tf

from graphlab.errors import GraphlabError
from graphlab.evaluation.eager import is_trainable
from graphlab.evaluation.op_runs import OpRun
from graphlab.evaluation.result import Array, Values
from graphlab.evaluation.words.case import Case

CUSTOM = "IdentityN"  # of tf.custom_gradient
ONE_RESULT = ("SparseSoftmaxCrossEntropyWithLogits", "SoftmaxCrossEntropyWithLogits", "FusedBatchNormV3")


@dataclass(frozen=True, eq=False)
class Path:
    """An op that reads a tensor, and what comes back through it; None if that cannot be told apart from others."""

    case: Case
    port: int
    gradient: Array | None


def find_run(values: Values, op_id: str, iterations: tuple[int, ...] | None = None) -> OpRun:
    """The run of an op, by default the last one. Raises GraphlabError if it has no value."""
    values.outputs(op_id, iterations)
    if iterations is None:
        return values.runs.last[op_id]
    return next(run for run in values.runs.order if (run.op_id, run.iterations) == (op_id, iterations))


def case_of(values: Values, run: OpRun) -> Case:
    """A run with the gradient that arrives at it."""
    arriving = values.gradient(run.op_id, run.iterations) if values.gradient_of and run.outputs else None
    is_list = arriving is not None and arriving.dtype == object
    return Case(values.graph.op(run.op_id), run, None if is_list else arriving, is_list)


def is_entered(values: Values, op_id: str) -> bool:
    """Whether an op is a call, a loop or a conditional, whose inner ops were run instead of it."""
    return any(body.call == op_id for body in values.graph.bodies)


def producer(values: Values, tensor: tf.Tensor) -> OpRun | None:
    """The op that computed a tensor: arguments of called functions are tensors of their callers."""
    return next((run for run in values.runs.order if any(one is tensor for one in run.outputs)), None)


def paths_back(values: Values, tensor: tf.Tensor) -> list[Path]:
    """The paths over which a gradient comes back to a tensor, the last op first."""
    entered = {body.call for body in values.graph.bodies}
    paths = [
        Path(case, port, contribution(case, port))
        for run in reversed(values.runs.order)
        if run.op_id not in entered
        for port, one in enumerate(run.inputs)
        if one is tensor
        for case in [case_of(values, run)]
        if case.arriving is not None or case.arrives_as_list
    ]
    return [path for path in paths if path.gradient is not None or hides_gradient(path.case)]


def hides_gradient(case: Case) -> bool:
    """Whether an op's rule is not known here: it is the user's own, or several of its outputs have gradients."""
    several = sum(map(is_trainable, case.run.outputs)) > 1 and case.op.type not in ONE_RESULT
    return case.op.type == CUSTOM or several or case.arrives_as_list


def contribution(case: Case, port: int) -> Array | None:
    """What an op adds to the gradient of an input; None if it adds nothing, or if that is not known."""
    if hides_gradient(case) or not case.has_gradient(port):
        return None
    try:
        return case.leaving[port]
    except (LookupError, ValueError, TypeError, GraphlabError, tf.errors.OpError):  # it has no gradient in TensorFlow
        return None
