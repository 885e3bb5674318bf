"""Calls a source's own datasets(). Independent of training and graphs."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING

from graphlab.errors import GraphlabError, RunError, shortened
from graphlab.sources.data_folders import named_folder
from graphlab.sources.failures import describe_failure
from graphlab.tracing.datasets.parts import DatasetSplits, take_apart, take_yielded

if TYPE_CHECKING:
    import tensorflow as tf

MORE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)  # *arguments and **options are never required
OPTIONS = {"data": "--data FOLDER", "batch_size": "--batch-size N"}  # what datasets() may require


def describe(dataset: tf.data.Dataset, text: str) -> tf.data.Dataset:
    """The same tf.data.Dataset with a description of its data for the page and the terminal."""
    dataset.graphlab_description = text
    return dataset


def description_of(dataset: tf.data.Dataset) -> str | None:
    """The description that `describe` attached to a dataset; None if there is none."""
    text = getattr(dataset, "graphlab_description", None)
    return text if isinstance(text, str) else None


def call_datasets(
    module: ModuleType, source: str, *, data: str | None = None, batch_size: int | None = None
) -> DatasetSplits:
    """The module's training and validation data. Passes `data` and `batch_size` if its datasets() accepts them.

    Raises RunError if its datasets() is missing, fails or returns something other than data.
    """
    function = getattr(module, "datasets", None)
    if not callable(function):
        if function is None or isinstance(function, ModuleType):  # `from keras import datasets` is not data
            raise RunError(f"{source!r} has no data: define datasets() in its file, returning (train, validation)")
        raise RunError(
            f"datasets of {source!r} is {_value_words(function)}, not a function; write: def datasets(): "
            "return (x_train, y_train), (x_validation, y_validation)"
        )
    parameters = _parameters(function)
    folder = named_folder(data) if "data" in parameters else None
    arguments = {"data": str(folder) if folder else None, "batch_size": batch_size}
    options = {name: value for name, value in arguments.items() if name in parameters and value is not None}
    needed = [name for name, one in parameters.items() if one.default is one.empty and one.kind not in MORE]
    missing = [name for name in needed if name not in options]
    if missing:
        raise RunError(_missing_words(missing))
    try:
        result = function(**options)
        if inspect.isgeneratorfunction(function):
            return take_yielded(result, lambda: function(**options))
    except GraphlabError:
        raise
    except Exception as error:
        raise RunError(describe_failure("datasets() failed", error)) from error
    return take_apart(result)


def _parameters(function: Callable[..., object]) -> Mapping[str, inspect.Parameter]:
    try:
        return inspect.signature(function).parameters
    except (TypeError, ValueError):  # implemented in C, without a signature
        return {}


def _value_words(value: object) -> str:
    """`5`, or `a tuple` for a long value."""
    return shortened(repr(value)) if isinstance(value, int | float | str | bool) else f"a {type(value).__name__}"


def _missing_words(missing: Sequence[str]) -> str:
    argument_names = f"argument{'' if len(missing) == 1 else 's'} {', '.join(missing)}"
    ways = [OPTIONS[name] for name in missing if name in OPTIONS]
    line = ", ".join(f"{name}=None" if name in OPTIONS else f"{name}=..." for name in missing)
    advice = f"pass {' and '.join(ways)}, or add defaults" if len(ways) == len(missing) else "add defaults"
    return f"datasets() requires the {argument_names}, but got no value; {advice}: def datasets({line})"
