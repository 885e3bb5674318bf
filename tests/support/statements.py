"""Situations for statements about ops: TensorFlow functions with the shapes that they are traced and run with."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

BATCH = 7  # no other size is 7: a batch is told from anything else
OTHER = 5  # for sizes other than the batch that are not known when a function is traced


@dataclass(frozen=True)
class Situation:
    """A function and, of each argument, the shape it is traced with and the dtype."""

    name: str
    function: Callable[..., Any]
    shapes: tuple[tuple[int | None, ...], ...]
    dtype: str = "float32"

    def specs(self) -> list[tf.TensorSpec]:
        """What the function is traced with."""
        return [tf.TensorSpec(shape, self.dtype, name=f"x{place}") for place, shape in enumerate(self.shapes)]

    def values(self) -> list[Any]:
        """Values for its arguments: the first unknown size is the batch's, others another."""
        random = np.random.default_rng(0)
        return [_value(random, self.dtype, _sizes(shape)) for shape in self.shapes]


def _sizes(shape: tuple[int | None, ...]) -> tuple[int, ...]:
    return tuple(size if size is not None else BATCH if place == 0 else OTHER for place, size in enumerate(shape))


def _value(random: Any, dtype: str, shape: tuple[int, ...]) -> Any:
    if dtype == "string":
        return np.array(random.choice(["a", "bc", "def"], shape), dtype=object)
    if dtype == "bool":
        return random.random(shape) > 0.5
    values = random.normal(size=shape) * 3
    return (np.abs(values) + 1).astype(dtype) if dtype.startswith("int") else values.astype(dtype)


def situations() -> list[Situation]:
    """Every situation, some hundreds."""
    makers = (_pairs, _constants, _slices, _reductions, _softmaxes, _convolutions, _products, _shapes, _kinds)
    return [one for maker in makers for one in maker()]


def _pairs() -> Iterator[Situation]:
    shapes = (
        ((None, 32), (32,)),
        ((None, 32), (None, 32)),
        ((32, 1), (1, 4)),
        ((3,), ()),
        ((2, 3), (2, 1)),
        ((None, 6, 4), (None, 1, 4)),
        ((1, 1), (4, 3)),
        ((None, 4), (1, 4)),
        ((2, 1, 3), (4, 1)),
        ((1, 5), (5,)),
    )
    for (name, function), pair in itertools.product(_BINARY.items(), shapes):
        yield Situation(f"{name} of {pair}", function, pair)


_BINARY: dict[str, Callable[..., Any]] = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: y - x,
    "multiply": lambda x, y: x * y,
    "less": lambda x, y: x < y,
    "maximum": tf.maximum,
    "where": lambda x, y: tf.where(x > 0, x, y),
    "squared difference": tf.math.squared_difference,
}


def _constants() -> Iterator[Situation]:
    for value in (2.0, -36.0, 0.5):
        for name, function in {
            "x + v": lambda x, v=value: x + v,
            "v + x": lambda x, v=value: v + x,
            "x - v": lambda x, v=value: x - v,
            "v - x": lambda x, v=value: v - x,
            "x * v": lambda x, v=value: x * v,
            "x / v": lambda x, v=value: x / v,
            "v / x": lambda x, v=value: v / x,
            "max(x, v)": lambda x, v=value: tf.maximum(x, v),
            "v - v": lambda x, v=value: x + (tf.constant(36.0) - tf.constant(v)),
        }.items():
            for shape in ((None, 3), (), (4,)):
                yield Situation(f"{name} with {value} of {shape}", function, (shape,))


def _slices() -> Iterator[Situation]:
    for name, function in {
        "x[:, None]": lambda x: x[:, None],
        "x[..., None]": lambda x: x[..., None],
        "x[None]": lambda x: x[None],
        "x[0]": lambda x: x[0],
        "x[:, 1]": lambda x: x[:, 1],
        "x[..., -1]": lambda x: x[..., -1],
        "x[1:, ::2]": lambda x: x[1:, ::2],
        "x[:, ::-1]": lambda x: x[:, ::-1],
        "x[::-1]": lambda x: x[::-1],
        "x[..., 1:3]": lambda x: x[..., 1:3],
        "x[:, None, 2]": lambda x: x[:, None, 2],
        "x[:]": lambda x: x[:] + 1.0,
        "x[-2:]": lambda x: x[-2:],
        "x[:, 3:1:-1]": lambda x: x[:, 3:1:-1],
        "x[None, ..., None]": lambda x: x[None, ..., None],
    }.items():
        for shape in ((4, 6), (None, 6), (None, 6, 2)):
            yield Situation(f"{name} of {shape}", function, (shape,))


