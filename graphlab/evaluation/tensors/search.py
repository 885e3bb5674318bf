"""Searches a tensor for a number or a text."""

from __future__ import annotations

import operator
import re
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from typing import cast

import numpy as np
from numpy.typing import NDArray

from graphlab.errors import GraphlabError
from graphlab.evaluation.cells.types import Position
from graphlab.evaluation.result import Array
from graphlab.evaluation.tensors.statistics import is_numeric
from graphlab.json_value import JsonObject

MOST_MATCHES = 200
_COMPARED = re.compile(r"(>=|<=|>|<|≥|≤)\s*(.+)")
_COMPARISONS = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "≥": operator.ge,
    "≤": operator.le,
}


@dataclass(frozen=True)
class TensorMatches:
    """How many elements match, the positions of the first 200, and what was searched in words."""

    count: int
    positions: tuple[Position, ...]
    words: str

    def to_json(self) -> JsonObject:
        """The fields as JSON."""
        return cast(JsonObject, asdict(self))


def find_numbers(array: Array, typed: str) -> TensorMatches:
    """The elements that match what was typed.

    `0.25` matches numbers that round to 0.25, or the nearest if there is none, `> 3` the larger ones; `nan`, `inf`,
    `min` and `max` those. In a tensor of texts, the texts that contain it. Raises GraphlabError if it is not a number.
    """
    text = typed.strip()
    if is_numeric(array):
        is_match, words = _numbers(array, text.replace("−", "-").replace(",", ""))
    else:
        parts = [one.decode("utf-8", errors="replace") if isinstance(one, bytes) else str(one) for one in array.flat]
        is_match = np.array([text in part for part in parts], dtype=bool).reshape(array.shape)
        words = f"texts that contain {text!r}"
    places = np.argwhere(is_match)
    positions = tuple(tuple(int(at) for at in place) for place in places[:MOST_MATCHES])
    return TensorMatches(len(places), positions, words)


def _numbers(array: Array, text: str) -> tuple[NDArray[np.bool_], str]:
    numbers = array.astype(np.float64)
    lower = text.lower()
    if lower == "nan":
        return np.isnan(numbers), "NaN"
    if lower in ("inf", "+inf", "infinity", "∞"):
        return np.isposinf(numbers), "infinity"
    if lower in ("-inf", "-infinity", "-∞"):
        return np.isneginf(numbers), "minus infinity"
    if lower in ("min", "max"):
        finite = numbers[np.isfinite(numbers)]
        if not finite.size:
            return np.zeros(numbers.shape, dtype=bool), f"the {lower}"
        return numbers == (finite.min() if lower == "min" else finite.max()), f"the {lower}"
    compared = _COMPARED.fullmatch(text)
    if compared:
        limit = float(_decimal(compared[2], text))
        return np.asarray(_COMPARISONS[compared[1]](numbers, limit)), f"numbers {compared[1]} {compared[2]}"
    number = _decimal(text, text)
    exponent = number.as_tuple().exponent
    room = 0.5 * 10.0 ** int(exponent) if array.dtype.kind == "f" or array.dtype.kind == "V" else 0.0
    is_near = np.abs(numbers - float(number)) <= room * (1 + 1e-9)
    if not is_near.any() and np.isfinite(numbers).any():
        distances = np.where(np.isfinite(numbers), np.abs(numbers - float(number)), np.inf)
        return distances == distances.min(), f"nearest to {text}, which is not there"
    is_equal = bool((numbers[is_near] == float(number)).all())
    return is_near, f"equal to {text}" if is_equal else f"numbers that round to {text}"


def _decimal(number: str, text: str) -> Decimal:
    try:
        decimal = Decimal(number)
        if decimal.is_finite() and abs(decimal.adjusted()) < 400:
            return decimal
    except InvalidOperation:
        pass
    raise GraphlabError(f"{text!r} is not a number: type a number, > or < with a number, nan, inf, min or max")
