"""Chest X-rays with a convolutional network

A loss and a metric of our own, written with keras.ops. A demonstration of the method, no medical device.
"""

import keras
import tensorflow as tf
from keras import layers, ops

from graphlab.runs.datasets import describe, load_xrays

CLASS_NAMES = ["other", "COVID-19"]


class FocalLoss(keras.losses.Loss):
    """Cross-entropy that cares less about examples the model is already sure of."""

    def call(self, truth, score):
        score = ops.clip(score, 1e-6, 1 - 1e-6)
        right = truth * score + (1 - truth) * (1 - score)
        return ops.mean(-((1 - right) ** 2) * ops.log(right), axis=-1)


class Sensitivity(keras.metrics.Metric):
    """The share of the ill that the model finds."""

    def __init__(self, name="sensitivity", **options):
        super().__init__(name=name, **options)
        self.found = self.add_weight(name="found", initializer="zeros")
        self.ill = self.add_weight(name="ill", initializer="zeros")

    def update_state(self, truth, score, sample_weight=None):
        self.found.assign_add(ops.sum(truth * ops.cast(score > 0.5, truth.dtype)))
        self.ill.assign_add(ops.sum(truth))

    def result(self):
        return self.found / ops.maximum(self.ill, 1)


model = keras.Sequential(name="xray_cnn")
model.add(keras.Input((128, 128, 1), name="image"))
for filters in (16, 32, 64):
    model.add(layers.Conv2D(filters, 3, activation="relu"))
    model.add(layers.MaxPooling2D())
for layer in (layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dropout(0.3), layers.Dense(1, "sigmoid")):
    model.add(layer)
model.compile(optimizer="adam", loss=FocalLoss(), metrics=["accuracy", Sensitivity()])


def datasets(data=None, batch_size=8):
    xrays = load_xrays(data, size_px=128)
    train, validation = (
        tf.data.Dataset.from_tensor_slices(part).map(
            lambda x, y: (tf.cast(x, tf.float32) / 255, tf.cast([y], tf.float32))
        )
        for part in (xrays.train, xrays.validation)
    )
    train = train.shuffle(len(xrays.train[0])).batch(batch_size).prefetch(tf.data.AUTOTUNE)
    return describe(train, xrays.description), validation.batch(batch_size).prefetch(tf.data.AUTOTUNE)
