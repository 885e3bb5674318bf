"""Long layers and functions are divided by the code that made their ops."""

from __future__ import annotations

import keras
import pytest
import tensorflow as tf

from graphlab.tracing.functions import trace_function
from graphlab.tracing.models.graphs import trace_forward
from graphlab.view import default_open, fold_quiet, view

pytestmark = pytest.mark.tf


def waves(x):
    for factor in range(10):
        x = tf.sin(x * float(factor))
    return x


def long_one(x):
    # Make waves
    x = waves(x)
    y = waves(x)

    total = tf.reduce_sum(x) + tf.reduce_sum(y)
    return x / total


def test_a_long_function_is_divided_by_the_functions_it_calls_and_its_paragraphs():
    folded = fold_quiet(trace_function(long_one, ["float32[4]"], {}))
    shown = view(folded, default_open(folded))

    line = long_one.__code__.co_firstlineno + 2
    found = [(box.title, folded.groups[box.id].kind if box.id in folded.groups else "") for box in shown.boxes]

    assert found == [
        ("x", ""),
        (f"waves · line {line}", "code"),
        (f"waves · line {line + 1}", "code"),
        ("Sum", ""),
        ("Sum", ""),
        ("AddV2", ""),
        ("RealDiv", ""),
        ("output", ""),
    ]


def test_gradients_that_the_code_goes_on_with_stay_gradients():
    def descend(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.cond(tf.reduce_sum(x) > 0.0, lambda: tf.reduce_sum(x @ x * x), lambda: tf.reduce_sum(x))
        return x - 0.1 * tape.gradient(y, x)

    graph = trace_function(descend, ["float32[2,2]"], {})
    made = [op for op in graph.ops() if op.id.startswith("gradient_tape/")]
    assert {op.path[0] for op in made if op.path} == {"gradients/"}
    (conditional,) = [op for op in graph.ops() if op.type.endswith("If") and op in made]
    bodies = [body.group for body in graph.bodies if body.call == conditional.id]
    assert bodies == [f"{conditional.path[-1]}{role}/" for role in ("then", "else")]


def test_a_short_function_is_not_divided():
    graph = trace_function(lambda x: tf.sin(tf.sin(x) * 2.0), ["float32[4]"], {})

    assert graph.groups == {}


def test_a_long_layer_is_divided_and_keeps_its_variables_outside():
    class Long(keras.layers.Layer):
        def build(self, shape):
            self.scale = self.add_weight(shape=(4,), name="scale")

        def call(self, x):
            y = self.helper(x)
            return self.helper(y)

        def helper(self, x):
            for _ in range(14):
                x = tf.sin(x * self.scale)
            return x

    model = keras.Sequential([keras.Input((4,)), Long(name="long")], name="net")
    folded = fold_quiet(trace_forward(model))
    shown = view(folded, default_open(folded))

    inside = [(box.kind, box.title) for box in shown.boxes if box.parent == "net/long/"]
    line = Long.call.__code__.co_firstlineno + 1
    helpers = [("group", f"helper · line {line}"), ("group", f"helper · line {line + 1}")]
    assert inside == [("variable", "scale"), *helpers]
