"""The results of a graph in short form, for the panel. Knows arrays, not TensorFlow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graphlab.errors import GraphlabError, shortened
from graphlab.evaluation.result import Array, Values
from graphlab.evaluation.table import summary_of
from graphlab.json_value import JsonObject
from graphlab.number_text import value_text

ReadoutKind: TypeAlias = Literal["number", "bars", "rows", "summary", "text"]
MOST_BARS = 32  # also of all rows together
MOST_TEXTS = 4
LONGEST_TEXT = 200
SUM_TOLERANCE = 1e-3  # within which probabilities add up to 1, also in half precision


@dataclass(frozen=True)
class OutputReadout:
    """One result of a graph: a number, a vector as bars, a small batch as bars row by row, or a summary.

    `numbers` that JSON does not have are the texts "nan", "inf" and "-inf". `labels` are those of the bars. `text` says
    what it is: `10 probabilities`. `shape` is that of the tensor: the bars are along its only axis longer than 1,
    rows along the last two of them.
    `differences` are those to the base, of a tensor without `numbers` the largest; `change` says what else has changed.
    """

    op_id: str
    name: str
    kind: ReadoutKind
    text: str
    shape: tuple[int, ...] = ()
    numbers: tuple[float | str, ...] = ()
    labels: tuple[str, ...] = ()
    differences: tuple[float | str, ...] = ()
    change: str = ""

    def to_json(self) -> JsonObject:
        """The readout as JSON."""
        return asdict(self)


def read_outputs(values: Values, class_names: Sequence[str] = (), *, base: Values | None = None) -> list[OutputReadout]:
    """The results of an evaluation in the order of the graph's outputs, with the differences to those of a base.

    A vector with one number for each of `class_names` has these as labels.
    """
    names = values.graph.facts.names
    readouts = [_readout(values, op_id, names.get(op_id, op_id), class_names) for op_id in values.graph.output_ids]
    return readouts if base is None else [_compared(one, values, base) for one in readouts]


def _compared(readout: OutputReadout, values: Values, base: Values) -> OutputReadout:
    """The readout with its differences to the base."""
    try:
        array, before = values[readout.op_id], base[readout.op_id]
    except GraphlabError:
        return readout
    if before.shape != array.shape:
        return replace(readout, change=f"the base has {_sizes(before)}")
    if array.dtype.kind in "SUOcb" or readout.kind == "text":
        return replace(readout, change="as in the base" if np.array_equal(array, before) else "not as in the base")
    with np.errstate(invalid="ignore"):
        differences = (array.astype(np.float64) - before.astype(np.float64)).reshape(-1)
    if readout.numbers:
        return replace(readout, differences=_finite(differences))
    sizes = np.where(np.isnan(differences), np.inf, np.abs(differences))
    largest = differences[int(np.argmax(sizes))] if differences.size else 0.0
    return replace(readout, differences=_finite(np.array([largest])))


def _readout(values: Values, op_id: str, name: str, class_names: Sequence[str]) -> OutputReadout:
    try:
        array = values[op_id]
    except GraphlabError as error:
        return OutputReadout(op_id, name, "text", str(error))
    shape = tuple(array.shape)
    kind = array.dtype.kind
    if kind in "SUO":
        return OutputReadout(op_id, name, "text", _texts(array), shape)
    if kind == "c" or summary_of(array) is None:
        return OutputReadout(op_id, name, "summary", _sizes(array), shape)
    if array.size == 1 and not _is_exact(array):
        return OutputReadout(op_id, name, "text", str(array.reshape(-1)[0]).lower(), shape)
    numbers = array.astype(np.float64).reshape(-1)
    if numbers.size == 1:
        return OutputReadout(op_id, name, "number", "", shape, _finite(numbers))
    if numbers.size <= MOST_BARS and max(shape) == numbers.size:
        labels = class_names if len(class_names) == numbers.size else [str(index) for index in range(numbers.size)]
        return OutputReadout(op_id, name, "bars", _bars_words(numbers), shape, _finite(numbers), tuple(labels))
    columns = numbers.size // _row_count(shape)
    if 1 < columns <= numbers.size <= MOST_BARS and columns < numbers.size:
        labels = class_names if len(class_names) == columns else [str(index) for index in range(columns)]
        words = _rows_words(numbers.reshape(-1, columns))
        return OutputReadout(op_id, name, "rows", words, shape, _finite(numbers), tuple(labels))
    return OutputReadout(op_id, name, "summary", _summary_words(array), shape)


def _is_exact(array: Array) -> bool:
    """Whether a float64 is the number itself: a truth value is none, and large whole numbers would be others."""
    return array.dtype.kind not in "biu" or (array.dtype.kind != "b" and abs(int(array.reshape(-1)[0])) <= 2**53)


def _row_count(shape: tuple[int, ...]) -> int:
    """The rows of a batch of vectors; of another tensor the number of its numbers, so that each row has one."""
    sizes = [size for size in shape if size > 1]
    return sizes[0] if len(sizes) == 2 else math.prod(shape)


def _rows_words(rows: NDArray[np.float64]) -> str:
    kind = "probabilities" if all(map(_is_distribution, rows)) else "numbers"
    return f"{rows.shape[0]} rows of {rows.shape[1]} {kind}"


def _is_distribution(numbers: NDArray[np.float64]) -> bool:
    return bool(((numbers >= 0) & (numbers <= 1)).all()) and abs(float(numbers.sum()) - 1) <= SUM_TOLERANCE


def _finite(numbers: NDArray[np.float64]) -> tuple[float | str, ...]:
    return tuple(number if np.isfinite(number) else str(number) for number in numbers.tolist())


def _bars_words(numbers: NDArray[np.float64]) -> str:
    return f"{numbers.size} {'probabilities' if _is_distribution(numbers) else 'numbers'}"


def _summary_words(array: Array) -> str:
    summary = summary_of(array)
    if summary is None or not np.isfinite(summary.mean):
        return f"{_sizes(array)}, none of them finite"
    low, high, mean = map(value_text, (summary.minimum, summary.maximum, summary.mean))
    lost = f", {summary.not_finite:,} not finite" if summary.not_finite else ""
    return f"{_sizes(array)}, mean {mean}, from {low} to {high}{lost}"


def _sizes(array: Array) -> str:
    sizes = " × ".join(map(str, array.shape)) or "one"
    if not array.size:
        return f"{sizes}: no numbers"
    return f"{sizes} {'complex ' if array.dtype.kind == 'c' else ''}number{'' if array.ndim == 0 else 's'}"


def _texts(array: Array) -> str:
    items = array.reshape(-1)[:MOST_TEXTS].tolist()
    texts = [item.decode("utf-8", errors="replace") if isinstance(item, bytes) else str(item) for item in items]
    if not texts:
        return "no value that can be shown"
    more = f", … ({array.size:,} texts)" if array.size > MOST_TEXTS else ""
    return ", ".join(repr(shortened(text, LONGEST_TEXT)) for text in texts) + more
