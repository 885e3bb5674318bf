"""Which Python objects are functions to trace, and with which arguments."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TypeGuard

from graphlab.errors import GraphlabError, SourceError
from graphlab.tracing.functions import missing_inputs
from graphlab.tracing.models.batch_specs import Batch

WHOLE = frozenset({"batch", "data", "element", "example", "examples", "features", "inputs_and_labels"})


def as_function(target: object, name: str) -> object:
    """The function behind a partial object or an object with __call__; any other object unchanged."""
    if isinstance(target, functools.partial):
        function = functools.partial(target.func, *target.args, **target.keywords)
        function.__name__ = getattr(target.func, "__name__", "") or name  # type: ignore[attr-defined]
        return function
    if isinstance(target, type) or inspect.isroutine(target) or hasattr(target, "get_concrete_function"):
        return target
    return target.__call__ if callable(target) else target


def is_function(target: object) -> TypeGuard[Callable[..., object]]:
    """Whether this is callable Python code: a function, a method, a partial object."""
    return inspect.isroutine(target) or isinstance(target, functools.partial)


def inputs_from(function: Callable[..., object], batch: Batch) -> list[object]:
    """The specs of a function's arguments, from the datasets() beside it; [] if it needs none or they do not fit.

    Raises SourceError if datasets() could provide them but fails.
    """
    missing = missing_inputs(function)
    if not missing:
        return []
    try:
        specs = batch(function)
    except GraphlabError as error:
        raise SourceError(f"the inputs of the function are unknown: {error}") from error
    if specs is None or (len(missing) == 1 and missing[0] in WHOLE):
        return [] if specs is None else [specs]
    parts = list(specs) if isinstance(specs, tuple) else [specs]
    return parts[: len(missing)] if len(parts) >= len(missing) else []
