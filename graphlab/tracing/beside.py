"""What one batch of the data beside a source is: the structure that its datasets() gives, as TensorFlow's specs."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import keras
import tensorflow as tf

from graphlab.datasets import named_folder
from graphlab.errors import DataError, GraphlabError
from graphlab.source import describe_failure

Batch = Callable[[], Any]


def no_batch() -> Any:
    """For a source without data."""
    return None


def batch_beside(module: ModuleType, data: str | None = None) -> Batch:
    """A function that gives the specs of a batch, None without datasets(), which it calls once, when first asked.

    It raises DataError where datasets() fails or gives nothing that can be read.
    """
    function = getattr(module, "datasets", None)
    return functools.cache(lambda: _batch(function, data)) if callable(function) else no_batch


def _batch(function: Callable[..., Any], data: str | None) -> Any:
    try:
        takes_folder = "data" in inspect.signature(function).parameters
        folder = named_folder(data) if takes_folder else None
        given = function(**{"data": str(folder)} if folder else {})
        spec = _spec_of(_training_part(given))
    except GraphlabError:
        raise
    except Exception as error:
        raise DataError(describe_failure("datasets() failed", error)) from error
    if spec is None:
        raise DataError(f"datasets() gives {type(given).__name__!r}, of which no batch can be read")
    return spec


def _training_part(given: Any) -> Any:
    """The first of what datasets() returns for training and validation; of arrays that is (inputs, labels)."""
    if isinstance(given, (tuple, list)) and given and not _is_array(given[0]):
        return given[0]
    return given


def _spec_of(data: Any) -> Any:
    """The specs of a batch; None for what has none."""
    if isinstance(data, tf.data.Dataset):
        return data.element_spec
    if isinstance(data, keras.utils.PyDataset):
        return _batch_spec(data[0])
    if isinstance(data, Iterator):
        return _batch_spec(next(data))
    return _batch_spec(data) if _is_data(data) else None


def _batch_spec(batch: Any) -> Any:
    """The specs of arrays whose first size is that of the batch, which may vary."""
    batch = tuple(batch) if isinstance(batch, list) else batch
    return tf.nest.map_structure(lambda array: _with_any_batch(tf.type_spec_from_value(_tensor(array))), batch)


def _with_any_batch(spec: Any) -> Any:
    if not isinstance(spec, tf.TensorSpec) or not spec.shape.rank:
        return spec
    return tf.TensorSpec([None, *spec.shape[1:]], spec.dtype)


def _tensor(array: Any) -> Any:
    """Keras hands on floats of NumPy in its own precision."""
    if isinstance(array, (tf.Tensor, tf.RaggedTensor, tf.SparseTensor)):
        return array
    tensor = tf.convert_to_tensor(array)
    return tf.cast(tensor, keras.config.floatx()) if tensor.dtype == tf.float64 else tensor


def _is_array(value: Any) -> bool:
    return hasattr(value, "shape") and hasattr(value, "dtype")


def _is_data(data: Any) -> bool:
    return _is_array(data) or (isinstance(data, (tuple, list, dict)) and any(map(_is_array, tf.nest.flatten(data))))
