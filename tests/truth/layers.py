"""Random models: layers as a DAG, shared and nested ones, operators between them, helpers called in loops."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import keras
from keras import layers, ops

from tests.truth.program import draw_size

Pool = list[Any]  # the tensors made so far
Step = Callable[[random.Random, Pool, Any], Any]
NEAR = 6  # most steps take one of the last tensors
SHARED_SHARE = 0.15  # of layers that are called again


class Residual(keras.layers.Layer):
    """A layer with layers inside and an addition of its own."""

    def __init__(self, size: int, **options: Any) -> None:
        super().__init__(**options)
        self.size = size
        self.norm = layers.LayerNormalization(name="norm")
        self.up = layers.Dense(2 * size, activation="relu", name="up")
        self.down = layers.Dense(size, name="down")

    def call(self, x: Any) -> Any:
        return x + self.down(self.up(self.norm(x)))


class Rounds(keras.layers.Layer):
    """A layer whose helper is called again and again from one line, and from a second one."""

    def __init__(self, rounds: int, **options: Any) -> None:
        super().__init__(**options)
        self.rounds = rounds

    def step(self, x: Any) -> Any:
        y = ops.tanh(x) * 0.5
        return y + ops.mean(y, axis=-1, keepdims=True)

    def call(self, x: Any) -> Any:
        for _ in range(self.rounds):
            x = ops.sigmoid(self.step(x))
        return self.step(x) - x


class Noisy(keras.layers.Layer):
    """Random numbers in training, nothing at inference."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.drop = layers.Dropout(0.1, seed=1)

    def call(self, x: Any, training: bool = False) -> Any:
        return self.drop(x, training=training) + 1.0


def grow(rng: random.Random, start: Pool, count: int) -> Pool:
    """The tensors after so many steps, each a layer or an operator on one or two of those before."""
    pool = list(start)
    shared: list[Any] = []
    for _ in range(count):
        x = pool[-1] if rng.random() < 0.6 else rng.choice(pool[-NEAR:])
        if shared and rng.random() < SHARED_SHARE:
            layer = rng.choice(shared)
            fitting = [tensor for tensor in pool[-3 * NEAR :] if _fits(layer, tensor)]
            if fitting:
                pool.append(layer(rng.choice(fitting)))
                continue
        made = rng.choice(STEPS[len(x.shape)])(rng, pool, x)
        if isinstance(made, keras.Layer):
            shared.append(made)
            made = made(x)
        pool.append(layers.ReLU()(x) if getattr(made, "sparse", False) else made)
    return pool


def _fits(layer: Any, tensor: Any) -> bool:
    return tuple(layer.input.shape) == tuple(tensor.shape) and layer.input.dtype == tensor.dtype


def vector(rng: random.Random, x: Any) -> Any:
    """A tensor of the same examples with one axis."""
    if len(x.shape) == 4:
        x = layers.GlobalAveragePooling2D()(x)
    elif len(x.shape) == 3:
        x = rng.choice([layers.GlobalAveragePooling1D, layers.Flatten])()(x)
    return x


def _alike(pool: Pool, x: Any, rng: random.Random) -> Any:
    """Another tensor of the shape of x, x itself where there is none."""
    found = [tensor for tensor in pool[-20:] if tuple(tensor.shape) == tuple(x.shape) and tensor is not x]
    return rng.choice(found) if found else x


def _merge(rng: random.Random, pool: Pool, x: Any) -> Any:
    other = _alike(pool, x, rng)
    if rng.random() < 0.5:
        return rng.choice([lambda a, b: a + b, lambda a, b: a * b, lambda a, b: a - b, ops.maximum])(x, other)
    return rng.choice([layers.Add, layers.Multiply, layers.Average])()([x, other])


def _concatenate(rng: random.Random, pool: Pool, x: Any) -> Any:
    other = _alike(pool, x, rng)
    return layers.Concatenate()([x, other]) if x.shape[-1] <= 8 else other + x


def _operate(rng: random.Random, pool: Pool, x: Any) -> Any:
    return rng.choice(
        [
            lambda: x * 2,
            lambda: -x + 1.0,
            lambda: ops.relu(x),
            lambda: ops.tanh(x) * x,
            lambda: ops.cast(x > 0, x.dtype) * 2,
            lambda: ops.where(x > 0.5, x, ops.zeros_like(x)),
        ]
    )()


