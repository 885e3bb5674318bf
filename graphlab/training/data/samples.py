"""A few validation images with the model's predictions. Independent of logs and training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from graphlab.runs.sample import Sample
from graphlab.sources.thumbnails import is_image, png_data_uri

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

SAMPLE_COUNT = 12

Batch = tuple[NDArray[np.generic], NDArray[np.generic]]


def take_images(dataset: tf.data.Dataset) -> Batch | None:
    """(images, labels) of the first validation examples; None if they are not images with one label each."""
    import tensorflow as tf

    if not isinstance(dataset, tf.data.Dataset):
        return _first_images(dataset[0])
    spec = dataset.element_spec
    if not isinstance(spec, tuple) or len(spec) < 2 or not all(isinstance(one, tf.TensorSpec) for one in spec[:2]):
        return None
    inputs = spec[0]
    if inputs.shape.rank is None or not is_image(inputs.shape.as_list()[1:]):
        return None
    examples = [(one[0].numpy(), one[1].numpy()) for one in dataset.unbatch().take(SAMPLE_COUNT)]
    if not examples or examples[0][1].ndim > 1:
        return None
    return np.stack([image for image, _ in examples]), np.stack([label for _, label in examples])


def _first_images(batch: Sequence[NDArray[np.generic]]) -> Batch | None:
    """The same for a batch of a keras.utils.PyDataset."""
    images, labels = batch[:2]
    if not (hasattr(images, "shape") and hasattr(labels, "shape")) or len(labels.shape) > 2:
        return None
    if not is_image(list(images.shape[1:])) or not len(images):
        return None
    return np.asarray(images)[:SAMPLE_COUNT], np.asarray(labels)[:SAMPLE_COUNT]


def predict(model: keras.Model, batch: Batch, names: Sequence[str] = ()) -> tuple[Sample, ...]:
    """The images with predicted and true label; none if the output is not one row of scores per image."""
    images, truths = batch
    output = model(images, training=False)
    scores = np.asarray(output, np.float64) if hasattr(output, "shape") else np.empty(0)
    if scores.ndim != 2 or len(scores) != len(images):
        return ()
    chances = class_chances(scores)
    return tuple(
        _sample(image, chance, true, names)
        for image, chance, true in zip(images, chances, true_classes(truths), strict=True)
    )


def class_chances(scores: NDArray[np.floating]) -> NDArray[np.floating]:
    """Probabilities float[n,classes] from a model's output: unchanged, or by sigmoid or softmax of logits."""
    within = bool(np.all((scores >= 0) & (scores <= 1)) or np.isnan(scores).any())
    if scores.shape[1] == 1:
        positive = scores if within else 1 / (1 + np.exp(-scores))
        return np.concatenate([1 - positive, positive], axis=1)
    if within:
        return scores
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: NDArray[np.floating] = powers / powers.sum(axis=1, keepdims=True)
    return result


def true_classes(labels: NDArray[np.generic]) -> list[int]:
    """The class of each label: a number, a row of one number, or a one-hot row."""
    if labels.ndim == 2 and labels.shape[1] > 1:
        return [int(index) for index in labels.argmax(axis=1)]
    return [round(float(value)) for value in labels.reshape(-1)]


def _sample(image: NDArray[np.generic], chances: NDArray[np.generic], true: int, names: Sequence[str]) -> Sample:
    predicted = int(chances.argmax())
    label = {index: str(name) for index, name in enumerate(names)}
    return Sample(
        image=png_data_uri(image),
        predicted=label.get(predicted, str(predicted)),
        true=label.get(true, str(true)),
        correct=predicted == true,
        confidence=round(float(chances[predicted]), 4),
    )
