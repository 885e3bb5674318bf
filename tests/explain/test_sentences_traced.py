"""Sentences about the ops of TensorFlow: every type has a family, and traced functions are described in words."""

from __future__ import annotations

import keras
import pytest
import tensorflow as tf

from graphlab.explain import FAMILIES, explain, family, hint
from graphlab.explain.op_texts import TEXTS
from graphlab.explain.phrases.binary_ops import BINARY
from graphlab.explain.phrases.ops import PHRASES
from tests.support.tf_graphs import graph_of, graph_of_concrete

pytestmark = pytest.mark.tf


def test_texts_have_one_place_for_each_type():
    types = [*TEXTS, *BINARY, *PHRASES]
    assert len(types) == len(set(types))
    assert len(types) > 250
    assert [op_type for op_type in types if not hasattr(tf.raw_ops, op_type)] == []


def test_family_of_every_type_of_tensorflow_is_in_the_legend():
    types = [name for name in dir(tf.raw_ops) if name[0].isupper()]
    assert {family(op_type) for op_type in types} == set(FAMILIES)
    assert sum(family(op_type) == "other" for op_type in types) < len(types) / 3


def test_explain_every_op_when_a_keras_train_step_is_traced():
    model = keras.Sequential(
        [
            keras.Input((16, 16, 1)),
            keras.layers.Conv2D(4, 3, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dropout(0.5),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.optimizer.build(model.trainable_variables)
    step = tf.function(lambda x, y: model.train_step((x, y)))
    specs = [tf.TensorSpec((None, 16, 16, 1)), tf.TensorSpec((None,), tf.int64)]
    graph = graph_of_concrete(step.get_concrete_function(*specs), "train_step")
    sentences = {op.id: explain(graph, op.id).sentence for op in graph.ops()}
    assert [name for name, sentence in sentences.items() if sentence.startswith("The op ")] == []
    gradients = [sentence for sentence in sentences.values() if sentence.startswith("The gradient of")]
    assert any("with respect to its weights: how the loss changes with each of the 36 weights" in s for s in gradients)
    assert all(len(hint(graph, op.id)) <= 24 for op in graph.ops())


def test_explain_function_when_it_is_x_squared_y_plus_y_plus_two():
    scalar = tf.TensorSpec(())
    graph = graph_of(lambda x, y: x * x * y + y + 2.0, scalar, scalar)
    sentences = [explain(graph, op.id).sentence for op in graph.ops() if op.type in ("Mul", "AddV2")]
    assert sentences == [
        "Multiplies two tensors, number by number: one number.",
        "Multiplies two tensors, number by number: one number.",
        "Adds two tensors, number by number: one number.",
        "Adds 2 to the number.",
    ]
