"""FLOPs of traced functions and models, against TensorFlow's own profiler."""

from __future__ import annotations

import keras
import pytest
import tensorflow as tf

import graphlab
from graphlab.explain import flops, total_work
from tests.support.profiler import profile
from tests.support.tf_graphs import graph_of_concrete

pytestmark = pytest.mark.tf

IMAGE = tf.TensorSpec((2, 8, 8, 3))
MATRIX = tf.TensorSpec((4, 6))
KERNEL = tf.TensorSpec((3, 3, 3, 5))

# name: (function, specs, the op type asked about)
PROFILED = {
    "MatMul": (tf.matmul, [MATRIX, tf.TensorSpec((6, 5))]),
    "MatMul transposed": (lambda a, b: tf.matmul(a, b, transpose_a=True), [MATRIX, tf.TensorSpec((4, 5))]),
    "BatchMatMulV2": (tf.matmul, [tf.TensorSpec((2, 3, 4)), tf.TensorSpec((2, 4, 5))]),
    "Conv2D same": (lambda x, k: tf.nn.conv2d(x, k, 1, "SAME"), [IMAGE, KERNEL]),
    "Conv2D valid": (lambda x, k: tf.nn.conv2d(x, k, 1, "VALID"), [IMAGE, KERNEL]),
    "Conv2D strided": (lambda x, k: tf.nn.conv2d(x, k, 2, "SAME"), [IMAGE, KERNEL]),
    "Conv2D grouped": (
        lambda x, k: tf.nn.conv2d(x, k, 1, "SAME"),
        [tf.TensorSpec((2, 8, 8, 6)), tf.TensorSpec((3, 3, 3, 4))],
    ),
    "Conv3D": (
        lambda x, k: tf.nn.conv3d(x, k, [1, 1, 1, 1, 1], "SAME"),
        [tf.TensorSpec((2, 4, 4, 4, 3)), tf.TensorSpec((3, 3, 3, 3, 5))],
    ),
    "DepthwiseConv2dNative": (
        lambda x, k: tf.nn.depthwise_conv2d(x, k, [1, 1, 1, 1], "SAME"),
        [IMAGE, tf.TensorSpec((3, 3, 3, 2))],
    ),
    "Conv2DBackpropInput": (
        lambda k, dy: tf.raw_ops.Conv2DBackpropInput(
            input_sizes=[2, 8, 8, 3], filter=k, out_backprop=dy, strides=[1, 2, 2, 1], padding="SAME"
        ),
        [KERNEL, tf.TensorSpec((2, 4, 4, 5))],
    ),
    "Conv2DBackpropFilter": (
        lambda x, dy: tf.raw_ops.Conv2DBackpropFilter(
            input=x, filter_sizes=[3, 3, 3, 5], out_backprop=dy, strides=[1, 1, 1, 1], padding="SAME"
        ),
        [IMAGE, tf.TensorSpec((2, 8, 8, 5))],
    ),
    "BiasAdd": (tf.nn.bias_add, [MATRIX, tf.TensorSpec((6,))]),
    "BiasAddGrad": (lambda dy: tf.raw_ops.BiasAddGrad(out_backprop=dy), [MATRIX]),
    "MaxPool": (lambda x: tf.nn.max_pool2d(x, 2, 2, "VALID"), [IMAGE]),
    "AvgPool": (lambda x: tf.nn.avg_pool2d(x, 3, 1, "SAME"), [IMAGE]),
    "AvgPoolGrad": (
        lambda dy: tf.raw_ops.AvgPoolGrad(
            orig_input_shape=[2, 8, 8, 3], grad=dy, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="VALID"
        ),
        [tf.TensorSpec((2, 4, 4, 3))],
    ),
    "MaxPoolGrad": (
        lambda x, y, dy: tf.raw_ops.MaxPoolGrad(
            orig_input=x, orig_output=y, grad=dy, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="VALID"
        ),
        [IMAGE, tf.TensorSpec((2, 4, 4, 3)), tf.TensorSpec((2, 4, 4, 3))],
    ),
    "Sum": (lambda x: tf.reduce_sum(x, 1), [MATRIX]),
    "Sum of all": (tf.reduce_sum, [MATRIX]),
    "Mean": (lambda x: tf.reduce_mean(x, 1), [MATRIX]),
    "ArgMax": (lambda x: tf.argmax(x, 1), [MATRIX]),
    "Softmax": (tf.nn.softmax, [MATRIX]),
    "L2Loss": (tf.nn.l2_loss, [MATRIX]),
    "AddN": (lambda a: tf.raw_ops.AddN(inputs=[a, a, a]), [MATRIX]),
    "Rsqrt": (tf.math.rsqrt, [MATRIX]),
    "RsqrtGrad": (lambda y, dy: tf.raw_ops.RsqrtGrad(y=y, dy=dy), [MATRIX, MATRIX]),
    "SquaredDifference": (tf.math.squared_difference, [MATRIX, MATRIX]),
    **{
        name: (function, [MATRIX, tf.TensorSpec((6,))])
        for name, function in {
            "AddV2": tf.add,
            "Sub": tf.subtract,
            "Mul": tf.multiply,
            "RealDiv": tf.divide,
            "Maximum": tf.maximum,
            "Minimum": tf.minimum,
            "Pow": tf.pow,
            "Greater": tf.greater,
            "LessEqual": tf.less_equal,
            "Equal": tf.equal,
        }.items()
    },
    **{name: (getattr(tf.math, name.lower()), [MATRIX]) for name in ("Log", "Square", "Reciprocal")},
    "Neg": (tf.negative, [MATRIX]),
}


