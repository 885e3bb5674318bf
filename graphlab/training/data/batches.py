"""Batches of a tf.data.Dataset: their size, their number, their class weights. Independent of runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from graphlab.errors import RunError

if TYPE_CHECKING:
    import tensorflow as tf


def rebatch(dataset: tf.data.Dataset, batch_size: int | None) -> tf.data.Dataset:
    """The batched dataset with another batch size; unchanged if none was requested or its own is unknown."""
    import tensorflow as tf

    if batch_size is None or find_batch_size(dataset) in (batch_size, None):
        return dataset
    rebatched = dataset.rebatch(batch_size)
    examples = count_examples(dataset)
    if examples is not None:
        rebatched = rebatched.apply(tf.data.experimental.assert_cardinality(-(-examples // batch_size)))
    return rebatched.prefetch(tf.data.AUTOTUNE)


def find_batch_size(dataset: tf.data.Dataset) -> int | None:
    """How many examples a full batch contains; None if unknown."""
    import tensorflow as tf

    static = tf.nest.flatten(dataset.element_spec)[0].shape
    if static.rank and static[0]:
        return int(static[0])
    batching = find_batching(dataset)
    return int(batching._batch_size) if batching is not None else None


def count(dataset: tf.data.Dataset) -> int:
    """How many elements a dataset has; INFINITE or UNKNOWN if it reports so."""
    return int(dataset.cardinality())


def count_examples(dataset: tf.data.Dataset) -> int | None:
    """How many examples a batched dataset has; None if unknown."""
    batching = find_batching(dataset)
    if batching is None:
        size, batches = find_batch_size(dataset), count(dataset)
        return size * batches if size and batches >= 0 else None
    examples = count(batching._inputs()[0])
    whole = count(batching) * int(batching._batch_size)
    return min(examples, whole) if examples >= 0 else None  # a partial last batch may have been dropped


def find_batching(dataset: tf.data.Dataset) -> tf.data.Dataset | None:
    """The batch() inside a dataset, found through steps that keep the number of batches; None if there is none.

    `_inputs` and `_batch_size` are private: checked with TensorFlow 2.21.
    """
    batches = count(dataset)
    while type(dataset).__name__ not in ("_BatchDataset", "_ParallelBatchDataset"):
        inputs = dataset._inputs()
        if len(inputs) != 1 or count(inputs[0]) != batches:
            return None
        dataset = inputs[0]
    return dataset


def weigh(dataset: tf.data.Dataset, class_weight: Mapping[int, float]) -> tf.data.Dataset:
    """The batched dataset with each example's weight multiplied by its class weight; a class without one has 1."""
    import tensorflow as tf

    table = np.ones(max(class_weight) + 2, np.float32)  # the last entry is for all further classes
    for index, weight in class_weight.items():
        table[index] = weight

    def add(inputs: object, labels: tf.Tensor, weights: tf.Tensor | None = None) -> tuple[object, tf.Tensor, tf.Tensor]:
        classes = tf.argmax(labels, axis=1) if _is_one_hot(labels) else tf.reshape(labels, [-1])
        if labels.dtype.is_floating and not _is_one_hot(labels):
            classes = tf.round(classes)
        factors = tf.gather(table, tf.clip_by_value(tf.cast(classes, tf.int64), 0, len(table) - 1))
        if weights is not None:
            own = tf.cast(weights, tf.float32)
            factors = own * tf.reshape(factors, tf.concat([tf.shape(factors), tf.ones(tf.rank(own) - 1, tf.int32)], 0))
        return inputs, labels, factors

    labels = dataset.element_spec[1]
    if not isinstance(labels, tf.TensorSpec) or labels.shape.rank not in (1, 2):
        raise RunError(
            "class weights require one label per example; use sample weights instead: (inputs, labels, weights)"
        )
    return dataset.map(add, num_parallel_calls=tf.data.AUTOTUNE)


def _is_one_hot(labels: tf.Tensor) -> bool:
    return bool(labels.shape.rank == 2 and labels.shape[1] is not None and labels.shape[1] > 1)
