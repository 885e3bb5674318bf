"""JSON values as a type. Independent of graphs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

# What json.dumps accepts. JSON that was read contains lists and dicts.
JsonValue: TypeAlias = "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
JsonObject: TypeAlias = Mapping[str, JsonValue]


def as_object(value: Mapping[str, object]) -> JsonObject:
    """A typed dict as a JSON object, for the type checker."""
    return cast(JsonObject, value)


def finite(value: JsonValue) -> JsonValue:
    """The value with null instead of each number that is NaN or infinite."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return value