def _nested(rng: random.Random, pool: Pool, x: Any) -> Any:
    """A small model as a layer."""
    start = keras.Input(tuple(x.shape[1:]), dtype=x.dtype)
    inner = grow(rng, [start], rng.randint(1, 4))[-1]
    return keras.Model(start, inner)  # Keras names it: two on different levels may hold as many layers before them


def _image(rng: random.Random, pool: Pool, x: Any) -> Any:
    size = x.shape[-1]
    return layers.Reshape((1, 1, size))(x) if size else x


def _dense(rng: random.Random, pool: Pool, x: Any) -> Any:
    return layers.Dense(rng.choice([2, 3, 4]), activation=rng.choice([None, "relu", "softmax", "gelu"]))


def _same(make: Callable[[random.Random, Any], Any]) -> Step:
    return lambda rng, pool, x: make(rng, x)


_ANY: list[Step] = [
    _merge,
    _merge,
    _operate,
    _operate,
    _nested,
    _concatenate,
    _same(lambda rng, x: layers.LayerNormalization()),
    _same(lambda rng, x: layers.BatchNormalization()),
    _same(lambda rng, x: layers.ReLU()),
    _same(lambda rng, x: layers.Activation(rng.choice(["tanh", "elu", "swish"]))),
    _same(lambda rng, x: layers.Dropout(0.2, seed=3)),
    _same(lambda rng, x: Rounds(rng.choice([1, 3, 8]))),
    _same(lambda rng, x: Noisy()),
]
STEPS: dict[int, list[Step]] = {
    2: [
        *_ANY,
        *[_dense] * 7,
        _same(lambda rng, x: Residual(x.shape[-1])),
        _same(lambda rng, x: layers.RepeatVector(3)),
        _same(lambda rng, x: layers.UnitNormalization()),
        _same(lambda rng, x: layers.GaussianNoise(0.1, seed=5)),
        _image,
    ],
    3: [
        *_ANY,
        _dense,
        _same(lambda rng, x: layers.LSTM(2, return_sequences=rng.random() < 0.5)),
        _same(lambda rng, x: layers.GRU(3, return_sequences=True, unroll=rng.random() < 0.3)),
        _same(lambda rng, x: layers.Bidirectional(layers.SimpleRNN(2, return_sequences=True))),
        _same(lambda rng, x: layers.Conv1D(2, 2, padding="same")),
        _same(lambda rng, x: layers.TimeDistributed(layers.Dense(2))),
        lambda rng, pool, x: layers.MultiHeadAttention(2, 2)(x, x),
        lambda rng, pool, x: vector(rng, x),
        lambda rng, pool, x: vector(rng, x),
    ],
    4: [
        *_ANY,
        _same(lambda rng, x: layers.Conv2D(rng.choice([2, 3]), rng.choice([1, 3]), padding="same", activation="relu")),
        _same(lambda rng, x: layers.Conv2D(2, 3, padding="same", use_bias=False)),
        _same(lambda rng, x: layers.DepthwiseConv2D(3, padding="same")),
        _same(lambda rng, x: layers.SeparableConv2D(2, 3, padding="same")),
        _same(lambda rng, x: layers.MaxPooling2D(2, strides=1, padding="same")),
        _same(lambda rng, x: layers.UpSampling2D(1)),
        lambda rng, pool, x: vector(rng, x),
    ],
}
_INPUTS: list[Callable[[int], Any]] = [
    lambda number: keras.Input((3,), name=f"features_{number}"),
    lambda number: keras.Input((4, 2), name=f"series_{number}"),
    lambda number: keras.Input((6, 6, 2), name=f"image_{number}"),
    lambda number: layers.Embedding(9, 3)(keras.Input((4,), dtype="int32", name=f"tokens_{number}")),
]


