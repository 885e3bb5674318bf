"""Finite differences agree with gradients where a function is smooth, and say so where it is not."""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

from graphlab.errors import GraphlabError  # noqa: E402
from graphlab.evaluation.words.case import position_of_largest  # noqa: E402
from graphlab.evaluation.words.check import check  # noqa: E402
from tests.evaluation.words.live import live_values  # noqa: E402
from tests.evaluation.words.test_derivatives import CASES  # noqa: E402

NUMBER = tf.TensorSpec((), tf.float32)


@tf.function(input_signature=[NUMBER, NUMBER])
def quadratic(x, y):
    return x**2 * y + y + 2.0


@pytest.mark.parametrize(
    ("op_id", "words"),
    [
        ("x", "finite difference 24.00, agrees within 0.01"),
        ("y", "finite difference 10.00, agrees within 0.01"),
        ("pow", "finite difference 4.00, agrees within 0.01"),
        ("Identity", "finite difference 1.000, agrees within 0.001"),
    ],
)
def test_differences_of_the_quadratic_agree(op_id, words):
    live, values = live_values(quadratic, 3.0, 4.0)

    result = check(live, values, op_id, ())
    assert (result.agrees, result.words) == (True, words)
    assert result.step == 2**-6 if op_id == "x" else result.step > 0


def test_every_gradient_of_a_network_agrees():
    keras.utils.set_random_seed(3)
    layers = keras.layers
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(5, activation="tanh"), layers.Dense(3, activation="softmax")]
    )
    weights = [variable.numpy().copy() for variable in model.variables]
    live, values = live_values(model, np.random.default_rng(1).normal(size=(1, 4)), gradient="output[0,1]")

    checked = [op_id for op_id, gradient in values.gradients.items() if gradient is not None]
    for op_id in checked:
        gradient = values.gradient(op_id)
        for position in (tuple(0 for _ in gradient.shape), tuple(size - 1 for size in gradient.shape)):
            result = check(live, values, op_id, position)
            assert result.agrees, (op_id, position, result)
    assert len(checked) > 10
    assert all(np.array_equal(one, variable) for one, variable in zip(weights, model.variables, strict=True))


def test_one_iteration_of_a_loop_is_changed():
    @tf.function(input_signature=[NUMBER])
    def cube(x):
        for _ in tf.range(2):
            x = x * x
        return x

    live, values = live_values(cube, 1.5)
    [mul] = [op.id for op in values.graph.ops() if op.type == "Mul"]

    first, second = (check(live, values, mul, (), (number,)) for number in (1, 2))
    assert (first.agrees, first.gradient) == (True, 4.5)
    assert (second.agrees, second.gradient) == (True, 1.0)


def test_a_corner_is_said():
    live, values = live_values(tf.function(tf.nn.relu, input_signature=[NUMBER]), 0.0)

    result = check(live, values, "features", ())
    assert not result.agrees
    assert result.words.startswith("finite difference 0.5")
    assert "a corner or a jump" in result.words


def test_beside_a_corner_the_step_is_smaller():
    live, values = live_values(tf.function(tf.nn.relu, input_signature=[NUMBER]), 0.001)

    result = check(live, values, "features", ())
    assert result.agrees
    assert result.difference == pytest.approx(1.0, abs=0.02)
    assert result.step < 0.001
    assert result.tolerance <= 0.1


def test_a_target_that_is_not_a_number_does_not_agree():
    live, values = live_values(tf.function(lambda x: tf.sqrt(x) * 1.0, input_signature=[NUMBER]), -1.0)

    result = check(live, values, "x", ())
    assert not result.agrees
    assert result.words.startswith("finite difference nan")


def test_double_precision_has_a_smaller_tolerance():
    function = tf.function(lambda x: tf.sin(x), input_signature=[tf.TensorSpec((), tf.float64)])
    live, values = live_values(function, 1.0)

    result = check(live, values, "x", ())
    assert result.agrees
    assert result.tolerance <= 1e-4
    assert result.step < 1e-4


def test_what_cannot_be_checked_is_an_error():
    live, values = live_values(quadratic, 3.0, 4.0)

    with pytest.raises(GraphlabError, match=r"has no number at \[0\]"):
        check(live, values, "x", (0,))
    live, values = live_values(quadratic, 3.0, 4.0, gradient="")
    with pytest.raises(GraphlabError, match="there are no gradients to check"):
        check(live, values, "x", ())


@pytest.mark.parametrize("key", CASES)
def test_the_gradient_of_each_op_agrees(key):
    function, inputs = CASES[key]
    generator = np.random.default_rng(4)
    if key in ("Max", "MaxPool"):  # equal numbers are a corner
        inputs = [generator.normal(size=one.shape).astype(np.float32) for one in inputs]
    specs = [tf.TensorSpec(one.shape, one.dtype) for one in inputs]

    def weighted(*tensors):
        output = tf.cast(function(*tensors), tf.float32)
        return tf.reduce_sum(output * tf.reshape(tf.linspace(0.5, 2.0, tf.size(output)), tf.shape(output)))

    live, values = live_values(tf.function(weighted, input_signature=specs), *inputs)

    checked = [op_id for op_id in values.graph.input_ids if values.gradient(op_id) is not None]
    assert checked
    for op_id in checked:
        gradient = values.gradient(op_id)
        result = check(live, values, op_id, position_of_largest(gradient))
        assert result.agrees, (op_id, result)
        assert result.tolerance <= 0.1 * max(1.0, abs(result.gradient))
