"""The local derivatives of each op type equal those of a GradientTape."""

from __future__ import annotations

import numpy as np
import pytest

pytestmark = pytest.mark.tf

tf = pytest.importorskip("tensorflow")

import graphlab  # noqa: E402
from graphlab.evaluation.words.case import Case, backward  # noqa: E402
from graphlab.evaluation.words.columns import WHOLE, column, rule_key  # noqa: E402
from graphlab.evaluation.words.elementwise import DERIVATIVES  # noqa: E402
from graphlab.evaluation.words.formulas import rules  # noqa: E402

raw = tf.raw_ops
GENERATOR = np.random.default_rng(5)


def normal(*shape):
    return GENERATOR.normal(size=shape).astype(np.float32)


def positive(*shape):
    return GENERATOR.uniform(0.5, 2.0, size=shape).astype(np.float32)


A, B, P = normal(2, 3), normal(2, 3), positive(2, 3)
IMAGE, FILTER = normal(2, 5, 4, 2), normal(3, 2, 2, 3)
LABELS = np.eye(4, dtype=np.float32)[[1, 3]] * 0.8 + 0.05
ONES = {"strides": [1, 2, 1, 1], "padding": "SAME"}
NORM = (IMAGE, positive(2), normal(2), normal(2), positive(2))
UNARY = (
    "Neg Square Exp Expm1 Abs Identity Relu Relu6 LeakyRelu Elu Selu Sigmoid Tanh Erf Erfc Softplus Softsign Sin Cos "
    "Sign Sinh Cosh Tan Atan"
)
WITHOUT_GRADIENT = {key for key, rule in rules().items() if not any(rule.derivatives)}


def unary(name):
    key = {"Softplus": "features", "Relu": "features", "Relu6": "features", "LeakyRelu": "features"}
    key |= {"Elu": "features", "Selu": "features", "Softsign": "features", "Identity": "input"}
    return lambda x: getattr(raw, name)(**{key.get(name, "x"): x})


def windows(name):
    return lambda x: getattr(raw, name)(
        **{"input" if name == "MaxPool" else "value": x}, ksize=[1, 2, 3, 1], strides=[1, 2, 1, 1], padding="SAME"
    )


def normalise(is_training):
    def function(x, scale, offset, mean, variance):
        if is_training:
            mean, variance = tf.zeros([0]), tf.zeros([0])
        return raw.FusedBatchNormV3(
            x=x, scale=scale, offset=offset, mean=mean, variance=variance, is_training=is_training, epsilon=0.01
        )[0]

    return function