def _reductions() -> Iterator[Situation]:
    for reduce in (tf.reduce_sum, tf.reduce_mean, tf.reduce_max, tf.reduce_prod):
        for axis, keep in itertools.product((None, 0, -1, (0, 1), (1, 2)), (False, True)):
            for shape in ((None, 3, 4), (None, None, 4), (2, 3, 4)):
                yield Situation(
                    f"{reduce.__name__} {axis} {keep} of {shape}",
                    lambda x, r=reduce, a=axis, k=keep: r(x, axis=a, keepdims=k),
                    (shape,),
                )
    for axis in (0, -1, 1):
        yield Situation(f"argmax {axis}", lambda x, a=axis: tf.argmax(x, a), ((None, 3, 4),))
        yield Situation(f"cumsum {axis}", lambda x, a=axis: tf.cumsum(x, a), ((None, 3, 4),))


def _softmaxes() -> Iterator[Situation]:
    for function in (tf.nn.softmax, tf.nn.log_softmax):
        for shape in ((None, 1), (None, 10), (None, 4, 4, 3), (None, 2, 5, 5), (8,), (None, None), (3, 1)):
            yield Situation(f"{function.__name__} of {shape}", function, (shape,))


def _convolutions() -> Iterator[Situation]:
    for stride, dilation, padding in itertools.product((1, 2), (1, 2), ("SAME", "VALID")):
        if stride > 1 and dilation > 1:
            continue
        for rank, function in ((1, tf.nn.conv1d), (2, tf.nn.conv2d), (3, tf.nn.conv3d)):
            if rank == 3 and dilation > 1:  # TensorFlow computes that on some processors only
                continue
            steps = stride if rank < 3 else [1, stride, stride, stride, 1]
            far = dilation if rank < 3 else [1, dilation, dilation, dilation, 1]
            shapes = ((None, *(9,) * rank, 2), (*(3,) * rank, 2, 4))
            yield Situation(
                f"conv{rank}d {stride} {dilation} {padding}",
                lambda x, k, f=function, s=steps, d=far, p=padding: f(x, k, s, p, dilations=d),
                shapes,
            )
        for multiplier in (1, 2):
            yield Situation(
                f"depthwise {multiplier} {stride} {dilation} {padding}",
                lambda x, k, s=stride, d=dilation, p=padding: tf.nn.depthwise_conv2d(
                    x, k, [1, s, s, 1], p, dilations=[d, d]
                ),
                ((None, 9, 9, 3), (3, 3, 3, multiplier)),
            )
    for stride, padding in itertools.product((1, 2), ("SAME", "VALID")):
        size = 8 * stride if padding == "SAME" else 8 * stride + (3 - stride)
        yield Situation(
            f"transposed {stride} {padding}",
            lambda x, k, s=stride, p=padding, n=size: tf.nn.conv2d_transpose(x, k, [3, n, n, 4], s, p),
            ((3, 8, 8, 2), (3, 3, 4, 2)),
        )
    for pool in (tf.nn.max_pool2d, tf.nn.avg_pool2d):
        yield Situation(f"{pool.__name__}", lambda x, f=pool: f(x, 2, 2, "VALID"), ((None, 8, 8, 3),))
        yield Situation(f"{pool.__name__} 3 by 1", lambda x, f=pool: f(x, 3, 1, "SAME"), ((None, 8, 8, 3),))


def _products() -> Iterator[Situation]:
    for left, right, flips in (
        ((None, 8), (8, 3), {}),
        ((4, 8), (8, 1), {}),
        ((None, None), (8, 3), {}) if False else ((6, 2), (6, 3), {"transpose_a": True}),
        ((6, 2), (3, 2), {"transpose_b": True}),
        ((None, 1), (1, 3), {}),
        ((2, 5, 4), (2, 4, 3), {}),
        ((None, 2, 5, 4), (None, 2, 4, 3), {}),
    ):
        yield Situation(f"matmul {left} {right} {flips}", lambda x, y, f=flips: tf.matmul(x, y, **f), (left, right))
    yield Situation("bias", tf.nn.bias_add, ((None, 6, 4), (4,)))
    yield Situation("einsum", lambda x, y: tf.einsum("bij,bjk->bik", x, y), ((None, 2, 3), (None, 3, 4)))


