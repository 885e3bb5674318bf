"""What a source's own datasets() gives, and where its data is. Knows nothing about training or graphs."""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from types import ModuleType
from typing import Any

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
    """The words that `describe` gave to a data set; None without."""
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


def call_datasets(
    module: ModuleType, source: str, *, data: str | None = None, batch_size: int | None = None
) -> tuple[Any, Any]:
    """(training, validation) as the module gives them; `data` and `batch_size` are passed where it takes them.

    Raises RunError where its datasets() is missing, fails or returns anything else.
    """
    function = getattr(module, "datasets", None)
    if not callable(function):
        raise RunError(f"{source!r} has no data: define datasets() beside it, returning (train, validation)")
    wanted = inspect.signature(function).parameters
    folder = named_folder(data) if "data" in wanted else None
    given = {"data": str(folder) if folder else None, "batch_size": batch_size}
    try:
        result = function(**{name: value for name, value in given.items() if name in wanted and value is not None})
    except GraphlabError:
        raise
    except Exception as error:
        raise RunError(describe_failure("datasets() failed", error)) from error
    return _checked_pair(result)


def _checked_pair(result: Any) -> tuple[Any, Any]:
    import tensorflow as tf

    if not isinstance(result, tuple | list) or len(result) != 2:
        raise RunError(f"datasets() must return (train, validation), not {_kind(result)}")
    for part, dataset in zip(("train", "validation"), result, strict=True):
        if not isinstance(dataset, tf.data.Dataset):
            raise RunError(f"datasets() must return two tf.data.Datasets; {part} is {_kind(dataset)}")
        spec = dataset.element_spec
        if not isinstance(spec, tuple) or len(spec) not in (2, 3):
            raise RunError(f"the elements of {part} must be (inputs, labels), not {_kind(spec)}")
    return result[0], result[1]


def _kind(value: Any) -> str:
    if isinstance(value, tuple | list):
        return f"{type(value).__name__} of {len(value)}"
    return repr(type(value).__name__)
