"""Handwritten digits with two dense layers

The "hello, world" of neural networks: 784 pixels in, 10 probabilities out, 235,146 numbers to learn.
"""

import keras
import tensorflow as tf
from keras import layers

from graphlab.training.example_data import describe, load_mnist

model = keras.Sequential(
    [
        keras.Input((28, 28, 1), name="image"),
        layers.Reshape((784,)),
        layers.Dense(256),
        layers.Activation("relu"),
        layers.Dense(128),
        layers.Activation("relu"),
        layers.Dense(10),
        layers.Activation("softmax"),
    ],
    name="mnist_mlp",
)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])


def normalise(image, label):
    return tf.cast(image, tf.float32) / 255, label


def datasets(data=None, batch_size=32):
    mnist = load_mnist(data)
    train = tf.data.Dataset.from_tensor_slices(mnist.train).map(normalise)
    train = train.shuffle(len(mnist.train[0])).batch(batch_size).prefetch(tf.data.AUTOTUNE)
    validation = tf.data.Dataset.from_tensor_slices(mnist.validation).map(normalise)
    validation = validation.batch(batch_size).prefetch(tf.data.AUTOTUNE)
    return describe(train, mnist.description), validation
