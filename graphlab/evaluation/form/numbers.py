"""Numbers as people type them into a field, in the dtype of an input."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from graphlab.errors import SourceError, shortened
from graphlab.evaluation.result import Array
from graphlab.json_value import JsonValue

LIKE = "write a number like 3, -0.5 or 1e-3"
TRUTHS = {"true": True, "1": True, "false": False, "0": False}
_INFINITE = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)
_WHOLE = re.compile(r"[+-]?\d+(\.0*)?")


def typed_number(text: JsonValue, dtype: tf.DType) -> bool | int | float | complex:
    """The number in a text. Raises SourceError for other texts, and for what the dtype cannot hold."""
    if not isinstance(text, str | int | float):
        raise SourceError(f"{shortened(repr(text), 60)} is not a number; {LIKE}")
    words = str(text).strip().replace("−", "-")
    if not words:
        raise SourceError(f"the field is empty; {LIKE}")
    if dtype == tf.bool:
        return _truth(words)
    if dtype.is_integer:
        return _whole(words, dtype)
    try:
        number = complex(words.replace(" ", "")) if dtype.is_complex else float(words)
    except ValueError:
        raise SourceError(f"{shortened(words, 60)!r} is not a number; {LIKE}") from None
    largest = max(abs(number.real), abs(number.imag))
    most = dtype.real_dtype.max if dtype.is_complex else dtype.max
    if largest > float(most) and not (math.isinf(largest) and (dtype.is_complex or _INFINITE.fullmatch(words))):
        raise SourceError(
            f"{shortened(words, 60)} is too large for {dtype.name}, which goes up to {float(most):.2g}; "
            "for infinity write inf"
        )
    return number


def _truth(words: str) -> bool:
    if words.lower() not in TRUTHS:
        raise SourceError(f"{shortened(words, 60)!r} is not a truth value; write true or false")
    return TRUTHS[words.lower()]


def _whole(words: str, dtype: tf.DType) -> int:
    if not _WHOLE.fullmatch(words):
        try:
            number = float(words)
        except ValueError:
            raise SourceError(f"{shortened(words, 60)!r} is not a whole number; write one like 3 or -2") from None
        if not number.is_integer():
            raise SourceError(f"{shortened(words, 60)} is not a whole number, which {dtype.name} requires")
        words = f"{number:.0f}"
    least, most = int(dtype.min), int(dtype.max)
    digits = words.partition(".")[0]
    number = int(digits) if len(digits) < 40 else math.inf
    if not least <= number <= most:
        raise SourceError(f"{shortened(words, 60)} is outside of {dtype.name}, which goes from {least:,} to {most:,}")
    return int(number)


def typed_grid(value: JsonValue, dtype: tf.DType) -> Array:
    """The array of a grid's texts, a list or a list of rows. Raises SourceError and names the cell that is wrong."""
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise SourceError("the grid is empty; add a number")
    rows = [row if isinstance(row, list | tuple) else [row] for row in value]
    if len({len(row) for row in rows}) > 1:
        raise SourceError("the rows of the grid have different lengths; fill or remove the short ones")
    is_matrix = any(isinstance(row, list | tuple) for row in value)
    numbers = [
        [_cell(text, dtype, (row, column) if is_matrix else (row,)) for column, text in enumerate(texts)]
        for row, texts in enumerate(rows)
    ]
    array: Array = np.array(numbers, numpy_dtype(dtype))
    return array if is_matrix else array.reshape(-1)


def _cell(text: JsonValue, dtype: tf.DType, place: tuple[int, ...]) -> object:
    try:
        return typed_number(text, dtype)
    except SourceError as error:
        where = f"element {place[0]}" if len(place) == 1 else f"row {place[0]}, column {place[1]}"
        raise SourceError(f"{where}: {error}") from None


def numpy_dtype(dtype: tf.DType) -> type[np.generic]:
    """NumPy's dtype for typed numbers; float64 for all fractions, because NumPy has no bfloat16."""
    kind: type[np.generic] = np.float64 if dtype.is_floating else dtype.as_numpy_dtype
    return kind
