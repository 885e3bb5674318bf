"""The data that a source trains on: its own datasets(), batched and weighted as requested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

from graphlab.errors import RunError
from graphlab.runs.settings import DEFAULT_BATCH_SIZE, TrainSettings
from graphlab.tracing.datasets.calls import call_datasets, description_of
from graphlab.tracing.datasets.convert import ExampleSource, as_batches, is_unbatched, to_source
from graphlab.tracing.datasets.parts import kind
from graphlab.training.data.batches import count, count_examples, find_batch_size, rebatch, weigh

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

    from graphlab.tracing.datasets.convert import TrainData

INFINITE, UNKNOWN = -1, -2  # the answers of tf.data.Dataset.cardinality


@dataclass(frozen=True)
class TrainingData:
    """Batched tf.data.Datasets or PyDatasets; `validation` may be None.

    Sizes count examples, steps count batches; None if the data's length is unknown. `class_weight` is what Keras
    itself must apply. `once`: reading it beforehand would use it up.
    """

    train: TrainData
    validation: TrainData | None
    description: str
    train_size: int | None
    validation_size: int | None
    batch_size: int | None
    steps: int | None
    validation_steps: int | None = None
    class_weight: Mapping[int, float] | None = None
    once: bool = False


def load_training_data(
    module: ModuleType, model: keras.Model, settings: TrainSettings, class_weight: Mapping[int, float] | None = None
) -> TrainingData:
    """The result of the module's datasets(), ready for model.fit. Raises RunError if it cannot be used for training."""
    parts = call_datasets(module, settings.source, data=settings.data, batch_size=settings.batch_size)
    source = _checked("train", to_source("train", parts.train), model, settings)
    train = ready = _ready(source, model, settings, shuffle=True)
    validation, checked = None, None
    if parts.validation is not None:
        checked = _checked("validation", to_source("validation", parts.validation), model, settings)
        validation = _ready(checked, model, settings, shuffle=False)
    keras_weight = class_weight if class_weight and not _is_pipeline(train) else None
    if class_weight and not keras_weight:
        train = weigh(train, class_weight)
    sizes = _size(ready), _size(validation) if validation is not None else None
    words = description_of(parts.train) or _fallback_description(settings, *sizes, validated=validation is not None)
    return TrainingData(
        train=train,
        validation=validation,
        description=words,
        train_size=sizes[0],
        validation_size=sizes[1],
        batch_size=_batch_size(ready),
        steps=_steps(ready),
        validation_steps=_steps(validation) if validation is not None else None,
        class_weight=keras_weight,
        once=source.once or (checked is not None and checked.once),
    )


def _checked(part: str, source: ExampleSource, model: keras.Model, settings: TrainSettings) -> ExampleSource:
    """The same source. Raises RunError if it is endless, can be read only once, or its elements lack labels."""
    if source.once and settings.epochs > 1:
        raise RunError(
            f"{part} is an iterator that can be read only once, but {settings.epochs} epochs need it again; return "
            "the generator function itself (return batches, validation_batches), or train for 1 epoch"
        )
    if not _is_pipeline(source.data):
        _check_pydataset(part, source.data)
        return source
    if count(source.data) == INFINITE:
        what = "training" if part == "train" else part
        raise RunError(f"datasets() returns an endless {what} dataset; remove its repeat(), or limit it with take(n)")
    if count(source.data) == 0 and part == "train":  # without validation examples, fit continues without validation
        raise RunError(f"{part} is empty: it has no examples; it requires at least one")
    spec = source.data.element_spec
    labelled = isinstance(spec, tuple) and len(spec) in (2, 3)
    if not labelled and not _has_own_step(model):
        raise RunError(f"the elements of {part} must be (inputs, labels), not {kind(spec)}; {_labels_line(part, spec)}")
    return source


def _check_pydataset(part: str, data: TrainData) -> None:
    try:
        endless = data.num_batches is None
    except NotImplementedError:
        endless = True
    if endless:
        raise RunError(f"{part} is an endless {kind(data)}; let its num_batches return the number of batches")
    if data.num_batches == 0:
        raise RunError(f"{part} is empty: it has no batches; let its num_batches return at least 1")
    first = data[0]
    if not isinstance(first, tuple | list) or len(first) not in (2, 3):
        raise RunError(f"{part}[0] must be (inputs, labels), not {kind(first)}; let __getitem__ return x, y")


def _labels_line(part: str, spec: tf.TypeSpec) -> str:
    if isinstance(spec, dict) and len(spec) > 1:
        inputs, *_, label = spec
        return f"convert them: {part}.map(lambda one: (one[{inputs!r}], one[{label!r}]))"
    return f"convert them: {part}.map(lambda x: (x, x)), with the labels instead of the second x"


def _has_own_step(model: keras.Model) -> bool:
    """Whether the model has its own train_step, which alone knows the form of its data."""
    return not type(model).train_step.__module__.startswith("keras.")


def _is_pipeline(data: TrainData) -> bool:
    import tensorflow as tf

    return isinstance(data, tf.data.Dataset)


def _ready(source: ExampleSource, model: keras.Model, settings: TrainSettings, *, shuffle: bool) -> TrainData:
    """The source in batches. A batched source is rebatched only if another size was requested."""
    import tensorflow as tf

    data = source.data
    if not _is_pipeline(data):
        return data
    if source.arrays or is_unbatched(data, model):
        if source.arrays and shuffle:  # as model.fit does with arrays
            data = data.shuffle(max(1, count(data)), seed=settings.seed)
        return data.batch(settings.batch_size or DEFAULT_BATCH_SIZE).prefetch(tf.data.AUTOTUNE)
    return rebatch(as_batches(data), settings.batch_size)


def _size(data: TrainData) -> int | None:
    if _is_pipeline(data):
        return count_examples(data)
    batches, size = data.num_batches, _batch_size(data)
    return batches * size if batches and size else None


def _batch_size(data: TrainData) -> int | None:
    """How many examples a full batch contains; for a PyDataset, its first batch."""
    import tensorflow as tf

    if _is_pipeline(data):
        return find_batch_size(data)
    leaves = tf.nest.flatten(data[0][0])
    return int(leaves[0].shape[0]) if leaves and getattr(leaves[0], "shape", ()) else None


def _steps(data: TrainData) -> int | None:
    if not _is_pipeline(data):
        return int(data.num_batches)
    steps = count(data)
    return None if steps == UNKNOWN else steps


def _fallback_description(
    settings: TrainSettings, train_size: int | None, validation_size: int | None, *, validated: bool
) -> str:
    counts = [f"{size:,}" for size in (train_size, validation_size) if size is not None]
    if not validated:
        words = f"{counts[0] if counts else 'an unknown number of'} examples, no validation data"
    elif len(counts) == 2:
        words = f"{' + '.join(counts)} examples"
    else:
        sizes = {"training": train_size, "validation": validation_size}
        parts = [f"{'an unknown number of' if size is None else f'{size:,}'} {part}" for part, size in sizes.items()]
        words = f"{' and '.join(parts)} examples"
    return f"datasets() of {settings.source}, {words}"
