"""`graphlab.values` for values, specs and example_inputs."""

from __future__ import annotations

import sys
from types import ModuleType

import numpy as np
import pytest

import graphlab
from graphlab.errors import GraphlabError, SourceError

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")


def product(x, y):
    return x * y


@pytest.fixture
def lesson(monkeypatch):
    """A module with a function and example_inputs beside it."""
    module = ModuleType("lesson")
    exec("def f(x, y):\n    return x - y\n\nexample_inputs = {'x': 10.0, 'y': 4.0, 'z': 1.0}\n", vars(module))
    monkeypatch.setitem(sys.modules, "lesson", module)
    return module


def test_a_value_and_a_spec_can_be_mixed():
    by_name = graphlab.values(product, x=3.0, y="float32[2]")
    by_position = graphlab.values(product, 3.0, tf.TensorSpec([2], tf.float32))

    np.testing.assert_allclose(by_name["Identity"], 3 * by_name["y"])
    np.testing.assert_array_equal(by_position["Identity"], by_name["Identity"])


def test_example_inputs_fill_in_what_is_left_out(lesson):
    traced = tf.function(lesson.f)

    assert float(graphlab.values(lesson.f)["Identity"]) == 6.0
    assert float(graphlab.values(lesson.f, y=1.0)["Identity"]) == 9.0
    assert float(graphlab.values(traced, 5.0)["Identity"]) == 1.0


def test_an_example_that_does_not_fit_is_named(lesson):
    lesson.example_inputs = {"x": [1.0, 2.0]}
    signed = tf.function(lesson.f, input_signature=[tf.TensorSpec([], tf.float32)] * 2)

    with pytest.raises(SourceError, match="example_inputs does not fit: the input x takes float32"):
        graphlab.values(signed)


def test_a_missing_input_is_named_with_how_a_call_gives_it():
    with pytest.raises(SourceError) as error:
        graphlab.values(product, x=3.0)
    assert str(error.value) == (
        "'product' needs a value for y; pass it, such as y=3.0, or y=\"float32[4]\" for random numbers"
    )
    with pytest.raises(SourceError, match="needs a value for x and y"):
        graphlab.values(product)


def test_the_loss_of_a_train_step_has_gradients():
    import keras

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    values = graphlab.values(model, np.ones((3, 2)), np.zeros((3, 1)), graph="train_step", gradient="loss")

    prediction = model(np.ones((3, 2))).numpy()
    add = next(op_id for op_id, _ in values.order if values.graph.op(op_id).type in ("AddV2", "BiasAdd"))
    np.testing.assert_allclose(values.gradient(add), 2 * prediction / 3, rtol=1e-5)


@pytest.mark.parametrize(
    ("function", "value"),
    [
        (tf.strings.upper, tf.constant("a")),
        (lambda x: x * 2, tf.constant([1.0, -2.5], tf.bfloat16)),
        (lambda x: x + 1, tf.constant([1, 2], tf.uint8)),
        (lambda x: tf.debugging.check_numerics(x, "bad") * 2, tf.constant([1.0, 2.0])),
        (lambda x: tf.raw_ops.Empty(shape=[0], dtype=tf.float32) + x, tf.zeros([0])),
    ],
)
def test_each_kind_of_tensor_can_be_given(function, value):
    values = graphlab.values(tf.function(function), value)

    expected = function(value).numpy()
    assert values[values.graph.output_ids[0]].tolist() == np.asarray(expected).tolist()


def test_numbers_that_are_not_finite_are_where_check_numerics_stops():
    values = graphlab.values(tf.function(lambda x: tf.debugging.check_numerics(x / 0.0, "bad") * 2), tf.constant(1.0))

    [cause] = values.causes
    assert values.graph.op(cause).type == "CheckNumerics"
    assert "Inf" in values.problems[cause]


def test_an_op_without_a_gradient_is_named():
    with pytest.raises(GraphlabError, match=r"TensorFlow has none for TruncateMod \(TruncateMod\); choose a number"):
        graphlab.values(tf.function(lambda x: tf.truncatemod(x, 2.0) * x), tf.constant(3.0), gradient="output")
