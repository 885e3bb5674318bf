"""The weights of a run for one evaluation: they stand in for those of the model, which keeps its own."""

from __future__ import annotations

import inspect
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from graphlab.errors import SourceError
from graphlab.evaluation.eager import handle_kind
from graphlab.evaluation.opened import OpenedSource
from graphlab.evaluation.rules import captured_ops
from graphlab.evaluation.shadows import read_variable
from graphlab.formats import read_weights
from graphlab.formats.keras.places import weight_locations, weights_of
from graphlab.formats.keras.weights import stored_arrays
from graphlab.sources import SourceSpec
from graphlab.sources.objects import find_object
from graphlab.sources.run import load_module
from graphlab.tracing.live import LiveGraph

MOST_NAMED = 3  # variables in an error
OF_FILE = "of the saved file"
AS_BUILT, UNTRAINED = "as built", "as built, untrained"
_BEGIN_AT_0_OR_1 = ("bias", "beta", "moving_mean")  # ends of the paths of variables


def own_weights(opened: OpenedSource, live: LiveGraph) -> str:
    """What the weights of a source itself are, in words; "" for a graph that is not a model's.

    A model's weights are taken for untrained while every bias and mean is as Keras begins with: 0, or 1 in an LSTM.
    """
    if opened.spec.path is not None:
        return OF_FILE
    if live.graph.kind not in ("forward", "train_step"):
        return ""
    firsts = [
        handle
        for op_id, handle in captured_ops(live)
        if handle.dtype == tf.resource
        and (variable := live.graph.op(op_id).variable) is not None
        and variable.name.rpartition("/")[2] in _BEGIN_AT_0_OR_1
    ]
    return UNTRAINED if firsts and all(map(_is_0_or_1, firsts)) else AS_BUILT


def _is_0_or_1(handle: tf.Tensor) -> bool:
    try:
        return bool(np.isin(read_variable(handle).numpy(), (0, 1)).all())
    except tf.errors.OpError:  # it has no value yet
        return True


def run_weights(opened: OpenedSource, live: LiveGraph, path: Path, label: str) -> dict[str, tf.Tensor]:
    """The values of a checkpoint for the variables of a graph, by the ids of the ops that stand for them.

    An optimizer's numbers are not in it. Raises SourceError if the checkpoint does not fit the model, FormatError if
    it is damaged.
    """
    model = model_of(opened)
    if model is None:
        raise SourceError(f"the weights of {label} are those of a Keras model, and {opened.spec.text!r} is not one")
    places = weights_of(live.graph, weight_locations(model, stored_arrays(path)))
    weights: dict[str, tf.Tensor] = {}
    missing = []
    for op_id, handle in captured_ops(live):
        variable = live.graph.op(op_id).variable
        if variable is None or handle.dtype != tf.resource:
            continue
        if op_id in places:
            dtype, _ = handle_kind(handle)
            weights[op_id] = tf.cast(tf.convert_to_tensor(read_weights(path, places[op_id])), dtype)
        elif variable.parameters:
            missing.append(variable.name)
    if missing or not weights:
        names = ", ".join(missing[:MOST_NAMED]) or "any variable"
        raise SourceError(f"the weights of {label} do not fit the model as it is now: they have no values for {names}")
    return weights


def model_of(opened: OpenedSource) -> keras.Model | None:
    """The source's Keras model, or one like it if a function without arguments returns it; None for other sources.

    Raises SourceError if such a function would train it again.
    """
    module = opened.source.module
    target = None if module is None else find_object(opened.spec, module)
    if inspect.isfunction(target) and {"forward", "train_step"} & opened.live.keys():
        if any(graph.facts.early_training for graph in opened.graphs.values()):
            raise SourceError(
                f"{opened.spec.text!r} trains its model while it is loaded, so the model is not built again for other "
                "weights; open the model itself, not the function that returns it"
            )
        target = _built_again(opened.spec)
    return target if isinstance(target, keras.Model) else None


def _built_again(spec: SourceSpec) -> object:
    """What the source's function returns in a new run of its file, so that its layers get the same names as before."""
    keras.utils.clear_session()
    build = find_object(spec, load_module(spec))
    return build() if callable(build) else build
