"""The specs of one batch of a source's data, as training would read it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType
from typing import TypeAlias

import keras
import tensorflow as tf

from graphlab.errors import DataError, GraphlabError
from graphlab.sources.failures import describe_failure
from graphlab.tracing.datasets.calls import call_datasets
from graphlab.tracing.datasets.convert import ExampleSource, as_batches, is_unbatched, to_source

# Returns the specs of a batch for a model or function, in the structure of its data; None if no data provides them.
Batch: TypeAlias = Callable[[keras.Model | Callable[..., object]], object]


def no_batch(model: keras.Model | Callable[..., object]) -> object:
    """None, for a source without data."""
    return None


def batch_beside(module: ModuleType, source: str, data: str | None = None) -> Batch:
    """A function that returns the specs of a model's batch, None without datasets(), which it calls once, on demand.

    It raises GraphlabError if datasets() fails or returns something that cannot be used for training.
    """
    if not callable(getattr(module, "datasets", None)):
        return no_batch
    load = functools.cache(lambda: to_source("train", call_datasets(module, source, data=data).train))

    def batch(model: keras.Model | Callable[..., object]) -> object:
        try:
            return _spec_of(load(), model)
        except GraphlabError:
            raise
        except Exception as error:  # the user's code produces the elements
            raise DataError(describe_failure("reading from datasets() failed", error)) from error

    return batch


def _spec_of(source: ExampleSource, model: keras.Model | Callable[..., object]) -> object:
    """The specs of a batch. Data without specs is batched first, as in training."""
    if isinstance(source.data, keras.utils.PyDataset):
        first = source.data[0]
        first = tuple(first) if isinstance(first, list) else first
        return tf.nest.map_structure(lambda array: _with_any_batch(tf.type_spec_from_value(_tensor(array))), first)
    if source.arrays or is_unbatched(source.data, model):
        return source.data.batch(1).element_spec
    return as_batches(source.data).element_spec


def _with_any_batch(spec: tf.TypeSpec) -> tf.TypeSpec:
    if not isinstance(spec, tf.TensorSpec) or not spec.shape.rank:
        return spec
    return tf.TensorSpec([None, *spec.shape[1:]], spec.dtype)


def _tensor(array: object) -> tf.Tensor:
    """Keras converts NumPy floats to its own precision."""
    if isinstance(array, (tf.Tensor, tf.RaggedTensor, tf.SparseTensor)):
        return array
    tensor = tf.convert_to_tensor(array)
    return tf.cast(tensor, keras.config.floatx()) if tensor.dtype == tf.float64 else tensor
