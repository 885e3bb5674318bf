"""The functions of a Keras file: the model is rebuilt without running code, and gets the weights of the file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import tensorflow as tf

from graphlab.errors import GraphlabError
from graphlab.evaluation.eager import handle_kind, run_op
from graphlab.evaluation.files.allowed import allowed_types
from graphlab.evaluation.rules import Rules, captured_ops
from graphlab.formats import read_weights
from graphlab.tracing.live import LiveGraph

_NONE = "the file contains no value of this variable"
_NO_SLOT = f"{_NONE}: an optimizer has none before its first step"


def fill_variables(path: Path, live: Mapping[str, LiveGraph], *, trust: bool) -> dict[str, Rules]:
    """Give the variables of a file's graphs their values from the file; how each graph is run.

    Of a trusted file, Keras may have loaded the values already.
    """
    problems: dict[int, str] = {}
    rules = {}
    for name, one in live.items():
        unset = {}
        for op_id, handle in captured_ops(one):
            if handle.dtype == tf.resource and one.graph.op(op_id).variable is not None:
                if id(handle) not in problems:
                    problems[id(handle)] = _fill(path, one, op_id, handle, trust=trust)
                if problems[id(handle)]:
                    unset[op_id] = problems[id(handle)]
        rules[name] = Rules(allowed=allowed_types(), unset=unset)
    return rules


def _fill(path: Path, live: LiveGraph, op_id: str, handle: tf.Tensor, *, trust: bool) -> str:
    """Read a variable's value from the file; why it has none, "" if it has one."""
    where, variable = live.graph.weights.get(op_id), live.graph.op(op_id).variable
    if not where:
        is_weight = variable is not None and variable.parameters > 0 and "lora_" not in variable.name
        is_set = bool(run_op("VarIsInitializedOp", [handle], (), 1)[0])
        # Counters, seeds and an optimizer's numbers that no file contains begin as in a new model.
        return "" if is_set and (trust or not is_weight) else _NONE if is_weight else _NO_SLOT
    dtype, shape = handle_kind(handle)
    try:
        array = read_weights(path, where)
        value = tf.cast(tf.convert_to_tensor(array), dtype)
        if not shape.is_compatible_with(value.shape):
            return f"its value in the file has the sizes {list(value.shape)}, not {list(shape)}"
        run_op("AssignVariableOp", [handle, value], ("dtype", dtype.as_datatype_enum), 0)
    except (GraphlabError, tf.errors.OpError, ValueError, TypeError) as error:
        return f"its value in the file cannot be read: {' '.join(str(error).split())}"
    return ""
