"""The score of always predicting the most frequent class. Independent of logs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from graphlab.number_text import measure_text
from graphlab.sources.class_names import find_class_names
from graphlab.training.data.training_data import TrainingData
from graphlab.training.randoms import kept_randoms

if TYPE_CHECKING:
    import keras

    from graphlab.tracing.datasets.convert import TrainData

# How much is read before training begins. A count, not a time, so that every machine reads the same.
LOOKED_EXAMPLES = 10_000
LOOKED_NUMBERS = 100_000_000  # in the inputs: images take longer to read
MOST_CLASSES = 1_000


def baseline_words(module: ModuleType, model: keras.Model, training_data: TrainingData) -> str:
    """`Always the most frequent class (COVID-19): accuracy 0.6875`, for the validation data; "" for other tasks.

    Without validation data, it is for the training data; for long data, for its first examples.
    """
    if not _classifies(module, model) or training_data.once:
        return ""
    with kept_randoms(model, module):  # the data may draw from the generators that the training uses
        return _words(module, training_data)


def _words(module: ModuleType, training_data: TrainingData) -> str:
    part = "training" if training_data.validation is None else "validation"
    counts, whole = _count_labels(training_data.train if training_data.validation is None else training_data.validation)
    total = counts.total()
    if not total or len(counts) > MOST_CLASSES:
        return ""
    index, most = counts.most_common(1)[0]
    names = find_class_names(module)
    name = names[index] if 0 <= index < len(names) else str(index)
    of = f"{'' if whole else 'the first '}{total:,} {part} examples"
    return f"Always predicting the most frequent class ({name}): accuracy {measure_text(most / total)} on {of}"


def label_classes(labels: NDArray[np.number]) -> NDArray[np.int64] | None:
    """The class of each label: whole numbers, rows of one, or one-hot rows; None for anything else."""
    if labels.ndim == 2 and labels.shape[1] > 1:
        one_hot = np.isin(labels, (0, 1)).all() and (labels.sum(axis=1) == 1).all()
        return labels.argmax(axis=1) if one_hot else None
    flat = labels.reshape(-1)
    if not labels.ndim or flat.size != len(labels) or flat.dtype.kind not in "iufb":
        return None
    flat = flat.astype(np.float64)
    return flat.astype(np.int64) if bool(np.all(np.isfinite(flat) & (flat == np.round(flat)))) else None


def _classifies(module: ModuleType, model: keras.Model) -> bool:
    """Whether the model classifies: its loss or a metric implies it, or the classes have names or weights."""
    if any(hasattr(module, name) for name in ("CLASS_NAMES", "CLASS_WEIGHT", "CLASS_WEIGHTS")):
        return True
    config = model.get_compile_config() or {}
    words = " ".join(str(config.get(name)) for name in ("loss", "metrics")).lower()
    return "crossentropy" in words or "accuracy" in words or "'acc'" in words


def _count_labels(data: TrainData) -> tuple[Counter[int], bool]:
    """How often each class occurs, and whether all data was counted; empty if labels are not classes."""
    import tensorflow as tf

    counts: Counter[int] = Counter()
    numbers = 0
    batches = iter(_batches(data))
    for batch in batches:
        labels = batch[1] if isinstance(batch, tuple | list) and len(batch) > 1 else None
        classes = (
            None if labels is None or isinstance(labels, dict | tuple | list) else label_classes(np.asarray(labels))
        )
        if classes is None:
            return Counter(), True
        counts.update(classes.tolist())
        numbers += sum(math.prod(np.shape(leaf)) for leaf in tf.nest.flatten(batch[0], expand_composites=True))
        if counts.total() >= LOOKED_EXAMPLES or numbers >= LOOKED_NUMBERS:
            return counts, _is_end(batches)
    return counts, True


def _is_end(batches: Iterator[object]) -> bool:
    return next(batches, None) is None


def _batches(data: TrainData) -> Iterable[Sequence[object]]:
    import tensorflow as tf

    return data if isinstance(data, tf.data.Dataset) else (data[index] for index in range(data.num_batches or 0))
