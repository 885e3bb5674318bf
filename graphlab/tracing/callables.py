"""Which Python objects are functions to trace, what a function is called on, and why other objects cannot be shown."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import tensorflow as tf

from graphlab.errors import GraphlabError, SourceError
from graphlab.tracing.beside import Batch
from graphlab.tracing.functions import missing_inputs

WHOLE = frozenset({"batch", "data", "element", "example", "examples", "features", "inputs_and_labels"})
MOST_NAMES = 6  # of a table's keys


def as_function(target: Any, name: str) -> Any:
    """The function of a partial object, or of an object with __call__; anything else as it is."""
    if isinstance(target, functools.partial):
        named = functools.partial(target.func, *target.args, **target.keywords)
        named.__name__ = getattr(target.func, "__name__", "") or name  # type: ignore[attr-defined]
        return named
    if isinstance(target, type) or inspect.isroutine(target) or hasattr(target, "get_concrete_function"):
        return target
    return target.__call__ if callable(target) else target


def is_function(target: Any) -> bool:
    """Whether this is Python code that can be called: a function, a method, a partial object."""
    return inspect.isroutine(target) or isinstance(target, functools.partial)


def refuse(target: Any, name: str) -> None:
    """Raise SourceError with the way out for an object of a kind that people give and that is never shown."""
    for fits, words in _REFUSED:
        if fits(target):
            raise SourceError(f"{repr(name) if name else 'this'} {words(target, name)}")


def inputs_from(function: Any, batch: Batch) -> list[Any]:
    """The specs of a function's arguments as the data beside it gives them; [] where it needs none, or they do not fit.

    Raises SourceError where datasets() could tell them and fails.
    """
    missing = missing_inputs(function)
    if not missing:
        return []
    try:
        found = batch()
    except GraphlabError as error:
        raise SourceError(f"the inputs of the function are not known, as {error}") from error
    if found is None or (len(missing) == 1 and missing[0] in WHOLE):
        return [] if found is None else [found]
    parts = list(found) if isinstance(found, tuple) else [found]
    return parts[: len(missing)] if len(parts) >= len(missing) else []


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
    return f"is a {type(target).__name__} of {count} ({shown}): give one of them a name in its file{first}"


def _class_words(target: Any, name: str) -> str:
    made = target.__name__.lower()
    return f"is a class: make one in its file, such as {made} = {target.__name__}(), and open {made}"


def _is_table(target: Any) -> bool:
    return isinstance(target, (dict, list, tuple, set)) and not hasattr(target, "_fields")


_REFUSED: list[tuple[Callable[[Any], bool], Callable[[Any, str], str]]] = [
    (
        _of_package("tf_keras"),
        lambda target, name: (
            "is of tf_keras, which is Keras 2, and graphlab shows Keras 3: import keras in place of "
            "tf_keras (and unset TF_USE_LEGACY_KERAS), or save it with model.save('model.h5') and open that file"
        ),
    ),
    (
        _of_package("torch"),
        lambda target, name: (
            "is of PyTorch, and graphlab shows TensorFlow: write it with torch.onnx.export and open the .onnx file"
        ),
    ),
    (lambda target: isinstance(target, type), _class_words),
    (lambda target: isinstance(target, ModuleType), lambda target, name: "is a module: name what to open in it"),
    (lambda target: _is_table(target), _table_words),
    (
        lambda target: inspect.iscoroutinefunction(target) or inspect.isasyncgenfunction(target),
        lambda target, name: "is an async function, which TensorFlow cannot trace: give a plain function",
    ),
    (
        lambda target: inspect.isgeneratorfunction(_python(target)),
        lambda target, name: (
            "is a generator function, which TensorFlow cannot trace: give a function that returns "
            "tensors, or tf.data.Dataset.from_generator(...) to look at the data"
        ),
    ),
]


def _python(target: Any) -> Any:
    return getattr(target, "python_function", target) if not isinstance(target, tf.Module) else target
