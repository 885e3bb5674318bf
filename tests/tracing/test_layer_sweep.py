"""Every layer class of keras.layers in a model of its own, against TensorFlow and Keras."""

from __future__ import annotations

import math

import pytest

from graphlab.report import report
from graphlab.view import default_open, fold_quiet, view
from tests.support.tf_counts import tf_counts

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

from graphlab.tracing.functions import trace_function  # noqa: E402
from graphlab.tracing.models.graphs import trace_forward  # noqa: E402
from tests.support import layer_cases  # noqa: E402

MOST_BOXES = 25
NAMES = [name for name in layer_cases.class_names() if name not in layer_cases.NOT_ALONE]
TRAINED = [name for name in NAMES if layer_cases.behaves_otherwise_in_training(name)]


def first_sight(graph):
    folded = fold_quiet(graph)
    return view(folded, default_open(folded)).boxes


def weights_in(graph):
    """Every variable that has a box once all groups are open: its name, shape and number of parameters."""
    folded = fold_quiet(graph)
    shown = view(folded, frozenset(folded.groups))
    found = [graph.op(box.id).variable for box in shown.boxes if box.kind == "variable"]
    return {variable.name: variable.shape for variable in found if variable.parameters}


def into_weights(graph):
    """The data that the quiet view draws as if a weight read it."""
    folded = fold_quiet(graph)
    heads = [graph.op(folded.stands_for[wire.dst]) for wire in folded.wires]
    return [op.variable.name for op in heads if op.variable and op.variable.parameters]


def test_every_class_is_tried_or_has_a_reason():
    assert set(layer_cases.NOT_ALONE) <= set(layer_cases.class_names())
    assert set(layer_cases.CASES) <= set(NAMES)
    assert len(NAMES) > 130


@pytest.mark.parametrize("name", NAMES)
def test_a_model_of_one_layer(name):
    model, layer = layer_cases.one_layer_model(name)
    specs = layer_cases.specs(name)
    graph = trace_forward(model, specs)
    theirs = tf.function(lambda *x: layer_cases.call_model(model, x)).get_concrete_function(*specs)
    mine = f"net/{layer.name}"
    unread = layer_cases.UNREAD.get(name, set())
    read = {weight.path: tuple(weight.shape) for weight in layer.weights if weight.name not in unread}

    assert len(first_sight(graph)) <= MOST_BOXES
    assert weights_in(graph) == read
    assert into_weights(graph) == []
    assert (graph.parameters, graph.trainable_parameters) == counted_by_keras(model)
    assert told_of_layers(graph).get(mine, (0, 0)) == counted_by_keras(layer)
    assert all(weight in " ".join(graph.notes) for weight in unread)
    assert (graph.number_of_nodes(), graph.number_of_edges()) == tf_counts(theirs)
    assert [op.id for op in graph.ops() if not is_end(graph, op) and not is_of(op, mine)] == []


@pytest.mark.parametrize("name", TRAINED)
def test_a_layer_in_training(name):
    layer = layer_cases.layer_case(name).make()
    graph = trace_function(lambda *x: layer_cases.call_in_training(name, layer, x), layer_cases.specs(name), {})

    assert len(first_sight(graph)) <= MOST_BOXES
    assert weights_in(graph) == {weight.path: tuple(weight.shape) for weight in layer.weights}
    assert into_weights(graph) == []


def counted_by_keras(layer):
    return layer.count_params(), sum(math.prod(weight.shape) for weight in layer.trainable_weights)


def told_of_layers(graph):
    return {found.path: (found.parameters, found.trainable_parameters) for found in report(graph).layers}


def is_end(graph, op):
    return op.id in (*graph.input_ids, *graph.output_ids) or op.type == "NoOp"


def is_of(op, path):
    return op.layer is not None and f"{op.layer.path}/".startswith(f"{path}/")