def random_model(rng: random.Random, most: int) -> tuple[Any, str]:
    """A functional model of 1 to `most` layers with one or more inputs and outputs, and words for it."""
    count = draw_size(rng, most)
    starts = [rng.choice(_INPUTS)(number) for number in range(rng.choice([1, 1, 1, 2, 3]))]
    pool = list(starts)
    for place, start in enumerate(starts):
        share = count // len(starts) if place else count - count // len(starts) * (len(starts) - 1)
        pool += grow(rng, [start], share)[1:]
    while len(starts) > 1 and len(starts) > rng.randint(1, 3):
        left, right = (vector(rng, pool.pop()) for _ in range(2))
        pool.append(layers.Concatenate()([left, right]))
        starts.pop()
    heads = [layers.Dense(2, name=f"head_{place}") for place in range(rng.choice([1, 1, 1, 2, 3]))]
    picked = [pool[-1], *(rng.choice(pool[-8:]) for _ in heads[1:])]
    outputs = [head(vector(rng, tensor)) for head, tensor in zip(heads, picked, strict=True)]
    inputs = list(dict.fromkeys(_sources(outputs)))
    return keras.Model(inputs, outputs[0] if len(outputs) == 1 else outputs, name="net"), f"{count} layers"


def _sources(outputs: list[Any]) -> list[Any]:
    """The inputs that these outputs depend on."""
    found, seen, waiting = {}, set(), list(outputs)
    while waiting:
        tensor = waiting.pop()
        if id(tensor) in seen:
            continue
        seen.add(id(tensor))
        operation = tensor._keras_history.operation
        if isinstance(operation, layers.InputLayer):
            found[tensor.name] = tensor
        node = operation._inbound_nodes[tensor._keras_history.node_index]
        waiting += node.input_tensors
    return [found[name] for name in sorted(found)]


def sequential(rng: random.Random, most: int) -> tuple[Any, str]:
    """A stack of layers."""
    count = draw_size(rng, most)
    stack: list[Any] = [keras.Input((4,))]
    for place in range(count):
        makes = [
            lambda: layers.Dense(4, name=f"d{place}"),  # noqa: B023
            lambda: layers.Dense(4, activation="relu"),
            lambda: layers.LayerNormalization(),
            lambda: layers.Dropout(0.1, seed=2),
        ]
        stack.append(rng.choice(makes)())
    return keras.Sequential(stack, name="stack"), f"Sequential of {count} layers"


class Own(keras.Model):
    """A subclassed model: layers in lists, called in loops, with a name scope that is entered twice."""

    def __init__(self, count: int, scopes: bool, shared: bool, **options: Any) -> None:
        super().__init__(**options)
        self.blocks = [layers.Dense(3, activation="relu") for _ in range(count)]
        self.gate = layers.Dense(3, activation="sigmoid", name="gate")
        self.scopes, self.shared = scopes, shared
        self.out = layers.Dense(2, name="out")

    def mix(self, x: Any, y: Any) -> Any:
        gate = self.gate(x)
        return gate * x + (1.0 - gate) * y

    def call(self, x: Any, training: bool = False) -> Any:
        first = x
        for place, block in enumerate(self.blocks):
            y = block(x)
            x = self.mix(x, y) if self.shared and place % 2 else x + y
            if self.scopes:
                with keras.name_scope("naming"):
                    x = ops.tanh(x) + first
        return self.out(x)


class OwnStep(Own):
    """A train step of its own: two losses, and gradients of both."""

    def train_step(self, data: Any) -> Any:
        import tensorflow as tf

        x, y = data
        with tf.GradientTape() as tape:
            predicted = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=predicted)
            loss += 0.1 * tf.reduce_mean(tf.abs(predicted))
        weights = self.trainable_variables
        gradients = tape.gradient(loss, weights)
        norm = tf.linalg.global_norm(gradients)
        self.optimizer.apply_gradients(zip(gradients, weights, strict=True))
        return {"loss": loss, "norm": norm}


def own_model(rng: random.Random, most: int) -> tuple[Any, str]:
    """A subclassed model, called once so that it is built."""
    count = draw_size(rng, max(most // 3, 1))
    kind = rng.choice([Own, Own, OwnStep])
    model = kind(count, rng.random() < 0.4, rng.random() < 0.5, name="own")
    model(ops.zeros((2, 3)))
    return model, f"{kind.__name__} of {count} blocks"
