"""The names of the functions in a tf.data pipeline, and the lines that made its stages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import tensorflow as tf

from graphlab.graph import Source
from graphlab.graph.stages import stage_kind, stage_name
from graphlab.sources.ownership import is_user_file
from graphlab.tracing import private
from graphlab.tracing.tensorflow_types import DatasetFunction

_READERS = frozenset({"TextLine", "TFRecord", "FixedLengthRecord", "Generator"})
_BUCKETS = "element_to_bucket_id"  # tf.data's name for the key of bucket_by_sequence_length
_SOURCES: dict[int, tuple[tf.data.Dataset, Source]] = {}  # by id, with the dataset


@contextmanager
def note_dataset_lines(line_of_caller: Callable[[], Source | None]) -> Iterator[None]:
    """Record the user's line that creates each dataset while the block runs."""
    original = tf.data.Dataset.__init__
    _SOURCES.clear()

    def noting(dataset: tf.data.Dataset, *args: object, **kwargs: object) -> None:
        original(dataset, *args, **kwargs)
        source = line_of_caller()
        if source is not None:
            _SOURCES[id(dataset)] = dataset, source

    tf.data.Dataset.__init__ = noting
    try:
        yield
    finally:
        tf.data.Dataset.__init__ = original


def creation_line(dataset: tf.data.Dataset) -> Source | None:
    """The line that created a dataset, if `note_dataset_lines` recorded it."""
    return _SOURCES.get(id(dataset), (None, None))[1]


def function_label(op_type: str, wrapper: DatasetFunction) -> str:
    """The label of a stage's group: its method and the user's function, `map normalise`."""
    types = (op.type for op in wrapper.function.graph.get_operations())
    read = next((op_type for op_type in types if stage_kind(op_type) in _READERS), None)
    if stage_kind(op_type) in ("FlatMap", "Interleave") and read is not None:
        return stage_name(read)
    function, _ = private.function_arguments(wrapper)
    name = function_name(function)
    if name == _BUCKETS:
        return "bucket_by_sequence_length"
    return f"{stage_name(op_type)} {name}".strip()


def function_name(function: object) -> str:
    """The name of a function, a partial, a layer or a tf.function; "" for a lambda."""
    target = getattr(function, "func", function)
    name = getattr(target, "__name__", None) or getattr(target, "name", None) or type(target).__name__
    return "" if name == "<lambda>" else str(name)


def function_line(wrapper: DatasetFunction) -> Source | None:
    """The line where the user's function is defined."""
    function, _ = private.function_arguments(wrapper)
    target = getattr(function, "python_function", getattr(function, "func", function))
    code = getattr(getattr(target, "__func__", target), "__code__", None)
    if code is None or not is_user_file(code.co_filename):
        return None
    return Source(code.co_filename, code.co_firstlineno)
