"""Kinds of objects that people give and that are never shown, each with the way out. Knows nothing about TensorFlow."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from graphlab.errors import SourceError

MOST_NAMES = 6  # of a table's keys


def refuse(target: Any, name: str) -> None:
    """Raise SourceError with the way out for an object of a kind that people give and that is never shown."""
    for fits, words in _REFUSED:
        if fits(target):
            raise SourceError(f"{repr(name) if name else 'this'} {words(target, name)}")


def _of_package(*packages: str) -> Callable[[Any], bool]:
    def fits(target: Any) -> bool:
        classes = getattr(target, "__mro__", None) or type(target).__mro__
        return any(cls.__module__.partition(".")[0] in packages for cls in classes)

    return fits


def _table_words(target: Any, name: str) -> str:
    """For a dict or list: of what, and how to open one of it."""
    keys = list(target) if isinstance(target, Mapping) else list(range(len(target)))
    shown = ", ".join(map(str, keys[:MOST_NAMES])) + (", …" if len(keys) > MOST_NAMES else "")
    count = "1 object" if len(keys) == 1 else f"{len(keys)} objects"
    first = f", such as one = {name or 'them'}[{keys[0]!r}], and open that" if keys else ""
    return f"is a {type(target).__name__} of {count} ({shown}): assign one of them to a name in the file{first}"


def _class_words(target: Any, name: str) -> str:
    made = target.__name__.lower()
    return f"is a class: create an object in its file, such as {made} = {target.__name__}(), and open {made}"


def _is_table(target: Any) -> bool:
    return isinstance(target, (dict, list, tuple, set)) and not hasattr(target, "_fields")


_REFUSED: list[tuple[Callable[[Any], bool], Callable[[Any, str], str]]] = [
    (
        _of_package("tf_keras"),
        lambda target, name: (
            "is from tf_keras, which is Keras 2, and graphlab shows Keras 3: import keras instead of "
            "tf_keras (and unset TF_USE_LEGACY_KERAS), or save it with model.save('model.h5') and open that file"
        ),
    ),
    (
        _of_package("torch"),
        lambda target, name: (
            "is from PyTorch, and graphlab shows TensorFlow: export it with torch.onnx.export and open the .onnx file"
        ),
    ),
    (lambda target: isinstance(target, type), _class_words),
    (lambda target: isinstance(target, ModuleType), lambda target, name: "is a module: name an object in it"),
    (lambda target: _is_table(target), _table_words),
    (
        lambda target: inspect.iscoroutinefunction(target) or inspect.isasyncgenfunction(target),
        lambda target, name: "is an async function, which TensorFlow cannot trace: use a plain function",
    ),
    (
        lambda target: inspect.isgeneratorfunction(getattr(target, "python_function", target)),
        lambda target, name: (
            "is a generator function, which TensorFlow cannot trace: use a function that returns "
            "tensors, or tf.data.Dataset.from_generator(...) to look at the data"
        ),
    ),
]