def test_flops_of_a_dense_layer_on_a_sequence_count_every_step():
    model = keras.Sequential([keras.Input((6, 8)), keras.layers.Dense(3)])
    model.compile("sgd", "mse")
    counts = {
        name: [flops(graph, op.id) for op in graph.ops() if op.type == "MatMul"]
        for name, graph in ((name, graphlab.trace(model, graph=name)) for name in ("forward", "train_step"))
    }

    assert counts == {"forward": [2 * 6 * 8 * 3], "train_step": [2 * 6 * 8 * 3] * 2}


@pytest.mark.parametrize("name", PROFILED)
def test_flops_when_profiler_counts_them_agree(name: str):
    function, specs = PROFILED[name]
    concrete = tf.function(function).get_concrete_function(*specs)
    profiled = profile(concrete.graph)
    graph = graph_of_concrete(concrete)
    op_type = name.split()[0]
    (op_id,) = [op.id for op in graph.ops() if op.type == op_type]
    assert profiled[op_id] > 0
    assert flops(graph, op_id) == profiled[op_id]


def test_flops_of_batch_matmul_when_left_side_is_adjoint_sums_over_its_rows():
    specs = [tf.TensorSpec((2, 4, 3)), tf.TensorSpec((2, 4, 5))]
    concrete = tf.function(lambda a, b: tf.matmul(a, b, adjoint_a=True)).get_concrete_function(*specs)
    assert flops(graph_of_concrete(concrete), "MatMul") == 2 * 4 * (2 * 3 * 5)
    # The profiler (TensorFlow 2.21) asks for transpose_a, which a BatchMatMul does not have: 3 in the place of 4.
    assert profile(concrete.graph)["MatMul"] == 2 * 3 * (2 * 3 * 5)


def test_flops_of_convolution_gradient_when_padding_is_valid_are_those_of_the_forward_op():
    def gradient(x, kernel):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.nn.conv2d(x, kernel, 1, "VALID")
        return tape.gradient(y, x)

    concrete = tf.function(gradient).get_concrete_function(IMAGE, KERNEL)
    graph = graph_of_concrete(concrete)
    counts = {op.type: flops(graph, op.id) for op in graph.ops() if op.type.startswith("Conv2D")}
    assert counts["Conv2DBackpropInput"] == 2 * (2 * 6 * 6 * 5) * 27
    # The profiler counts 8 × 8 positions although the kernel fits on 6 × 6 only.
    (profiled,) = [n for name, n in profile(concrete.graph).items() if "Conv2DBackpropInput" in name]
    assert profiled == 2 * (2 * 8 * 8 * 5) * 27


def test_total_flops_of_a_dense_network_agrees_with_the_profiler():
    kernels = [tf.TensorSpec((784, 256)), tf.TensorSpec((256, 10))]

    def network(x, first, second):
        return tf.nn.softmax(tf.nn.relu(x @ first) @ second)

    concrete = tf.function(network).get_concrete_function(tf.TensorSpec((32, 784)), *kernels)
    # The profiler has no entry for Relu: one operation for each of 32 × 256 numbers.
    assert total_work(graph_of_concrete(concrete)).flops == sum(profile(concrete.graph).values()) + 32 * 256
