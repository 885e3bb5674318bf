"""Arrays of a file as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from graphlab.graph import JsonValue

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


Plain: TypeAlias = "bool | int | float | str | bytes | complex | list[Plain] | None"  # what tolist() returns


def plain_values(array: NDArray[np.generic]) -> JsonValue:
    """The values as nested lists; values that JSON cannot represent (NaN, infinity, complex numbers) become text."""
    is_native = array.dtype.kind in "biufcOSU"
    values: Plain = array.tolist() if is_native else array.astype("float64").tolist()
    return _plain(values)


def _plain(value: Plain) -> JsonValue:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    if isinstance(value, float) and value - value != 0:
        return str(value)
    return str(value) if isinstance(value, complex) else value
