"""Words for a Keras object's settings in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeGuard

from graphlab.explain.facts import format_number, format_value
from graphlab.graph import JsonValue
from graphlab.graph.json_values import ints_of

Settings = Mapping[str, JsonValue]
Words = str | Callable[[Settings], str]


def each(settings: Settings, key: str, noun: str) -> str:
    """`each of the 256 neurons`; `the one neuron` for 1; `each neuron` if the number is unknown."""
    value = settings.get(key)
    if not is_number(value):
        return f"each {noun}"
    return f"the one {noun}" if value == 1 else f"each of the {format_number(int(value))} {noun}s"


def is_number(value: JsonValue) -> TypeGuard[int]:
    """Whether a setting is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_real(value: JsonValue) -> TypeGuard[float]:
    """Whether a setting is a number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def number(settings: Settings, key: str, default: str) -> str:
    """A setting as a number; `default` if it is not one."""
    value = settings.get(key)
    return format_value(value) if is_real(value) else default


def count(value: int, noun: str) -> str:
    """`one step`, `3 steps`."""
    return f"one {noun}" if value == 1 else f"{format_number(value)} {noun}s"


def sizes(settings: Settings, key: str) -> tuple[int, ...]:
    """The sizes in a setting of one or several whole numbers; () for other values."""
    value = settings.get(key)
    if is_number(value):
        return (int(value),)
    if isinstance(value, Sequence) and not isinstance(value, str) and all(map(is_number, value)):
        return ints_of(value)
    return ()


def by(numbers: Sequence[int]) -> str:
    """`3 × 3`."""
    return " × ".join(map(str, numbers))


def alike(numbers: Sequence[int]) -> str:
    """`2` if all are equal, else `2 × 1`."""
    return str(numbers[0]) if len(set(numbers)) == 1 else by(numbers)


def axes_words(settings: Settings, key: str = "axis") -> str:
    """` along axis 1`, ` along axes 1 and 2`, ` along the last axis`; "" if there is none."""
    axes = sizes(settings, key)
    if not axes:
        return ""
    if axes == (-1,):
        return " along the last axis"
    if len(axes) == 1:
        return f" along axis {axes[0]}"
    return f" along axes {', '.join(map(str, axes[:-1]))} and {axes[-1]}"


def percent(value: JsonValue) -> str:
    """`25%`, `12.5%`; "some" if it is not a rate."""
    return f"{float(value) * 100:.4g}%" if is_real(value) else "some"
