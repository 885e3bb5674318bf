"""Programs of fixed shape: what once broke a view, and what people build most."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf
from keras import layers, ops

from tests.truth.layers import Residual, Rounds


def deep_train_step() -> Any:
    model = keras.Sequential(
        [keras.Input((4,)), *[layers.Dense(4, name=f"d{place}") for place in range(60)]], name="deep"
    )
    model.compile("adam", "mse")
    return model


def deep_sgd() -> Any:
    model = keras.Sequential(
        [keras.Input((4,)), *[layers.Dense(4, name=f"d{place}") for place in range(40)]], name="deep"
    )
    model.compile("sgd", "mse")
    return model


def residual_blocks() -> Any:
    start = x = keras.Input((8,), name="features")
    for place in range(16):
        h = layers.Dense(8, activation="relu", name=f"block{place}_up")(x)
        norm = layers.LayerNormalization(name=f"block{place}_norm")(h)
        x = x + layers.Dense(8, name=f"block{place}_down")(norm)
    model = keras.Model(start, layers.Dense(3, name="head")(x), name="resid")
    model.compile("adam", "mse")
    return model


def operators() -> Any:
    start = x = keras.Input((8,))
    for _ in range(12):
        x = ops.relu(layers.LayerNormalization()(x) + x) * 2
    return keras.Model(start, x)


def cast_after_relu() -> Any:
    start = keras.Input((3,))
    x = layers.ReLU()(start)
    return keras.Model(start, ops.cast(x > 0, "int32") * 2)


def helper_calls() -> Any:
    start = keras.Input((2,))
    return keras.Model(start, Rounds(8)(start))


def shared_activation() -> Any:
    start = x = keras.Input((8,))
    relu = layers.ReLU()
    for _ in range(24):
        x = relu(layers.Dense(2)(x))
    return keras.Model(start, x)


def shared_layer() -> Any:
    start = x = keras.Input((2,))
    dense = layers.Dense(2, activation="tanh", name="again")
    for _ in range(30):
        x = layers.LayerNormalization()(dense(x)) + x
    return keras.Model(start, x)


def parts_of_a_model() -> Any:
    start = x = keras.Input((2,))
    for _ in range(260):
        x = layers.Dense(2)(x)
    return keras.Model(start, x)


def summed_gradients() -> Any:
    start = x = keras.Input((2,))
    for _ in range(2):
        x = x + layers.Dense(2)(x)
    model = keras.Model(start, x)
    model.compile("sgd", "mse")
    return model


def loss_scale() -> Any:
    start = keras.Input((4,))
    h = layers.Dense(4, activation="relu", dtype="mixed_float16")(start)
    model = keras.Model(start, layers.Dense(2, dtype="float32")(h), name="mixed")
    model.compile(keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam()), "mse")
    return model


def several_outputs() -> Any:
    start = keras.Input((4,))
    h = layers.Dense(4, activation="relu")(start)
    heads = [layers.Dense(2, name=name)(h) for name in ("left", "middle", "right")]
    model = keras.Model(start, heads, name="heads")
    model.compile("adam", ["mse", "mse", "mae"], metrics=[["mse"], ["mse", "mae"], ["mse"]])
    return model


def many_kinds() -> Any:
    """More than forty layers of two kinds in turns: what was folded by kind."""
    start = x = keras.Input((4,))
    for place in range(24):
        x = layers.Dropout(0.1, seed=place)(layers.Activation("tanh")(x) + x)
    model = keras.Model(start, x, name="turns")
    model.compile("sgd", "mse")
    return model


def unet() -> Any:
    def block(x: Any, filters: int, name: str) -> Any:
        for place in range(2):
            x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"{name}_conv{place}")(x)
            x = layers.BatchNormalization(name=f"{name}_bn{place}")(x)
            x = layers.ReLU(name=f"{name}_relu{place}")(x)
        return x

    image = x = keras.Input((16, 16, 1), name="image")
    skips = []
    for place, filters in enumerate((2, 4, 4)):
        x = block(x, filters, f"down{place}")
        skips.append(x)
        x = layers.MaxPooling2D(name=f"pool{place}")(x)
    x = block(x, 4, "bottom")
    for place, skip in reversed(list(enumerate(skips))):
        x = layers.Conv2DTranspose(2, 2, 2, name=f"up{place}_t")(x)
        x = block(layers.Concatenate(name=f"up{place}_cat")([x, skip]), 2, f"up{place}")
    model = keras.Model(image, layers.Conv2D(1, 1, activation="sigmoid", name="mask")(x), name="unet")
    model.compile("adam", "binary_crossentropy")
    return model


def siamese() -> Any:
    tower = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(2, 3, activation="relu", name="c1"),
            layers.MaxPooling2D(name="p1"),
            layers.GlobalAveragePooling2D(name="gap"),
            layers.Dense(4, name="embed"),
        ],
        name="tower",
    )
    left, right = keras.Input((8, 8, 1), name="left"), keras.Input((8, 8, 1), name="right")
    apart = layers.Subtract(name="diff")([tower(left), tower(right)])
    apart = layers.Lambda(lambda t: ops.abs(t), name="abs")(apart)
    model = keras.Model([left, right], layers.Dense(1, activation="sigmoid", name="same")(apart), name="siamese")
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def encoder() -> Any:
    tokens = keras.Input((6,), dtype="int32", name="tokens")
    x = layers.Embedding(50, 8, name="embed")(tokens) + ops.arange(8, dtype="float32")
    for place in range(4):
        x = layers.LayerNormalization(name=f"n{place}")(x + layers.MultiHeadAttention(2, 4, name=f"att{place}")(x, x))
        x = Residual(8, name=f"ffn{place}")(x)
    x = layers.GlobalAveragePooling1D(name="pool")(x)
    model = keras.Model(tokens, layers.Dense(5, name="head")(x), name="encoder")
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    return model


def inception() -> Any:
    image = x = keras.Input((8, 8, 3), name="image")
    for place in range(4):
        branches = [
            layers.Conv2D(2, 1, padding="same", activation="relu")(x),
            layers.Conv2D(2, 3, padding="same")(layers.Conv2D(2, 1, padding="same")(x)),
            layers.Conv2D(2, 1, padding="same")(layers.AveragePooling2D(3, 1, padding="same")(x)),
        ]
        x = layers.Concatenate(name=f"mixed{place}")(branches)
    model = keras.Model(image, layers.Dense(2)(layers.GlobalAveragePooling2D()(x)), name="inception")
    model.compile(keras.optimizers.RMSprop(centered=True), "mse")
    return model


class Adversaries(keras.Model):
    """Two networks that are trained in turn, with one loss called again and again."""

    def __init__(self) -> None:
        super().__init__(name="adversaries")
        self.maker = keras.Sequential(
            [keras.Input((3,)), layers.Dense(4, name="hidden"), layers.Dense(1)], name="maker"
        )
        self.judge = keras.Sequential(
            [keras.Input((1,)), layers.Dense(4, name="hidden"), layers.Dense(1)], name="judge"
        )
        self.own_loss = keras.losses.BinaryCrossentropy(from_logits=True)
        self.other = keras.optimizers.Adam()

    def call(self, x: Any) -> Any:
        return self.judge(self.maker(x))

    def train_step(self, data: Any) -> Any:
        x, real = data
        with tf.GradientTape() as tape:
            fake = self.judge(self.maker(x))
            judged = self.own_loss(tf.zeros_like(fake), fake)
            judged += self.own_loss(tf.ones_like(fake), self.judge(real))
        weights = self.judge.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(judged, weights), weights, strict=True))
        with tf.GradientTape() as tape:
            fake = self.judge(self.maker(x))
            made = self.own_loss(tf.ones_like(fake), fake)
        weights = self.maker.trainable_variables
        self.other.apply_gradients(zip(tape.gradient(made, weights), weights, strict=True))
        return {"judged": judged, "made": made}


def adversaries() -> Any:
    model = Adversaries()
    model(ops.zeros((2, 3)))
    model.compile("sgd", "mse")
    return model


def recurrent() -> Any:
    start = keras.Input((5, 3), name="series")
    x = layers.Bidirectional(layers.LSTM(4, return_sequences=True))(start)
    x = layers.GRU(4)(x)
    model = keras.Model(start, layers.Dense(2)(x), name="recurrent")
    model.compile(keras.optimizers.Adam(clipnorm=1.0), "mse")
    return model


def unrolled_function() -> Any:
    def unrolled(x: Any) -> Any:
        for _ in range(20):
            x = tf.nn.relu(x @ x + 1.0)
        return x

    return tf.function(unrolled, input_signature=[tf.TensorSpec([2, 2])])


def scopes_twice() -> Any:
    def naming(x: Any) -> Any:
        with tf.name_scope("naming"):
            y = tf.sin(x) + 1.0
        z = tf.cos(y)
        with tf.name_scope("naming"):
            return tf.exp(z) * y

    return tf.function(naming, input_signature=[tf.TensorSpec([2, 2])])


def two_weights() -> Any:
    """The gradient descent that people write by hand: a loop over steps with a tape inside."""
    weight, bias = tf.Variable(tf.ones([2, 1]), name="weight"), tf.Variable(tf.zeros([1]), name="bias")

    def descend(x: Any, y: Any) -> Any:
        loss = tf.constant(0.0)
        for _ in tf.range(3):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((x @ weight + bias - y) ** 2)
            steps = tape.gradient(loss, [weight, bias])
            for variable, step in zip([weight, bias], steps, strict=True):
                variable.assign_sub(0.1 * step)
        return loss

    return tf.function(descend, input_signature=[tf.TensorSpec([None, 2]), tf.TensorSpec([None, 1])])


MODELS: tuple[Callable[[], Any], ...] = (
    deep_train_step,
    deep_sgd,
    residual_blocks,
    operators,
    cast_after_relu,
    helper_calls,
    shared_activation,
    shared_layer,
    parts_of_a_model,
    summed_gradients,
    loss_scale,
    several_outputs,
    many_kinds,
    unet,
    siamese,
    encoder,
    inception,
    adversaries,
    recurrent,
)
FUNCTIONS: tuple[Callable[[], Any], ...] = (unrolled_function, scopes_twice, two_weights)
