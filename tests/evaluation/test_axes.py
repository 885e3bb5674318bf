"""The axes of a tensor have names where the graph shows what they are."""

from __future__ import annotations

import pytest

from graphlab.evaluation.tensors import axis_names

pytestmark = pytest.mark.tf

keras = pytest.importorskip("keras")

from graphlab.tracing.targets import trace_object  # noqa: E402

layers = keras.layers
IMAGE = ("batch", "height", "width", "channel")
KERNEL = ("kernel height", "kernel width", "input channel", "output channel")


def names_in(model):
    """Op type and rank → the names of its axes, of the first op of each."""
    graph = trace_object(model)["forward"]
    names = {}
    for op in graph.ops():
        for output, tensor in enumerate(op.outputs):
            rank = len(tensor.shape or ())
            names.setdefault((op.type, rank), axis_names(graph, op.id, rank, output))
    return names


def test_the_axes_of_a_convolutional_network():
    names = names_in(
        keras.Sequential(
            [
                *(keras.Input((8, 8, 3)), layers.Conv2D(4, 3), layers.BatchNormalization(), layers.ReLU()),
                *(layers.MaxPooling2D(), layers.Flatten(), layers.Dense(5, activation="softmax")),
            ]
        )
    )

    assert {names[op_type, 4] for op_type in ("Placeholder", "Conv2D", "Relu", "MaxPool", "BiasAdd")} == {IMAGE}
    assert names["ReadVariableOp", 4] == KERNEL
    assert names["ReadVariableOp", 2] == ("input", "neuron")
    assert names["MatMul", 2] == names["Softmax", 2] == ("batch", "neuron")
    assert names["Reshape", 2] == ("batch", "feature")


def test_the_axes_of_attention():
    x = keras.Input((5,), dtype="int32")
    y = layers.Embedding(7, 6)(x)
    names = names_in(keras.Model(x, layers.MultiHeadAttention(2, 3)(y, y)))

    assert names["GatherV2", 3] == ("batch", "position", "feature")
    assert names["Softmax", 4] == ("batch", "head", "query", "key")


def test_unknown_axes_have_no_name():
    names = names_in(keras.Sequential([keras.Input((2, 3, 4, 5)), layers.Permute((4, 3, 2, 1))]))

    assert names["Transpose", 5] == ("",) * 5
