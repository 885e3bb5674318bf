"""Class weights and callbacks from the model's file, each as a value or a function."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from graphlab.errors import GraphlabError, RunError
from graphlab.sources.class_names import find_class_names
from graphlab.sources.failures import describe_failure

if TYPE_CHECKING:
    import keras

CLASS_WEIGHT_NAMES = ("CLASS_WEIGHT", "CLASS_WEIGHTS", "class_weight", "class_weights")
CALLBACK_NAMES = ("CALLBACKS", "callbacks")


def find_class_weight(module: ModuleType) -> dict[int, float] | None:
    """The weight of each class by its number; None without weights. Raises RunError if not one number per class."""
    name, value = _find(module, CLASS_WEIGHT_NAMES)
    if value is None:
        return None
    if isinstance(value, Mapping):
        weights = dict(value)
    elif isinstance(value, Sequence | np.ndarray) and not isinstance(value, str):
        weights = dict(enumerate(value))
    else:
        raise RunError(f"{name} must be a dict of class to weight, such as {{0: 1.0, 1: 5.0}}, not {value!r}")
    classes = find_class_names(module)
    return {_class_number(name, key, classes): _weight(name, key, weight) for key, weight in weights.items()} or None


def find_callbacks(module: ModuleType) -> list[keras.callbacks.Callback]:
    """The Keras callbacks beside the model, in order. Raises RunError if the list contains anything else."""
    import keras

    name, value = _find(module, CALLBACK_NAMES)
    if value is None:
        return []
    callbacks = list(value) if isinstance(value, list | tuple) else [value]
    for one in callbacks:
        if not isinstance(one, keras.callbacks.Callback):
            hint = "; call it: add ()" if isinstance(one, type) else ""
            raise RunError(f"{name} must contain keras.callbacks.Callback objects, not {one!r}{hint}")
    return callbacks


def _find(module: ModuleType, names: Sequence[str]) -> tuple[str, object]:
    """The first of these names that has a value in the module, and the value. A function is called."""
    import keras

    for name in names:
        value = getattr(module, name, None)
        # `from keras import callbacks` and `from sklearn.utils import class_weight` are not settings.
        if value is None or isinstance(value, ModuleType | type):
            continue
        if not callable(value) or isinstance(value, keras.callbacks.Callback):
            return name, value
        try:
            return f"{name}()", value()
        except GraphlabError:
            raise
        except Exception as error:
            raise RunError(describe_failure(f"{name}() failed", error)) from error
    return "", None


def _class_number(name: str, key: object, classes: Sequence[str]) -> int:
    if isinstance(key, str) and key in classes:
        return classes.index(key)
    if isinstance(key, int | np.integer) and not isinstance(key, bool) and key >= 0:
        return int(key)
    hint = f", or one of CLASS_NAMES ({', '.join(classes)})" if classes else ""
    raise RunError(f"{name} has the class {key!r}; a class is a number, starting at 0{hint}")


def _weight(name: str, key: object, weight: float | str) -> float:
    try:
        number = float(weight)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number) or number < 0:
        raise RunError(f"{name} gives class {key!r} the weight {weight!r}; a weight must be 0 or more")
    return number
