"""The function of a tf.Module to trace: its call, or its only tf.function."""

from __future__ import annotations

import tensorflow as tf

from graphlab.errors import SourceError
from graphlab.tracing.functions import is_traceable


def is_module(target: object) -> bool:
    """Whether this is a tf.Module."""
    return isinstance(target, tf.Module)


def module_function(module: tf.Module, name: str) -> object:
    """The function of the module to trace. Raises SourceError with the candidates if there is not exactly one."""
    if callable(module):
        return module.__call__
    names = [
        attribute
        for attribute in dir(module)
        if not attribute.startswith("_") and is_traceable(_member(module, attribute))
    ]
    if len(names) == 1:
        return getattr(module, names[0])
    what = f"{name or type(module).__name__!r} is a tf.Module without __call__"
    if names:
        candidates = ", ".join(f"{name}.{one}" if name else one for one in names)
        raise SourceError(f"{what} and with several tf.functions; use one of them: {candidates}")
    raise SourceError(f"{what} and without a tf.function; define one of the two")


def _member(module: tf.Module, name: str) -> object:
    try:
        return getattr(module, name)
    except Exception:  # a property of the user's class may fail
        return None
