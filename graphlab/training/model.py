"""The compiled Keras model that a source names, and its learning rate."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING

from graphlab.errors import RunError
from graphlab.number_text import setting_text
from graphlab.sources import SourceSpec
from graphlab.sources.failures import describe_failure
from graphlab.sources.objects import find_object
from graphlab.sources.refused import refuse

if TYPE_CHECKING:
    import keras


def find_model(spec: SourceSpec, module: ModuleType) -> keras.Model:
    """The source's compiled Keras model, or the one that its function without arguments returns; else RunError."""
    import keras

    model = find_object(spec, module)
    if not isinstance(model, keras.Model):
        refuse(model, spec.text)
    if not isinstance(model, keras.Model) and callable(model) and _takes_nothing(model):
        try:
            model = model()
        except Exception as error:
            raise RunError(describe_failure(f"calling {spec.text!r} failed", error)) from error
    if not isinstance(model, keras.Model):
        kind = type(model).__name__
        raise RunError(
            f"{spec.text!r} is not a Keras model (its type is {kind}); only a compiled keras.Model can be trained"
        )
    if not model.compiled:
        raise RunError(f"the model {model.name!r} is not compiled; call compile(optimizer=..., loss=...) first")
    return model


def set_learning_rate(model: keras.Model, learning_rate: float) -> None:
    """Give the compiled optimizer another learning rate. Raises RunError if it follows a schedule."""
    try:
        model.optimizer.learning_rate = learning_rate
    except TypeError as error:
        kind = type(model.optimizer).__name__
        raise RunError(f"{kind} uses a learning-rate schedule; omit the learning rate {learning_rate}") from error


def learning_rate_of(model: keras.Model) -> float | None:
    """The rate of the next step, even if a schedule sets it; None if the optimizer has none."""
    try:
        rate = float(model.optimizer.learning_rate)
    except (AttributeError, TypeError, ValueError):
        return None
    return float(setting_text(rate)) if math.isfinite(rate) else None


def _takes_nothing(function: Callable[..., object]) -> bool:
    """Whether the function can be called without arguments."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    optional = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return all(one.default is not one.empty or one.kind in optional for one in parameters)
