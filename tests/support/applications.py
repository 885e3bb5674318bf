"""Every model of keras.applications that builds without downloads, and its facts from TensorFlow and its layers."""

from __future__ import annotations

import inspect
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf

from graphlab.graph import Graph
from graphlab.tracing.models.graphs import trace_forward
from tests.support.tf_counts import tf_counts

ROUNDS = 3
MOST_RATIO = 1.5  # of tracing and building the Graph to TensorFlow's own tracing


@dataclass(frozen=True)
class Report:
    """A model's graph beside what TensorFlow and Keras say: pairs of (ours, theirs), and what is wrong."""

    name: str
    ops: tuple[int, int]
    edges: tuple[int, int]
    parameters: tuple[int, int]
    strangers: tuple[str, ...]  # ops whose layer is not the one that recorded them
    untyped: int  # data edges without a dtype or a rank
    tensorflow_s: float
    graphlab_s: float

    @property
    def ratio(self) -> float:
        """How much longer tracing and building the Graph take than TensorFlow's own tracing."""
        return self.graphlab_s / self.tensorflow_s

    @property
    def is_right(self) -> bool:
        """Whether the graph is what TensorFlow and Keras say."""
        pairs = (self.ops, self.edges, self.parameters)
        return all(ours == theirs for ours, theirs in pairs) and not self.strangers and not self.untyped


def application_names() -> list[str]:
    """The functions of keras.applications that make a model."""
    applications = keras.applications
    return [name for name in dir(applications) if inspect.isfunction(getattr(applications, name))]


def report(name: str, rounds: int = ROUNDS) -> Report:
    """The report of one model; times are CPU seconds, medians of rounds in which both take turns."""
    keras.utils.clear_session()
    model = getattr(keras.applications, name)(weights=None)
    spec = tf.TensorSpec(model.input_shape, tf.float32)
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        concrete = _timed(theirs, lambda: _trace(model, spec))
        graph = _timed(ours, lambda: trace_forward(model))
    counts = tf_counts(concrete)
    return Report(
        name,
        (graph.number_of_nodes(), counts[0]),
        (graph.number_of_edges(), counts[1]),
        (graph.parameters, model.count_params()),
        tuple(_strangers(graph, model, spec)),
        sum(1 for _, _, data in graph.edges(data=True) if not data["control"] and not _is_typed(data["tensor"])),
        statistics.median(theirs),
        statistics.median(ours),
    )


def _trace(model: Any, spec: Any) -> Any:
    return tf.function(lambda x: model(x, training=False)).get_concrete_function(spec)


def _timed(times: list[float], make: Callable[[], Any]) -> Any:
    started = time.process_time()
    made = make()
    times.append(time.process_time() - started)
    return made


def _is_typed(tensor: Any) -> bool:
    return tensor is not None and tensor.dtype != "unknown" and tensor.shape is not None


def _strangers(graph: Graph, model: Any, spec: Any) -> list[str]:
    """Ops that another layer recorded than the one the graph names. The layers' own `call` is wrapped, one by one."""
    ranges: list[tuple[int, int, str]] = []
    layers = [layer for layer in model._flatten_layers(include_self=False) if not isinstance(layer, keras.Model)]
    for layer in layers:
        layer.call = _noting(layer, ranges)
    try:
        concrete = _trace(model, spec)
    finally:
        for layer in layers:
            del layer.call
    owners: dict[int, str] = {}
    for first, last, name in ranges:  # inner calls end first
        for place in range(first, last):
            owners.setdefault(place, name)
    names = {layer.name for layer in layers}
    wrong = []
    # By position: TensorFlow numbers some names through all traces. What ops call comes after them.
    operations = concrete.graph.get_operations()
    for place, op in enumerate(list(graph.ops())[: len(operations)]):
        name = op.layer.path.rpartition("/")[2] if op.layer else ""
        if owners.get(place, "") != (name if name in names else ""):
            wrong.append(op.id)
    return wrong


def _noting(layer: Any, ranges: list[tuple[int, int, str]]) -> Callable[..., Any]:
    call = layer.call

    def noting(*args: Any, **kwargs: Any) -> Any:
        graph = tf.compat.v1.get_default_graph()
        first = graph.version
        result = call(*args, **kwargs)
        ranges.append((first, graph.version, layer.name))
        return result

    return noting
