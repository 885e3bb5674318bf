"""What a source's own datasets() gives, and where its data is. Knows nothing about training or graphs."""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from types import ModuleType
from typing import Any

from graphlab.datasets.parts import Parts, take_apart, take_yielded
from graphlab.errors import DataError, GraphlabError, RunError
from graphlab.paths import expanded, is_there, quoted
from graphlab.source import describe_failure

DATA_VARIABLE = "GRAPHLAB_DATA"
FILE_HAS_NONE = "A model file brings no data. Open FILE.py:NAME with datasets() in it to train."


def describe(dataset: Any, text: str) -> Any:
    """The same tf.data.Dataset, with words about its data for the page and the terminal."""
    dataset.graphlab_description = text
    return dataset


def description_of(dataset: Any) -> str | None:
    """The words that `describe` gave to a dataset; None without."""
    text = getattr(dataset, "graphlab_description", None)
    return text if isinstance(text, str) else None


def named_folder(folder: str | None) -> Path | None:
    """The folder asked for: by name, else by GRAPHLAB_DATA, else None; raises DataError where it does not exist."""
    text = folder or os.environ.get(DATA_VARIABLE)
    if not text:
        return None
    return data_folder(text)


def data_folder(text: str) -> Path:
    """The folder of that path; raises DataError where there is none, or this user may not read it."""
    path = expanded(text)
    if not is_there(path, DataError, told=text) or not path.is_dir():
        raise DataError(f"no such data folder: {quoted(text)}")
    return path.resolve()


def call_datasets(module: ModuleType, source: str, *, data: str | None = None, batch_size: int | None = None) -> Parts:
    """The module's training and validation data; `data` and `batch_size` are passed where its datasets() takes them.

    Raises RunError where its datasets() is missing, fails or returns what is not data.
    """
    function = getattr(module, "datasets", None)
    if not callable(function):
        raise RunError(f"{source!r} has no data: define datasets() beside it, returning (train, validation)")
    wanted = inspect.signature(function).parameters
    folder = named_folder(data) if "data" in wanted else None
    given = {"data": str(folder) if folder else None, "batch_size": batch_size}
    options = {name: value for name, value in given.items() if name in wanted and value is not None}
    try:
        result = function(**options)
        if inspect.isgeneratorfunction(function):
            return take_yielded(result, lambda: function(**options))
    except GraphlabError:
        raise
    except Exception as error:
        raise RunError(describe_failure("datasets() failed", error)) from error
    return take_apart(result)
