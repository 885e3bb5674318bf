"""A model's call in training mode, for the graph of its call at inference: the ops that both have keep their ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import keras
import numpy as np
import tensorflow as tf

from graphlab.errors import SourceError, words_of
from graphlab.evaluation.eager import handle_kind
from graphlab.evaluation.files.keras_training import file_uses_training, filled, rebuilt_model, uses_training
from graphlab.evaluation.model.weights import model_of
from graphlab.evaluation.op_runs import Problem
from graphlab.evaluation.opened import OpenedSource
from graphlab.evaluation.result import Values
from graphlab.evaluation.rules import Rules, captured_ops
from graphlab.formats.keras.private import all_layers
from graphlab.graph import Graph, Op
from graphlab.loading.limits import limited_memory
from graphlab.sources.objects import find_object
from graphlab.tracing.convert import About, to_graph
from graphlab.tracing.live import LiveGraph, live_graphs
from graphlab.tracing.models.inputs import call_with, input_names
from graphlab.tracing.models.record import record

FORWARD = "forward"
ONLY_INFERENCE = "this op does not run in training mode, which computes this part with other ops"
MOST_PARTS = 3  # layers that a sentence names
_SEED = "seed_generator_state"  # the end of the path of the variable that a layer's random numbers follow from


def has_training(opened: OpenedSource, graph: str) -> bool:
    """Whether a graph is the call of a model some of whose layers work differently in training.

    A function that returns a model is not called again for this, and a SavedModel is never loaded.
    """
    if graph != FORWARD:
        return False
    if opened.spec.path is not None:
        return file_uses_training(opened.spec.path)
    model = None if opened.source.module is None else find_object(opened.spec, opened.source.module)
    return isinstance(model, keras.Model) and any(uses_training(type(one)) for one in (model, *all_layers(model)))


def training_twin(opened: OpenedSource, graph: str) -> tuple[LiveGraph, Rules]:
    """The model's call with training=True for the same inputs, and how it runs.

    Raises SourceError if it cannot be traced.
    """
    path = opened.spec.path
    if path is None or not has_training(opened, graph):
        return _traced_twin(opened, graph, model_of(opened)), opened.rules_of(graph)
    with limited_memory():
        model = rebuilt_model(path)
        twin = _traced_twin(opened, graph, model)
        return twin, filled(path, model, twin)


def _traced_twin(opened: OpenedSource, graph: str, model: keras.Model | None) -> LiveGraph:
    live = opened.find(graph)
    if model is None or not has_training(opened, graph):
        raise SourceError(f"the {graph} of {opened.spec.text!r} has no training mode")
    arguments, _ = live.function.structured_input_signature
    function = tf.function(lambda *args: call_with(model, args, {"training": True}), autograph=False)
    try:
        with live_graphs() as source, record() as recording:
            concrete = function.get_concrete_function(*arguments)
            to_graph(concrete, recording, About(model.name, FORWARD, input_names(model, list(arguments))))
    except Exception as error:  # whatever the model's own code raises in training
        raise SourceError(f"the model cannot be traced in training mode: {words_of(error)}") from error
    [twin] = source.graphs
    if twin.graph.input_ids != live.graph.input_ids:
        raise SourceError("values in training mode have no boxes here: the model has other inputs there")
    return twin


def ambiguous_ops(live: LiveGraph, twin: LiveGraph) -> frozenset[str]:
    """The ids that both graphs have, perhaps for different ops: TensorFlow numbers the ops of a type in a scope.

    Where one of the graphs has more of them, `mul_1` may be another op in the other one.
    """
    at_inference, in_training = _families(live.graph), _families(twin.graph)
    unequal = [family for family, ids in at_inference.items() if in_training.get(family) != ids]
    return frozenset(op_id for family in unequal for op_id in at_inference[family] if op_id in twin.graph)


def _families(graph: Graph) -> dict[tuple[str, str], set[str]]:
    """The ids of the ops of each type in each scope."""
    families: dict[tuple[str, str], set[str]] = defaultdict(set)
    for op in graph.ops():
        families[op.id.rpartition("/")[0], op.type].add(op.id)
    return families


def seeds_of(live: LiveGraph, seed: int) -> dict[str, tf.Tensor]:
    """The states of the model's seed generators for a seed, by the ids of the ops that stand for them."""
    generator = np.random.default_rng(seed)
    numbers = generator.integers(0, 2**31, 2)
    return {
        op_id: tf.cast(tf.constant(numbers), handle_kind(handle)[0])
        for op_id, handle in captured_ops(live)
        if (variable := live.graph.op(op_id).variable) is not None and variable.name.endswith(_SEED)
    }


def hidden_inputs(live: LiveGraph, twin: LiveGraph, ambiguous: frozenset[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    """The ops that are only in the graph in training mode, with the groups around each, by the op that reads them.

    The reader is an op of both graphs, and none of those that are `ambiguous`.
    """
    hidden = {
        op.id: {source: twin.graph.op(source).path for source, _ in op.inputs if source not in live.graph}
        for op in twin.graph.ops()
        if op.id in live.graph and op.id not in ambiguous
    }
    return {op_id: sources for op_id, sources in hidden.items() if sources}


def other_ops_words(live: LiveGraph, twin: LiveGraph, graphs: Mapping[str, Graph]) -> str:
    """Which ops run in training mode without a box, and in which of the source's graphs they are; "" for none."""
    parts = [*dict.fromkeys(_part_of(op) for op in twin.graph.ops() if op.outputs and op.id not in live.graph)]
    if not parts:
        return ""
    others = f" and of {len(parts) - MOST_PARTS:,} more layers" if len(parts) > MOST_PARTS else ""
    place = " The train step shows them." if "train_step" in graphs else ""
    return (
        f"Training mode also runs ops of {_listed(parts[:MOST_PARTS])}{others} that this graph does not show: "
        f"boxes that read them say so.{place}"
    )


def _part_of(op: Op) -> str:
    """The layer of an op; the op itself if it is in none, or in the model's own call."""
    path = op.layer.path.split("/") if op.layer is not None else []
    return path[-1] if len(path) > 1 else op.id


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def note_other_ops(values: Values, live: LiveGraph) -> None:
    """Say of the ops of the graph at inference that the one in training mode lacks why they have no value."""
    for op in live.graph.ops():
        if op.id not in values.graph:
            values.runs.problems.setdefault(op.id, Problem(ONLY_INFERENCE, ""))