CASES = {
    **{name: (unary(name), (A * 3,)) for name in UNARY.split()},
    **{name: (unary(name), (P,)) for name in ("Sqrt", "Rsqrt", "Log", "Log1p", "Reciprocal")},
    **{
        name: (lambda x, y, name=name: getattr(raw, name)(x=x, y=y), (P, positive(3)))
        for name in ("Add", "AddV2", "Sub", "Mul", "RealDiv", "Pow", "Maximum", "Minimum", "SquaredDifference")
    },
    "DivNoNan": (lambda x, y: raw.DivNoNan(x=x, y=y), (A, np.array([0.0, 2.0, -1.0], np.float32))),
    "MulNoNan": (lambda x, y: raw.MulNoNan(x=x, y=y), (A, np.array([0.0, 2.0, -1.0], np.float32))),
    "FloorMod": (lambda x, y: raw.FloorMod(x=x, y=y), (A, positive(3))),
    "BroadcastTo": (lambda x: tf.broadcast_to(x, [2, 2, 3]), (A,)),
    "Pow 2": (lambda x: raw.Pow(x=x, y=2.0), (A,)),
    "Cast": (lambda x: tf.cast(x, tf.float64), (A,)),
    "Select": (lambda x, y: raw.Select(condition=x > 0, x=x, y=y), (A, B)),
    "SelectV2": (lambda x, y: raw.SelectV2(condition=x > 0, t=x, e=y), (A, normal(3))),
    "MatMul": (lambda x, y: tf.matmul(x, y, transpose_a=True), (A, B)),
    "BatchMatMulV2": (lambda x, y: tf.matmul(x, y, transpose_b=True), (normal(2, 2, 3), normal(2, 4, 3))),
    "BiasAdd": (lambda x, y: raw.BiasAdd(value=x, bias=y), (A, normal(3))),
    "Conv2D": (lambda x, y: raw.Conv2D(input=x, filter=y, **ONES), (IMAGE, FILTER)),
    "DepthwiseConv2dNative": (
        lambda x, y: raw.DepthwiseConv2dNative(input=x, filter=y, strides=[1, 2, 2, 1], padding="VALID"),
        (IMAGE, FILTER),
    ),
    "MaxPool": (windows("MaxPool"), (np.round(IMAGE),)),
    "AvgPool": (windows("AvgPool"), (IMAGE,)),
    "Sum": (lambda x: tf.reduce_sum(x, axis=0), (A,)),
    "Mean": (lambda x: tf.reduce_mean(x, axis=[0, 2]), (normal(2, 3, 2),)),
    "Max": (lambda x: tf.reduce_max(x, axis=1), (np.array([[1, 2, 2], [3, 1, 0]], np.float32),)),
    "Min": (lambda x: tf.reduce_min(x, axis=-1, keepdims=True), (A,)),
    "Reshape": (lambda x: tf.reshape(x, [3, 2]), (A,)),
    "ExpandDims": (lambda x: tf.expand_dims(x, 1), (A,)),
    "Squeeze": (lambda x: tf.squeeze(x, [1]), (normal(2, 1, 3),)),
    "Transpose": (lambda x: tf.transpose(x, [1, 0]), (A,)),
    "ConcatV2": (lambda x, y, z: tf.concat([x, y, z], 1), (A, B, A * 2)),
    "GatherV2": (lambda x: tf.gather(x, [1, 0, 1]), (A,)),
    "Softmax": (tf.nn.softmax, (A,)),
    "LogSoftmax": (tf.nn.log_softmax, (A,)),
    "SparseSoftmaxCrossEntropyWithLogits": (
        lambda x: tf.nn.sparse_softmax_cross_entropy_with_logits([1, 3], x),
        (normal(2, 4),),
    ),
    "SoftmaxCrossEntropyWithLogits": (
        lambda x, y: raw.SoftmaxCrossEntropyWithLogits(features=x, labels=y)[0],
        (normal(2, 4), LABELS),
    ),
    "FusedBatchNormV3": (normalise(True), NORM),
    "FusedBatchNormV3 inference": (normalise(False), NORM),
}


def case_of(key):
    function, inputs = CASES[key]
    values = graphlab.values(tf.function(function), *inputs)
    run = next(run for run in values.runs.order if values.graph.op(run.op_id).type == key.split()[0])
    return Case(values.graph.op(run.op_id), run)


def dense(case, port, position):
    slopes = np.zeros(case.output.shape)
    part = column(case, port, position)
    for place, slope in zip(part.positions, part.slopes, strict=True):
        slopes[tuple(place)] += slope
    return slopes


def test_every_rule_is_tried():
    assert {*CASES, "ReadVariableOp", *WITHOUT_GRADIENT} == rules().keys()
    others = rules().keys() - WITHOUT_GRADIENT - {"Pow 2"}
    assert {*DERIVATIVES, *WHOLE} == {key for key in others if not rules()[key].linear}


@pytest.mark.parametrize("key", CASES)
def test_derivatives_are_tensorflows(key):
    case = case_of(key)
    assert rule_key(case) == key
    want = {port: np.zeros((*case.output.shape, *array.shape)) for port, array in enumerate(case.inputs)}
    for place in np.ndindex(case.output.shape):
        unit = np.zeros(case.output.shape, np.float32)
        unit[place] = 1
        for port, gradient in enumerate(backward(case, unit)):
            if gradient is not None:
                want[port][place] = gradient

    ports = [port for port in want if case.has_gradient(port) and not (key == "Pow 2" and port)]
    ports = ports[:3] if key.startswith("FusedBatchNorm") else ports
    assert ports
    for port in ports:
        for position in np.ndindex(case.inputs[port].shape):
            np.testing.assert_allclose(
                dense(case, port, position), want[port][(..., *position)], rtol=2e-4, atol=2e-5, err_msg=f"{port}"
            )
