"""The class names of a source's data, from its CLASS_NAMES."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType

from graphlab.errors import RunError, shortened


def find_class_names(module: ModuleType) -> tuple[str, ...]:
    """The names of the classes in the order of their numbers; () if there are none. Raises RunError if unordered."""
    value = getattr(module, "CLASS_NAMES", None)
    if value is None:
        return ()
    if isinstance(value, Mapping) and set(value) == set(range(len(value))):
        value = [value[number] for number in range(len(value))]
    if hasattr(value, "tolist"):  # NumPy, pandas
        value = value.tolist()
    if not isinstance(value, Sequence):
        text = shortened(repr(value))
        raise RunError(f"CLASS_NAMES must be a list of class names, such as ['cat', 'dog'], not {text}")
    return tuple(str(one) for one in value)


def class_names_to_show(module: ModuleType) -> tuple[str, ...]:
    """As `find_class_names`, but () if unordered: the data can be shown by number, and training reports the error."""
    try:
        return find_class_names(module)
    except RunError:
        return ()
