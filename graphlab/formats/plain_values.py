"""Arrays of a file as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphlab.graph import JsonValue

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def plain_values(array: NDArray[np.generic]) -> JsonValue:
    """The values as nested lists; what JSON has no number for (NaN, infinity, complex numbers) as text."""
    known = array.dtype.kind in "biufcOSU"
    return _plain(array.tolist() if known else array.astype("float64").tolist())


def _plain(value: object) -> JsonValue:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    if isinstance(value, float) and value - value != 0:
        return str(value)
    return str(value) if isinstance(value, complex) else value
