"""Real TensorFlow files for tests, as TensorFlow and Keras write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

PARAMETERS = 43_506  # of `cnn`


def cnn() -> keras.Model:
    """A small network with the layers that people export."""
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1), name="image"),
            layers.Conv2D(4, 3, activation="relu", name="conv"),
            layers.BatchNormalization(name="norm"),
            layers.Flatten(name="flat"),
            layers.Dense(16, activation="relu", name="hidden"),
            layers.Dropout(0.5, name="drop"),
            layers.Dense(10, name="scores"),
        ],
        name="cnn",
    )
    model.compile("adam", "mse")
    return model


class Module(tf.Module):
    """Two functions, a variable and a table."""

    def __init__(self) -> None:
        self.w = tf.Variable(tf.ones((3, 2)), name="w")
        pairs = tf.lookup.KeyValueTensorInitializer(["a"], [1])
        self.table = tf.lookup.StaticHashTable(pairs, -1)

    @tf.function(input_signature=[tf.TensorSpec((None, 3))])
    def f(self, x: Any) -> Any:
        """A dict of two results."""
        return {"y": x @ self.w, "z": tf.reduce_sum(x)}

    @tf.function(input_signature=[tf.TensorSpec((None,), tf.string)])
    def g(self, s: Any) -> Any:
        """What the table says."""
        return self.table.lookup(s)


def frozen(model: keras.Model) -> Any:
    """The model as a GraphDef in which the variables are constants."""
    spec = tf.TensorSpec((None, 28, 28, 1), name="image")
    concrete = tf.function(lambda image: model(image, training=False)).get_concrete_function(spec)
    return convert_variables_to_constants_v2(concrete).graph.as_graph_def()


def write_tensorflow_1(folder: Path) -> None:
    """`model.meta` with its checkpoint, and the SavedModel folder `saved`, of a trained TensorFlow 1 graph."""
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, (None, 4), name="x")
        with v1.variable_scope("dense"):
            kernel = v1.get_variable("kernel", (4, 3), use_resource=False)
            bias = v1.get_variable("bias", (3,), use_resource=True)
            scores = tf.matmul(x, kernel) + bias
        y = tf.nn.softmax(scores, name="probs")
        v1.train.AdamOptimizer(0.1).minimize(tf.reduce_mean(y))
        session.run(v1.global_variables_initializer())
        v1.train.Saver().save(session, str(folder / "model"))
        v1.saved_model.simple_save(session, str(folder / "saved"), {"x": x}, {"probs": y})
