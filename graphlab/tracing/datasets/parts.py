"""Takes what datasets() returned or yielded apart into training and validation data."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from graphlab.errors import RunError

TRAIN_KEYS = ("train", "training")
VALIDATION_KEYS = ("validation", "val", "valid", "test")
ARRAYS_LINE = "return (x_train, y_train), (x_validation, y_validation)"
DATASET_LINE = "tf.data.Dataset.from_tensor_slices((x, y)).batch(32)"


@dataclass(frozen=True)
class DatasetSplits:
    """The data for training and for validation (None if there is none): a data source, or a tuple of arrays."""

    train: object
    validation: object


def take_apart(result: object) -> DatasetSplits:
    """The parts of what datasets() returned. Raises RunError, with the line that would convert it, for other values."""
    if isinstance(result, Mapping):
        return _by_name(result)
    if is_source(result):
        return DatasetSplits(result, None)
    if isinstance(result, tuple | list):
        return _by_place(tuple(result))
    raise _refused("datasets() must return train or (train, validation)", result)


def take_yielded(generator: Iterator[object], again: Callable[[], Iterator[object]]) -> DatasetSplits:
    """The parts of a datasets() that yields: its two data sources, or its batches, which `again` yields again."""
    first = next(generator, None)
    if first is None:
        raise RunError(f"datasets() yielded nothing; make it yield batches (x, y), or {ARRAYS_LINE}")
    if is_examples(first):
        return DatasetSplits(again, None)
    if not is_source(first):
        return take_apart(first)
    second = next(generator, None)
    return DatasetSplits(first, second)


def is_source(value: object) -> bool:
    """Whether the value itself contains many examples: a dataset, a generator or its function, batches to iterate."""
    if isinstance(value, str | bytes | Mapping | tuple | types.ModuleType | type) or is_array(value):
        return False
    if isinstance(value, list):
        return bool(value) and all(isinstance(one, tuple) and is_examples(one) for one in value)
    return isinstance(value, Iterable) or _is_pydataset(value) or inspect.isroutine(value)


def is_array(value: object) -> bool:
    """Whether the value is a NumPy array, a tensor, or a pandas column or table."""
    return (hasattr(value, "shape") and hasattr(value, "dtype")) or hasattr(value, "to_numpy")


def is_examples(value: object) -> bool:
    """Whether the value is (inputs, labels) or (inputs, labels, weights), each an array or a structure of arrays."""
    if not isinstance(value, tuple | list) or not 2 <= len(value) <= 3 or isinstance(value[0], int | float):
        return False
    return all(_is_arrays(one) for one in value)


def refuse(part: str, value: object) -> RunError:
    """The error for a part that cannot be used for training, with the line that would convert it."""
    return _refused(f"{part} must be data to train on", value)


def kind(value: object) -> str:
    """What kind of value this is, in words for an error."""
    if isinstance(value, tuple | list):
        return f"{type(value).__name__} of {len(value)}"
    return repr(type(value).__name__)


def _by_name(result: Mapping[object, object]) -> DatasetSplits:
    train = next((result[name] for name in TRAIN_KEYS if name in result), None)
    if train is None:
        names = ", ".join(repr(name) for name in result) or "nothing"
        raise RunError(
            f"datasets() returned a dict of {names}; use these keys: return {{'train': ..., 'validation': ...}}"
        )
    return DatasetSplits(train, next((result[name] for name in VALIDATION_KEYS if name in result), None))


def _by_place(result: tuple[object, ...]) -> DatasetSplits:
    if len(result) == 1:
        return take_apart(result[0])
    if len(result) == 2 and (result[1] is None or any(is_source(one) for one in result)):
        return DatasetSplits(*result)
    if is_examples(result) and (len(result) == 3 or not all(is_examples(one) for one in result)):
        return DatasetSplits(result, None)
    if len(result) == 2 and is_examples(result[0]):
        return DatasetSplits(*result)
    if len(result) == 3 and all(is_source(one) or is_examples(one) for one in result):
        return DatasetSplits(*result[:2])  # the third is for a test after training
    if len(result) == 2:
        raise refuse("train", result[0])
    raise _refused("datasets() must return train or (train, validation)", result)


def _is_arrays(value: object) -> bool:
    if is_array(value) or isinstance(value, int | float):
        return True
    if isinstance(value, Mapping):
        return bool(value) and all(_is_arrays(one) for one in value.values())
    return isinstance(value, tuple | list) and bool(value) and all(_is_arrays(one) for one in value)


def _is_pydataset(value: object) -> bool:
    import keras

    return isinstance(value, keras.utils.PyDataset)


def _refused(requirement: str, value: object) -> RunError:
    line = next((line for fits, line in LINES if fits(value)), DATASET_LINE)
    return RunError(f"{requirement}, not {kind(value)}; convert it: {line.format(value=value)}")


def _is_folder(value: object) -> bool:
    return isinstance(value, str | Path) and Path(value).is_dir()


def _is_indexed(value: object) -> bool:
    return hasattr(value, "__getitem__") and hasattr(value, "__len__") and not isinstance(value, str | bytes | tuple)


LINES: tuple[tuple[Callable[[object], bool], str], ...] = (
    (_is_folder, "keras.utils.image_dataset_from_directory({value!r})"),
    (lambda value: hasattr(value, "toarray"), "return (x.toarray(), y), a sparse matrix as an array"),
    (
        is_array,
        f"{ARRAYS_LINE}, inputs with their labels; for a model without labels: "
        "tf.data.Dataset.from_tensor_slices(x).batch(32)",
    ),
    (lambda value: isinstance(value, tuple | list), ARRAYS_LINE),
    (_is_indexed, "[dataset[i] for i in range(len(dataset))] as arrays, or a keras.utils.PyDataset"),
)
