"""The random programs by seed: the fixed shapes first, then random ones."""

from __future__ import annotations

import random
from functools import partial
from typing import Any

import keras

from graphlab.tracing.functions import trace_function
from graphlab.tracing.models.graphs import has_train_step, trace_forward, trace_train_step
from graphlab.tracing.pipelines.graphs import trace_pipelines
from tests.truth import shapes
from tests.truth.functions import random_function
from tests.truth.layers import own_model, random_model, sequential
from tests.truth.pipelines import random_pipelines
from tests.truth.program import MOST_LAYERS, Program
from tests.truth.training import MixedPrecision, compile_model

FIXED = (*shapes.MODELS, *shapes.FUNCTIONS)
TRAINED_SHARE = 0.5
MIXED_SHARE = 0.15
MOST_TRAINED = 90  # layers of a model whose train step is traced: it has some forty ops for each


def build(seed: int) -> Program:
    """The program of a seed: one of fixed shape for the first seeds, each of them once, then random ones."""
    keras.utils.clear_session()
    if seed < len(FIXED):
        make = FIXED[seed]
        traces = _of_model(make()) if make in shapes.MODELS else _of_function(make())
        return Program(make.__name__, traces)
    rng = random.Random(seed)
    kind = rng.choices(list(KINDS), weights=[weight for weight, _ in KINDS.values()])[0]
    return KINDS[kind][1](rng)


def _of_model(model: Any) -> dict[str, Any]:
    traces = {"forward": partial(trace_forward, model)}
    if has_train_step(model):
        traces["train_step"] = partial(trace_train_step, model)
    return traces


def _of_function(function: Any) -> dict[str, Any]:
    return {"function": partial(trace_function, function, [], {})}


def _model(make: Any, rng: random.Random) -> Program:
    trained = rng.random() < TRAINED_SHARE
    mixed = rng.random() < MIXED_SHARE and make is not own_model
    with MixedPrecision(mixed):
        model, words = make(rng, MOST_TRAINED if trained else MOST_LAYERS)
        words += ", mixed precision" if mixed else ""
        words += f", {compile_model(rng, model)}" if trained else ""
    return Program(words, _of_model(model))


def _function(rng: random.Random) -> Program:
    function, words = random_function(rng)
    return Program(words, _of_function(function))


def _pipelines(rng: random.Random) -> Program:
    data, words = random_pipelines(rng)
    return Program(words, {"pipeline": partial(trace_pipelines, data, "data")})


KINDS = {
    "functional": (4, partial(_model, random_model)),
    "sequential": (1, partial(_model, sequential)),
    "subclassed": (2, partial(_model, own_model)),
    "function": (3, _function),
    "pipelines": (1, _pipelines),
}
