"""Parameters of models and of each of their layers, as Keras counts them."""

from __future__ import annotations

import math

import pytest

pytestmark = pytest.mark.tf

keras = pytest.importorskip("keras")

import graphlab  # noqa: E402
from graphlab.explain import group_totals  # noqa: E402
from graphlab.graph import LAYERS  # noqa: E402
from graphlab.overlay.amounts import parameters  # noqa: E402
from graphlab.report import report, to_text  # noqa: E402
from graphlab.view import fold_quiet  # noqa: E402

layers = keras.layers


class Unread(layers.Layer):
    """A layer that reads one of its weights."""

    def build(self, shape):
        self.w = self.add_weight(shape=(4,), name="w")
        self.unused = self.add_weight(shape=(10,), name="unused")
        self.constant = self.add_weight(shape=(3,), name="constant", trainable=False)

    def call(self, x):
        return x * self.w


def unread():
    return keras.Sequential([keras.Input((4,)), Unread(), layers.Dense(4)])


def nested():
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(4), layers.BatchNormalization(), Unread()], name="inner")
    x = keras.Input((4,))
    return keras.Model(x, layers.Dense(2)(inner(inner(x))))


def shared():
    x, dense = keras.Input((4,)), layers.Dense(4)
    return keras.Model(x, dense(dense(layers.BatchNormalization()(x))))


def frozen():
    base = keras.Sequential([keras.Input((4,)), layers.Dense(8), layers.BatchNormalization(), layers.Dense(4)])
    base.trainable = False
    return keras.Sequential([keras.Input((4,)), base, layers.Dense(3)])


def partly_frozen():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(8), layers.Dense(3)])
    model.layers[0].trainable = False
    return model


def adapted():
    model = keras.Sequential([keras.Input((6,)), layers.Embedding(10, 8), layers.Dense(4), layers.Flatten()])
    for layer in model.layers[:2]:
        layer.enable_lora(2)
    return model


def quantized():
    model = keras.Sequential([keras.Input((8,)), layers.Dense(4), layers.Dense(2)])
    model.quantize("int8")
    return model


def tied():
    x, both = keras.Input((5,), dtype="int32"), layers.ReversibleEmbedding(10, 4)
    return keras.Model(x, both(layers.Dense(4)(both(x)), reverse=True))


def recurrent():
    return keras.Sequential([keras.Input((5, 3)), layers.Bidirectional(layers.LSTM(4)), layers.Dense(1)])


MODELS = [unread, nested, shared, frozen, partly_frozen, adapted, quantized, tied, recurrent]


def count(layer):
    return layer.count_params(), sum(math.prod(weight.shape) for weight in layer.trainable_weights)


def layers_by_name(model):
    return {layer.name: layer for layer in model._flatten_layers()}


@pytest.mark.parametrize("make", MODELS, ids=lambda make: make.__name__)
def test_every_layer_has_the_parameters_that_keras_counts(make):
    model = make()
    if make is not quantized:
        model.compile("sgd", "mse")
    known = layers_by_name(model)
    for name in ("forward", "train_step") if model.compiled else ("forward",):
        graph = graphlab.trace(model, graph=name)
        found = report(graph)
        totals, folded = group_totals(graph), fold_quiet(graph)

        assert (found.parameters, found.trainable_parameters) == count(model)
        assert len(found.layers) > 1
        assert {layer.path: (layer.parameters, layer.trainable_parameters) for layer in found.layers} == {
            layer.path: count(known[layer.path.rpartition("/")[2]]) for layer in found.layers
        }
        for group in graph.groups.values():
            if group.kind in LAYERS:
                told = count(known[group.label.partition(" (call")[0]])
                assert (totals[group.id].parameters, totals[group.id].trainable_parameters) == told
                assert group.id not in folded.groups or parameters(folded).values[group.id] == told[0]
        assert parameters(folded).values[""] == model.count_params()


def test_a_layer_that_reads_no_weight_of_its_own_still_has_them():
    class Unused(layers.Layer):
        def build(self, shape):
            self.w = self.add_weight(shape=(7,), name="w")

        def call(self, x):
            return x * 2.0

    graph = graphlab.trace(keras.Sequential([keras.Input((4,)), Unused(name="idle")]))
    text = to_text("m.py:model", {"forward": report(graph)})

    assert (graph.parameters, graph.trainable_parameters) == (7, 7)
    assert next(line.split() for line in text.splitlines() if "idle" in line)[-3:] == ["7", "7", "2"]


def test_counts_survive_being_saved(tmp_path):
    graph = graphlab.trace(unread())
    graphlab.save(graph, tmp_path / "graph.json")
    again = graphlab.load(tmp_path / "graph.json")

    assert (again.parameters, again.trainable_parameters) == (37, 34)
    assert again.counts == graph.counts
