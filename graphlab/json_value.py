"""What JSON can hold, as a type. Knows nothing about graphs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

Json = Mapping[str, "Json"] | Sequence["Json"] | str | int | float | bool | None
JsonObject = dict[str, Json]


def finite(value: Json) -> Json:
    """The value with null instead of each number that is NaN or infinite."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return value
