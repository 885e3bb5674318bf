"""Chest X-rays with a convolutional network

A custom loss and a custom metric, written with keras.ops. A demonstration, not a medical device.
"""

import keras
import tensorflow as tf
from keras import layers, ops

from graphlab.training.example_data import describe, load_xrays

CLASS_NAMES = ["other", "COVID-19"]
CLASS_WEIGHT = {0: 1.8, 1: 0.7}  # 72 % of the images show COVID-19; weighted so, both classes count alike


class FocalLoss(keras.losses.Loss):
    """Cross-entropy that counts examples less when the model is already sure of them."""

    def call(self, truth, score):
        score = ops.clip(score, 1e-6, 1 - 1e-6)
        right = truth * score + (1 - truth) * (1 - score)
        return ops.mean(-((1 - right) ** 2) * ops.log(right), axis=-1)


class BalancedAccuracy(keras.metrics.Metric):
    """The mean of two rates: how many of the ill and of the others the model gets right. Guessing scores 0.5."""

    def __init__(self, name="balanced_accuracy", **options):
        super().__init__(name=name, **options)
        self.right = self.add_weight(name="right", shape=(2,), initializer="zeros")
        self.seen = self.add_weight(name="seen", shape=(2,), initializer="zeros")

    def update_state(self, truth, score, sample_weight=None):
        classes = ops.concatenate([1 - truth, truth], axis=-1)
        self.right.assign_add(ops.sum(classes * ops.cast((score > 0.5) == (truth > 0.5), truth.dtype), axis=0))
        self.seen.assign_add(ops.sum(classes, axis=0))

    def result(self):
        return ops.mean(self.right / ops.maximum(self.seen, 1))


model = keras.Sequential(name="xray_cnn")
model.add(keras.Input((128, 128, 1), name="image"))
for filters in (16, 32, 64):  # few numbers to learn, because there are few images
    model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D(4))
for layer in (layers.Flatten(), layers.Dropout(0.3), layers.Dense(1, "sigmoid")):
    model.add(layer)
model.compile(optimizer=keras.optimizers.Adam(0.002), loss=FocalLoss(), metrics=["accuracy", BalancedAccuracy()])

turned = {"fill_mode": "nearest"}  # each epoch sees the images a little moved, turned and zoomed
augment = keras.Sequential([layers.RandomTranslation(0.05, 0.05, **turned), layers.RandomRotation(0.02, **turned)])
augment.add(layers.RandomZoom(0.05, **turned))


def prepare(image, label):
    return tf.cast(image, tf.float32) / 255, tf.cast(label, tf.float32)[:, None]


def datasets(data=None, batch_size=8):
    xrays = load_xrays(data, size_px=128)
    train = tf.data.Dataset.from_tensor_slices(xrays.train).shuffle(len(xrays.train[0])).batch(batch_size).map(prepare)
    train = train.map(lambda image, label: (augment(image, training=True), label)).prefetch(tf.data.AUTOTUNE)
    validation = tf.data.Dataset.from_tensor_slices(xrays.validation).batch(batch_size).map(prepare)
    return describe(train, xrays.description), validation.prefetch(tf.data.AUTOTUNE)
