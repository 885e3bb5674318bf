"""Why an op has no chain rule in words."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from graphlab.evaluation.evaluate import find_target
from graphlab.evaluation.op_runs import OpRun
from graphlab.evaluation.result import Values
from graphlab.evaluation.words.case import Case
from graphlab.evaluation.words.names import Names
from graphlab.evaluation.words.paths import hides_gradient, is_entered

STOPS = ("StopGradient", "PreventGradient")


def why_no_chain_rule(values: Values, case: Case, names: Names) -> str:
    """One sentence; "" if there is a chain rule, or if no gradient was asked for."""
    if not values.gradient_of or not case.run.outputs:
        return ""
    dtype = case.run.outputs[0].dtype
    if case.arrives_as_list:
        return "The gradient that arrives is a list of tensors; it is not written out."
    if case.arriving is None:
        if not (dtype.is_floating or dtype.is_complex or dtype == tf.resource):
            return f"The output is {dtype.name}; only real numbers have gradients."
        return f"No gradient comes back here: {_why_none(values, case, names.target.text)}."
    if is_entered(values, case.op.id):
        return "The gradient goes through the ops inside; open it to see them."
    if hides_gradient(case) and case.run.inputs:
        return "This op has a custom gradient or several outputs; its rule is not written out."
    if not np.all(np.isfinite(case.arriving)):
        return "The gradient that arrives contains NaN or infinity."
    return ""


def _why_none(values: Values, case: Case, target_name: str) -> str:
    target = values.runs.last.get(find_target(values.graph, values.gradient_of)[0])
    order = values.runs.order
    own = order.index(case.run)
    if target is not None and order.index(target) < own:
        return f"this op runs after {target_name} is computed"
    reached = {id(tensor) for tensor in case.run.outputs}
    stop = ""
    for run in order[own + 1 :]:
        if not any(id(tensor) in reached for tensor in run.inputs):
            continue
        reached |= {id(tensor) for tensor in run.outputs}
        op_type = values.graph.op(run.op_id).type
        if not stop and (op_type in STOPS or _has_no_real_output(run)):
            stop = op_type
        if run is target:
            return f"{stop or 'an op'} on the way to {target_name} has no gradient"
    return f"{target_name} is not computed from this op"


def _has_no_real_output(run: OpRun) -> bool:
    return bool(run.outputs) and not any(
        tensor.dtype.is_floating or tensor.dtype.is_complex or tensor.dtype in (tf.resource, tf.variant)
        for tensor in run.outputs
    )
