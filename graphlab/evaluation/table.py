"""Values as a table: one row an op, with its numbers in words. Knows arrays, not TensorFlow."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TypedDict, cast

import numpy as np
from numpy.typing import NDArray

from graphlab.evaluation.result import Array, Values
from graphlab.graph import format_shape
from graphlab.json_value import JsonValue, finite
from graphlab.number_text import value_text

MOST_WRITTEN = 4  # numbers of an array that are written in a row of the table
MOST_IN_JSON = 64
PART = 2**22  # numbers of an array that are summarised at a time
GAP = "  "  # between two columns
MIN_COLUMN = 8  # characters that a column keeps in a narrow terminal


@dataclass(frozen=True)
class Summary:
    """An array in numbers; of NaN and infinite numbers there are `not_finite`, which the others leave out."""

    mean: float
    std: float
    minimum: float
    maximum: float
    zeros: int
    not_finite: int


class _ProblemPart(TypedDict):
    problem: str
    is_cause: bool


class ValueRow(_ProblemPart):
    """One op in the table: its first output, how often it ran, and why it could not be run.

    `is_cause` is False for an op that was skipped because of another one.
    """

    op: str
    type: str
    layer: str
    tensor: str
    runs: int
    value: JsonValue
    summary: dict[str, float] | None
    gradient: JsonValue
    gradient_summary: dict[str, float] | None


def summary_of(array: Array) -> Summary | None:
    """The summary of an array of real numbers or truth values; None for others and for empty ones."""
    if not array.size or (array.dtype.kind not in "biuf" and array.dtype.name != "bfloat16"):
        return None
    flat = array.reshape(-1)
    count = sum(part.size for part in _finite_parts(flat))
    if not count:
        nan = float("nan")
        return Summary(nan, nan, nan, nan, 0, array.size)
    mean = float(sum(part.sum() for part in _finite_parts(flat))) / count
    squares = float(sum(np.square(part - mean).sum() for part in _finite_parts(flat)))
    parts = [(part.min(), part.max(), np.count_nonzero(part == 0)) for part in _finite_parts(flat) if part.size]
    least, most, zeros = zip(*parts, strict=True)
    return Summary(
        mean, math.sqrt(squares / count), float(min(least)), float(max(most)), int(sum(zeros)), array.size - count
    )


def _finite_parts(flat: Array) -> Iterator[NDArray[np.float64]]:
    """The finite numbers part by part: a copy of a large array in another dtype might not fit into memory."""
    for start in range(0, flat.size, PART):
        part = flat[start : start + PART].astype(np.float64)
        yield part[np.isfinite(part)]


def value_rows(values: Values) -> list[ValueRow]:
    """A row for each op that has a value, in the order of the first run, then one for each that has none."""
    counts = Counter(op_id for op_id, _ in values.order)
    rows = [_row(values, op_id, count) for op_id, count in counts.items()]
    return rows + [_empty_row(values, op_id) for op_id in values.problems if op_id not in counts]


def _row(values: Values, op_id: str, runs: int) -> ValueRow:
    outputs = values.outputs(op_id)
    array = outputs[0] if outputs else np.empty(0, dtype=object)
    gradient = values.gradient(op_id) if values.gradient_of and outputs else None
    op = values.graph.op(op_id)
    tensor = values.runs.last[op_id].outputs
    kind = tensor[0].dtype.name if tensor else ""
    return {
        "op": op_id,
        "type": op.type,
        "layer": op.layer.path if op.layer else "",
        "tensor": f"{kind}[{format_shape(tuple(tensor[0].shape))}]" if tensor else "",
        "runs": runs,
        "value": _numbers(array),
        "summary": _summary(array),
        "gradient": None if gradient is None else _numbers(gradient),
        "gradient_summary": None if gradient is None else _summary(gradient),
        **_problem(values, op_id),
    }


def _empty_row(values: Values, op_id: str) -> ValueRow:
    op = values.graph.op(op_id)
    return {
        "op": op_id,
        "type": op.type,
        "layer": op.layer.path if op.layer else "",
        "tensor": str(op.outputs[0]) if op.outputs else "",
        "runs": 0,
        "value": None,
        "summary": None,
        "gradient": None,
        "gradient_summary": None,
        **_problem(values, op_id),
    }


def _problem(values: Values, op_id: str) -> _ProblemPart:
    return {"problem": values.problems.get(op_id, ""), "is_cause": op_id in values.causes}


def _numbers(array: Array) -> JsonValue:
    """The values where they are few; NaN, infinity and complex numbers as texts, which JSON does not have."""
    if array.size > MOST_IN_JSON or (array.dtype == object and not array.size):
        return None
    return _plain(array.tolist() if array.dtype.kind in "biufcOSU" else array.astype(np.float64).tolist())


def _plain(value: object) -> JsonValue:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    if isinstance(value, complex):
        return f"{value.real:.4g}{value.imag:+.4g}j"
    if isinstance(value, float) and not np.isfinite(value):
        return str(value)
    return cast("JsonValue", value)


def _summary(array: Array) -> dict[str, float] | None:
    summary = summary_of(array)
    return None if summary is None else cast("dict[str, float]", finite(asdict(summary)))


def table_of(rows: list[ValueRow], gradient_of: str, width: int | None = None) -> str:
    """The rows as text in columns, and below them the ops without a value.

    The columns are cut to fit into lines of `width` characters, the names of ops at their beginning.
    """
    head = ["OP", "TYPE", "TENSOR", "VALUE", *([f"∂{gradient_of}"] if gradient_of else [])]
    lines = [head, *(_cells(row, with_gradient=bool(gradient_of)) for row in rows if row["runs"])]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    if width is not None:
        widths = _narrowed(widths, width - len(GAP) * (len(head) - 1))
    text = [_line(line, widths) for line in lines]
    text += [f"{row['op']} has no value: {row['problem']}" for row in rows if row["is_cause"]]
    skipped = sum(1 for row in rows if row["problem"] and not row["is_cause"])
    if skipped:
        text.append(f"{skipped:,} {'op' if skipped == 1 else 'ops'} that read these could not be computed.")
    return "\n".join(text)


def _cells(row: ValueRow, *, with_gradient: bool) -> list[str]:
    is_text = row["tensor"].startswith("string")
    times = f" (run {row['runs']} times)" if row["runs"] > 1 else ""
    cells = [row["op"], row["type"], row["tensor"], _words(row["value"], row["summary"], is_text=is_text) + times]
    gradient = _words(row["gradient"], row["gradient_summary"], is_text=False) or "–"
    return [*cells, *([gradient] if with_gradient else [])]


def _narrowed(widths: list[int], room: int) -> list[int]:
    """The widths with the widest ones cut, so that their sum fits; names of ops keep twice as much as the others."""
    most = max(widths)
    while most > MIN_COLUMN and sum(_limited(widths, most)) > room:
        most -= 1
    return _limited(widths, most)


def _limited(widths: list[int], most: int) -> list[int]:
    op, *others = widths
    return [min(op, 2 * most), *(min(one, most) for one in others)]


def _line(cells: list[str], widths: list[int]) -> str:
    op, *others = cells
    op = op if len(op) <= widths[0] else f"…{op[len(op) - widths[0] + 1 :]}"
    short = [op, *(_cut(cell, width) for cell, width in zip(others, widths[1:], strict=True))]
    return GAP.join(cell.ljust(width) for cell, width in zip(short, widths, strict=True)).rstrip()


def _cut(cell: str, width: int) -> str:
    return cell if len(cell) <= width else f"{cell[: width - 1]}…"


def _words(value: JsonValue, summary: dict[str, float] | None, *, is_text: bool) -> str:
    """`42`, `[[1, 2]]`, or of many numbers their mean and range."""
    flat = _flat(value)
    if value is not None and len(flat) <= MOST_WRITTEN:
        return _bracketed(value, is_text=is_text)
    if summary is None:
        first = ", ".join(_bracketed(item, is_text=is_text) for item in flat[:MOST_WRITTEN])
        return "" if value is None else f"[{first}, …]"
    if summary["mean"] is None:
        return f"{int(summary['not_finite']):,} not finite"
    suffix = f", {int(summary['not_finite']):,} not finite" if summary["not_finite"] else ""
    low, high = value_text(summary["minimum"]), value_text(summary["maximum"])
    return f"mean {value_text(summary['mean'])}, {low} to {high}{suffix}"


def _flat(value: JsonValue) -> list[JsonValue]:
    return [item for part in value for item in _flat(part)] if isinstance(value, list) else [value]


def _bracketed(value: JsonValue, *, is_text: bool) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_bracketed(item, is_text=is_text) for item in value)}]"
    if is_text:
        return ascii(value)
    return value_text(value) if isinstance(value, float) else str(value)
