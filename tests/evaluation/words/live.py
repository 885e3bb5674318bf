"""A function or model with the values of its graph, as the worker has them."""

from __future__ import annotations

import numpy as np

import graphlab
from graphlab.evaluation.evaluate import evaluate
from graphlab.evaluation.inputs import arguments_for
from graphlab.tracing.live import live_graphs


def live_values(target, *inputs, gradient="output", graph=None, specs=None):
    """The live graph and its values; `specs` for a function without a signature."""
    with live_graphs() as source:
        traced = graphlab.trace(target, *(specs or ()), graph=graph)
    live = next(one for one in source.graphs if one.graph is traced)
    return live, evaluate(live, arguments_for(live, [np.asarray(one) for one in inputs], {}, (), 7), gradient=gradient)
