"""The data sets that a source trains on: its own datasets(), batched as asked."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any

from graphlab.datasets import call_datasets, description_of
from graphlab.errors import RunError
from graphlab.runs.settings import DEFAULT_BATCH_SIZE, TrainSettings

INFINITE, UNKNOWN = -1, -2  # what tf.data.Dataset.cardinality answers


@dataclass(frozen=True)
class Feed:
    """Batched tf.data.Datasets. Sizes count examples; None where the data's length is unknown."""

    train: Any
    validation: Any
    description: str
    train_size: int | None
    validation_size: int | None
    steps: int | None


def load_feed(module: ModuleType, model: Any, settings: TrainSettings) -> Feed:
    """What the module's datasets() returns, ready for model.fit; raises RunError where it is no pair of data sets."""
    pair = call_datasets(module, settings.source, data=settings.data, batch_size=settings.batch_size)
    train, validation = (batch(dataset, model, settings.batch_size) for dataset in pair)
    steps = count(train)
    if steps == INFINITE:
        raise RunError("datasets() gives an endless training set; drop its repeat() or end it with take(n)")
    train_size, validation_size = count_examples(train), count_examples(validation)
    description = description_of(pair[0]) or _fallback_description(settings, train_size, validation_size)
    return Feed(train, validation, description, train_size, validation_size, None if steps == UNKNOWN else steps)


def batch(dataset: Any, model: Any, batch_size: int | None) -> Any:
    """The data set in batches; one that is batched already is batched anew only where another size was asked for."""
    import tensorflow as tf

    if is_unbatched(dataset, model):
        return dataset.batch(batch_size or DEFAULT_BATCH_SIZE).prefetch(tf.data.AUTOTUNE)
    if batch_size is None or find_batch_size(dataset) in (batch_size, None):
        return dataset
    rebatched = dataset.rebatch(batch_size)
    examples = count_examples(dataset)
    if examples is not None:
        rebatched = rebatched.apply(tf.data.experimental.assert_cardinality(-(-examples // batch_size)))
    return rebatched.prefetch(tf.data.AUTOTUNE)


def is_unbatched(dataset: Any, model: Any) -> bool:
    """Whether the elements have the shapes of the model's inputs without their batch dimension."""
    import tensorflow as tf

    examples = [tensor.shape[1:] for tensor in getattr(model, "inputs", None) or ()]
    leaves = [leaf.shape for leaf in tf.nest.flatten(dataset.element_spec[0])]
    return bool(examples) and all(
        any(leaf.rank == len(shape) and leaf.is_compatible_with(shape) for shape in examples) for leaf in leaves
    )


def find_batch_size(dataset: Any) -> int | None:
    """How many examples are in a full batch; None where it cannot be told."""
    import tensorflow as tf

    static = tf.nest.flatten(dataset.element_spec)[0].shape
    if static.rank and static[0]:
        return int(static[0])
    batching = find_batching(dataset)
    return int(batching._batch_size) if batching is not None else None


def count(dataset: Any) -> int:
    """How many elements a data set has; INFINITE or UNKNOWN where it says so."""
    return int(dataset.cardinality())


def count_examples(dataset: Any) -> int | None:
    """How many examples a batched data set has; None where it cannot be told."""
    batching = find_batching(dataset)
    if batching is None:
        size, batches = find_batch_size(dataset), count(dataset)
        return size * batches if size and batches >= 0 else None
    examples = count(batching._inputs()[0])
    whole = count(batching) * int(batching._batch_size)
    return min(examples, whole) if examples >= 0 else None  # a batch that is not full may have been dropped


def find_batching(dataset: Any) -> Any | None:
    """The batch() inside a data set, reached through steps that keep the number of batches; None without one.

    `_inputs` and `_batch_size` are private: checked with TensorFlow 2.21.
    """
    batches = count(dataset)
    while type(dataset).__name__ not in ("_BatchDataset", "_ParallelBatchDataset"):
        inputs = dataset._inputs()
        if len(inputs) != 1 or count(inputs[0]) != batches:
            return None
        dataset = inputs[0]
    return dataset


def _fallback_description(settings: TrainSettings, train_size: int | None, validation_size: int | None) -> str:
    sizes = " + ".join("unknown" if size is None else f"{size:,}" for size in (train_size, validation_size))
    return f"datasets() of {settings.source}, {sizes} examples"
