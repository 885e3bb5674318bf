"""A few hundred small computations in one function, for counting their floating point operations."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import keras
import tensorflow as tf

# What the cases take, without the batch.
INPUTS = {
    "row": (6,),
    "steps": (12, 4),
    "image": (12, 12, 4),
    "volume": (6, 6, 6, 4),
    "channels_first": (4, 12, 12),
    "heads": (2, 5, 8),
}

Tensors = dict[str, Any]
Case = tuple[str, Callable[[Tensors], Any]]


def cases() -> Iterator[Case]:
    """Each case by its name, which is also its name scope."""
    for maker in (_convolutions, _other_convolutions, _products, _pools, _pointwise, _layers):
        yield from maker()


def specs(batch: int | None) -> list[tf.TensorSpec]:
    """The inputs of all cases."""
    return [tf.TensorSpec((batch, *shape), name=name) for name, shape in INPUTS.items()]


def all_cases() -> Callable[..., list[Any]]:
    """A function that runs every case in a name scope of its own."""
    made = list(cases())

    def run_all(*tensors: Any) -> list[Any]:
        given = dict(zip(INPUTS, tensors, strict=True))
        found = []
        for name, run in made:
            with tf.name_scope(name):
                found.append(run(given))
        return found

    return run_all


def _convolutions() -> Iterator[Case]:
    inputs = {1: "steps", 2: "image", 3: "volume"}
    choices = itertools.product((1, 2, 3), (1, 2), (1, 2, 3), (1, 2), ("SAME", "VALID"), (1, 2, 3))
    for rank, stride, dilation, groups, padding, side in choices:
        if (stride > 1 and dilation > 1) or (rank == 3 and groups > 1) or (dilation > 1 and (side - 1) * dilation > 5):
            continue
        kernel = tf.zeros([side] * rank + [4 // groups, 6])
        options = {"strides": [stride] * rank, "padding": padding, "dilations": [dilation] * rank}
        yield (
            f"conv{rank}d_s{stride}_d{dilation}_g{groups}_{padding}_{side}",
            lambda x, i=inputs[rank], k=kernel, o=options: tf.nn.convolution(x[i], k, **o),
        )


def _other_convolutions() -> Iterator[Case]:
    for stride, padding, side in itertools.product((1, 2), ("SAME", "VALID"), (2, 3)):
        kernel = tf.zeros([side, side, 4, 2])
        end = f"s{stride}_{padding}_{side}"
        yield (
            f"depthwise_{end}",
            lambda x, k=kernel, s=stride, p=padding: tf.nn.depthwise_conv2d(x["image"], k, [1, s, s, 1], p),
        )
        yield (
            f"first_{end}",
            lambda x, k=kernel, s=stride, p=padding: tf.nn.conv2d(x["channels_first"], k, s, p, data_format="NCHW"),
        )
        yield (
            f"transposed_{end}",
            _layer(keras.layers.Conv2DTranspose(3, side, stride, padding.lower()), "image"),
        )


def _products() -> Iterator[Case]:
    yield from ((f"matmul_{units}", lambda x, n=units: tf.matmul(x["row"], tf.zeros([6, n]))) for units in (1, 3, 8))
    yield "matmul_turned", lambda x: tf.matmul(x["row"], tf.zeros([5, 6]), transpose_b=True)
    yield "matmul_weights", lambda x: tf.matmul(x["row"], tf.zeros([1, 3]) + x["row"][:, :3], transpose_a=True)
    yield "batch_matmul", lambda x: tf.matmul(x["heads"], x["heads"], transpose_b=True)
    yield "batch_matmul_shared", lambda x: tf.matmul(x["heads"], tf.zeros([2, 8, 3]))
    equations = {
        "bhqd,bhkd->bhqk": ("heads", "heads"),
        "bhqd,dk->bhqk": ("heads", (8, 3)),
        "bsd,dhk->bshk": ("steps", (4, 2, 3)),
        "bsd,d->bs": ("steps", (4,)),
        "bd,bd->b": ("row", "row"),
        "bd,bd->bd": ("row", "row"),
        "...d,dk->...k": ("steps", (4, 7)),
    }
    for place, (equation, sides) in enumerate(equations.items()):
        yield (
            f"einsum_{place}",
            lambda x, e=equation, s=sides: tf.einsum(
                e, *(x[one] if isinstance(one, str) else tf.zeros(one) for one in s)
            ),
        )


def _pools() -> Iterator[Case]:
    for rank, source in ((1, "steps"), (2, "image"), (3, "volume")):
        for kind, window, stride, padding in itertools.product(("MAX", "AVG"), (2, 3), (1, 2), ("SAME", "VALID")):
            yield (
                f"pool{rank}d_{kind}_{window}_{stride}_{padding}",
                lambda x, i=source, o=([window] * rank, kind, [stride] * rank, padding): tf.nn.pool(
                    x[i], o[0], o[1], strides=o[2], padding=o[3]
                ),
            )


def _pointwise() -> Iterator[Case]:
    pairs = {
        "add": tf.add,
        "subtract": tf.subtract,
        "multiply": tf.multiply,
        "divide": tf.divide,
        "maximum": tf.maximum,
        "minimum": tf.minimum,
        "power": tf.pow,
        "greater": tf.greater,
        "less_equal": tf.less_equal,
        "equal": tf.equal,
        "difference": tf.math.squared_difference,
    }
    for name, source in itertools.product(pairs, INPUTS):
        yield f"{name}_{source}", lambda x, f=pairs[name], s=source: f(x[s], x[s] * 2.0)
        yield f"{name}_{source}_row", lambda x, f=pairs[name], s=source: f(x[s], tf.ones(INPUTS[s][-1:]))
    singles = {
        "negative": tf.negative,
        "log": tf.math.log,
        "square": tf.square,
        "reciprocal": tf.math.reciprocal,
        "rsqrt": tf.math.rsqrt,
        "softmax": tf.nn.softmax,
        "l2": tf.nn.l2_loss,
        "sum": tf.reduce_sum,
        "sum_last": lambda x: tf.reduce_sum(x, -1),
        "sum_kept": lambda x: tf.reduce_sum(x, [0, 1], keepdims=True),
        "mean": lambda x: tf.reduce_mean(x, 1),
        "max": lambda x: tf.reduce_max(x, -1),
        "argmax": lambda x: tf.argmax(x, -1),
    }
    for name, source in itertools.product(singles, INPUTS):
        yield f"{name}_{source}", lambda x, f=singles[name], s=source: f(x[s])


def _layers() -> Iterator[Case]:
    layers = keras.layers
    yield "flatten_dense", _layer(keras.Sequential([layers.Flatten(), layers.Dense(5)]), "image")
    yield "steps_dense", _layer(layers.Dense(5), "steps")
    yield "norm", _layer(layers.LayerNormalization(), "steps")
    yield "separable", _layer(layers.SeparableConv2D(5, 3), "image")
    yield "pooled", _layer(keras.Sequential([layers.GlobalAveragePooling2D(), layers.Dense(2)]), "image")
    attention = layers.MultiHeadAttention(2, 3)
    attention.build((None, *INPUTS["steps"]), (None, *INPUTS["steps"]))
    yield "attention", lambda x: attention(x["steps"], x["steps"])
    yield "folded", lambda x: tf.reshape(x["steps"], [-1, 4]) @ tf.zeros([4, 3])
    yield "unfolded", lambda x: tf.reshape(tf.reshape(x["steps"], [-1, 4]) * 2.0, [tf.shape(x["row"])[0], 12, 4]) + 1.0
    yield "moved", lambda x: tf.transpose(x["heads"], [1, 0, 2, 3]) @ tf.zeros([8, 3])
    yield "joined", lambda x: tf.concat([x["row"], x["row"]], 0) @ tf.zeros([6, 3])
    yield "split", lambda x: tf.split(x["steps"], 3, axis=1)[0] * 2.0
    yield "cut", lambda x: x["image"][:, 2:-2, ::2, 0] * 2.0
    yield "tiled", lambda x: tf.tile(x["row"], [3, 1]) * 2.0
    yield "padded", lambda x: tf.pad(x["image"], [[0, 0], [1, 2], [0, 0], [0, 0]]) * 2.0
    yield "gathered", lambda x: tf.gather(x["steps"], [0, 3, 5], axis=1) * 2.0
    yield "one_hot", lambda x: tf.one_hot(tf.argmax(x["row"], -1), 9) * 2.0


def _layer(layer: keras.Layer, source: str) -> Callable[[Tensors], Any]:
    """The call of a layer, whose weights are made now: a traced function makes none."""
    layer.build((None, *INPUTS[source]))
    return lambda x: layer(x[source])
