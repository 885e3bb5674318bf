"""The receptive field of a number is where its gradient is not zero; what a number reaches is the other way round."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")
keras = pytest.importorskip("keras")

import graphlab  # noqa: E402
from graphlab.errors import GraphlabError  # noqa: E402
from graphlab.evaluation.cells import reached_field, receptive_field  # noqa: E402

layers = keras.layers
RNG = np.random.default_rng(0)


def convolution():
    return keras.Sequential(
        [
            *(keras.Input((9, 9, 2)), layers.Conv2D(3, 3, strides=2, padding="same", activation="tanh")),
            *(layers.BatchNormalization(), layers.ZeroPadding2D(1), layers.Conv2D(2, 3)),
            layers.AveragePooling2D(2, strides=1),
        ]
    )


def attention():
    x = keras.Input((4, 6))
    y = layers.LayerNormalization()(layers.Dense(6, activation="tanh")(x))
    return keras.Model(x, layers.Permute((2, 1))(y)[:, 1:5, ::2])


MODELS = {"convolution": (convolution, (2, 9, 9, 2)), "sequence": (attention, (3, 4, 6))}


@pytest.fixture(scope="module", params=MODELS)
def evaluated(request):
    """The values of a model, and for each number of its output its gradient."""
    build, shape = MODELS[request.param]
    keras.utils.set_random_seed(0)
    model, x = build(), tf.constant(RNG.normal(size=shape).astype("float32"))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        output = model(x)
        numbers = {at: output[at] for at in product(*map(range, output.shape))}
    gradients = {at: tape.gradient(number, x).numpy() for at, number in numbers.items()}
    return graphlab.values(model, x), gradients


def box_around(mask):
    return tuple((int(axis.min()), int(axis.max()) + 1, 1) for axis in np.nonzero(mask))


def part_of(parts, op_id):
    [part] = [part for part in parts if part.op == op_id]
    return part


def test_the_receptive_field_is_where_the_gradient_is_not_zero(evaluated):
    values, gradients = evaluated
    [image], [output] = values.graph.input_ids, values.graph.output_ids

    for at, gradient in gradients.items():
        parts = receptive_field(values, output, at)
        part = part_of(parts, image)
        assert part.axes == box_around(gradient != 0)
        assert part.share == pytest.approx(np.prod([stop - start for start, stop, _ in part.axes]) / gradient.size)
        assert parts[0].axes == tuple((one, one + 1, 1) for one in at)


def test_what_a_number_reaches_is_where_it_has_a_gradient(evaluated):
    values, gradients = evaluated
    [image], [output] = values.graph.input_ids, values.graph.output_ids
    shape = values[output].shape
    effects = np.stack(list(gradients.values())).reshape(*shape, *values[image].shape) != 0

    for place in product(*map(range, values[image].shape)):
        reached = effects[(..., *place)]
        parts = [part for part in reached_field(values, image, place) if part.op == output]
        assert [part.axes for part in parts] == ([box_around(reached)] if reached.any() else [])


def test_all_of_an_input_belongs_to_the_field_of_an_op_without_a_rule():
    values = graphlab.values(tf.function(lambda x: tf.sort(x) * 2.0), tf.constant([3.0, 1.0, 2.0]))

    [output], [x] = values.graph.output_ids, values.graph.input_ids
    assert part_of(receptive_field(values, output, (0,)), x).axes == ((0, 3, 1),)


def test_a_position_outside_is_refused(evaluated):
    values, _ = evaluated

    with pytest.raises(GraphlabError, match="outside of a tensor"):
        receptive_field(values, values.graph.output_ids[0], (99, 0, 0, 0))


def polynomial(x):
    return tf.identity(x) ** 2.0 * tf.reshape(x, []) + tf.squeeze(x[None])


def update(x):
    """The gradients of a small network, with single numbers among the ops."""
    kernel = tf.ones([3, 2]) * x[0]
    with tf.GradientTape() as tape:
        tape.watch(kernel)
        logits = tf.matmul(tf.reshape(x, [1, 3]), kernel)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits([1], logits)
        loss = tf.reduce_mean(losses) * tf.cast(tf.size(x), tf.float32)
    return tape.gradient(loss, kernel)


@pytest.mark.parametrize(("program", "x"), [(polynomial, 3.0), (update, [1.0, 2.0, 3.0])])
def test_each_number_of_each_op_has_a_field(program, x):
    values = graphlab.values(tf.function(program), tf.constant(x))
    for op_id in values.runs.last:
        if not values.outputs(op_id) or not values[op_id].size:
            continue
        place = tuple(size // 2 for size in values[op_id].shape)
        whole = (op_id, tuple((index, index + 1, 1) for index in place))
        for find in (receptive_field, reached_field):
            parts = [(part.op, part.axes) for part in find(values, op_id, place)]
            assert whole in parts