def _shapes() -> Iterator[Situation]:
    batch = (None, 6, 4)
    for name, function in {
        "reshape": lambda x: tf.reshape(x, (-1, 24)),
        "merge batch": lambda x: tf.reshape(x, (-1, 4)),
        "split batch": lambda x: tf.reshape(tf.reshape(x, (-1, 4)) * 2.0, (-1, 6, 4)) + 1.0,
        "transpose": lambda x: tf.transpose(x, (1, 0, 2)) * 2.0,
        "back": lambda x: tf.transpose(tf.transpose(x, (1, 0, 2)), (1, 0, 2)) * 2.0,
        "boolean mask": lambda x: tf.boolean_mask(x, x[:, 0, 0] > 0) * 2.0,
        "where": lambda x: tf.where(x > 0) * 2,
        "tile": lambda x: tf.tile(x, (2, 1, 1)) * 2.0,
        "tile last": lambda x: tf.tile(x, (1, 1, 2)) * 2.0,
        "broadcast": lambda x: tf.broadcast_to(x[:, :1], tf.shape(x)) * 2.0,
        "concat batch": lambda x: tf.concat([x, x], 0) * 2.0,
        "concat": lambda x: tf.concat([x, x], 1) * 2.0,
        "stack": lambda x: tf.stack([x, x], 1) * 2.0,
        "stack first": lambda x: tf.stack([x, x], 0) * 2.0,
        "unstack": lambda x: tf.unstack(x, axis=1)[0] * 2.0,
        "split": lambda x: tf.split(x, 2, 1)[0] * 2.0,
        "gather rows": lambda x: tf.gather(x, [0, 1], axis=1) * 2.0,
        "gather examples": lambda x: tf.gather(x, [0, 1, 1], axis=0) * 2.0,
        "expand": lambda x: tf.expand_dims(x, 0) * 2.0,
        "expand last": lambda x: tf.squeeze(tf.expand_dims(x, -1), -1) * 2.0,
        "pad": lambda x: tf.pad(x, ((0, 0), (1, 1), (0, 0))) * 2.0,
        "pad batch": lambda x: tf.pad(x, ((1, 0), (0, 0), (0, 0))) * 2.0,
        "shift": lambda x: x[1:] - x[:-1],
        "one hot": lambda x: tf.one_hot(tf.argmax(x, -1), 4) * 2.0,
        "zeros": lambda x: tf.zeros_like(x) + tf.random.uniform(tf.shape(x)),
        "noise of the batch": lambda x: tf.random.normal((tf.shape(x)[0], 3)) * 2.0,
        "count": lambda x: tf.range(tf.shape(x)[0]) * 2,
        "unique": lambda x: tf.unique(tf.reshape(tf.round(x), (-1,)))[0] * 2.0,
        "sum of squares": lambda x: tf.reduce_sum(x * x, (1, 2)) * 2.0,
        "blocks": lambda x: tf.batch_to_space(tf.space_to_batch(x, [2], [[0, 0]]) * 2.0, [2], [[0, 0]]) + 1.0,
        "loop": lambda x: tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y * 2.0), (0, x))[1] + 1.0,
    }.items():
        yield Situation(name, function, (batch,))


def _kinds() -> Iterator[Situation]:
    yield Situation("join texts", lambda x, y: x + y, ((None, 2), (2,)), "string")
    yield Situation("append", lambda x: x + "!", ((3,),), "string")
    yield Situation("prepend", lambda x: "!" + x, ((3,),), "string")
    yield Situation("equal texts", lambda x: x == "a", ((None, 2),), "string")
    yield Situation("tokens", lambda x: tf.strings.split(x).values, ((None,),), "string")
    yield Situation("and", lambda x, y: x & y, ((None, 3), (3,)), "bool")
    yield Situation("divide whole numbers", lambda x: x // 2 + x % 3, ((None, 3),), "int32")
    yield Situation("leaky", lambda x: tf.nn.leaky_relu(x, 0.25), ((None, 3),))
    yield Situation("clip", lambda x: tf.clip_by_value(x, -1.0, 1.0), ((None, 3),))
    yield Situation("cast", lambda x: tf.cast(tf.cast(x, "int32"), "float32"), ((None, 3),))
    yield Situation("vector", lambda x: x * 2.0 + 1.0, ((None,),))
