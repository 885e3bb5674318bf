"""Kinds of objects that graphlab cannot show, each with what to do instead. Independent of TensorFlow."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sized
from types import ModuleType

from graphlab.errors import SourceError

MOST_NAMES = 6  # of a table's keys


def refuse(target: object, name: str) -> None:
    """Raise SourceError, with what to do instead, for a common kind of object that graphlab cannot show."""
    for fits, words in _REFUSED:
        if fits(target):
            raise SourceError(f"{repr(name) if name else 'this'} {words(target, name)}")


def _of_package(*packages: str) -> Callable[[object], bool]:
    def fits(target: object) -> bool:
        classes = getattr(target, "__mro__", None) or type(target).__mro__
        return any(cls.__module__.partition(".")[0] in packages for cls in classes)

    return fits


def _table_words(target: object, name: str) -> str:
    """For a dict or list: what it contains, and how to open one item."""
    count = len(target) if isinstance(target, Sized) else 0
    keys: list[object] = list(target) if isinstance(target, Mapping) else list(range(count))
    listing = ", ".join(map(str, keys[:MOST_NAMES])) + (", …" if len(keys) > MOST_NAMES else "")
    words = "1 object" if len(keys) == 1 else f"{len(keys)} objects"
    first = f", such as one = {name or 'them'}[{keys[0]!r}], and open that" if keys else ""
    return f"is a {type(target).__name__} of {words} ({listing}): assign one of them to a name in the file{first}"


def _class_words(target: object, name: str) -> str:
    class_name = str(getattr(target, "__name__", ""))
    variable = class_name.lower()
    return f"is a class: create an object in its file, such as {variable} = {class_name}(), and open {variable}"


def _is_table(target: object) -> bool:
    return isinstance(target, (dict, list, tuple, set)) and not hasattr(target, "_fields")


_REFUSED: list[tuple[Callable[[object], bool], Callable[[object, str], str]]] = [
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
