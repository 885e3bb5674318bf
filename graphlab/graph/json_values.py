"""Checked access to JSON values. Each function raises TypeError or ValueError for a value of another kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graphlab.json_value import JsonObject, JsonValue


def text_of(value: JsonValue) -> str:
    """The text itself."""
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} is not text")
    return value


def int_of(value: JsonValue) -> int:
    """The whole number, also from a float or a text that contains one."""
    if not isinstance(value, int | float | str):
        raise TypeError(f"{type(value).__name__} is not a number")
    return int(value)


def ints_of(value: JsonValue) -> tuple[int, ...]:
    """The whole numbers of a list."""
    return tuple(map(int_of, list_of(value)))


def list_of(value: JsonValue) -> Sequence[JsonValue]:
    """The list itself. Text is not a list."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise TypeError(f"{type(value).__name__} is not a list")
    return value


def object_of(value: JsonValue) -> JsonObject:
    """The JSON object itself."""
    if not isinstance(value, Mapping):
        raise TypeError(f"{type(value).__name__} is not an object")
    return value
