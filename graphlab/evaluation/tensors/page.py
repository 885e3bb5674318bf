"""The part of a tensor that the drawer shows: two axes of it, and a window on these. Large windows are averaged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import isfinite
from typing import cast

import numpy as np

from graphlab.errors import GraphlabError
from graphlab.evaluation.cells.numbers import plain
from graphlab.evaluation.cells.types import Number, Numbers, wide
from graphlab.evaluation.result import Array
from graphlab.evaluation.tensors.statistics import (
    Limits,
    TensorStatistics,
    is_numeric,
    limits_of,
    tensor_statistics,
)
from graphlab.graph.json_values import int_of, ints_of
from graphlab.json_value import JsonObject, finite

MOST_CELLS = 16_384  # of one page
MOST_ON_A_SIDE = 512
DIGITS = 9  # of a number in a page: a float32 and no more
NO_AXIS = -1


@dataclass(frozen=True)
class TensorRequest:
    """Which part of a tensor to show.

    `at` is an index for each axis; those of the two shown axes do not count. An axis of -1 does not exist: a vector has
    columns only, a single number has neither. The window begins at `top` and `left`.
    """

    row_axis: int
    column_axis: int
    at: tuple[int, ...]
    top: int
    left: int
    height: int
    width: int
    statistics: bool


@dataclass(frozen=True)
class TensorPage:
    """A window on two axes of a tensor.

    `axes` are the names of all axes, "" where unknown. `rows` and `columns` are the sizes of the two shown axes. Each
    of the `cells` stands for `row_step` by `column_step` numbers and is their mean; a text is NaN, infinity, or the
    element of a tensor of texts. `own` are the limits of the numbers on the shown axes, outside of the window too.
    `statistics`, on request, are of the whole tensor. `outputs` counts the outputs of the op.
    """

    dtype: str
    shape: tuple[int, ...]
    axes: tuple[str, ...]
    row_axis: int
    column_axis: int
    at: tuple[int, ...]
    rows: int
    columns: int
    top: int
    left: int
    height: int
    width: int
    row_step: int
    column_step: int
    cells: tuple[tuple[Number, ...], ...]
    own: Limits | None
    statistics: TensorStatistics | None
    outputs: int = 1

    def to_json(self) -> JsonObject:
        """The fields as JSON."""
        return cast(JsonObject, finite(cast(JsonObject, asdict(self) | {"cells": [list(row) for row in self.cells]})))


def tensor_request(body: JsonObject, shape: Sequence[int], axes: Sequence[str]) -> TensorRequest:
    """The request of a page. Without axes, height and width are shown, else the last two axes.

    Raises GraphlabError for axes, indices or a window that the tensor does not have.
    """
    rank = len(shape)
    rows, columns = _first_axes(rank, axes)
    try:
        row_axis = int_of(body.get("row_axis", rows))
        column_axis = int_of(body.get("column_axis", columns))
        at = ints_of(body.get("at") or [0] * rank)
        top, left = int_of(body.get("top", 0)), int_of(body.get("left", 0))
        height, width = int_of(body.get("height", 0)), int_of(body.get("width", 0))
    except (TypeError, ValueError) as error:
        raise GraphlabError(f"this part of a tensor is not described by whole numbers: {error}") from error
    _check_axes(row_axis, column_axis, rank)
    pair = (row_axis, column_axis)
    if len(at) != rank or any(not 0 <= place < shape[axis] for axis, place in enumerate(at) if axis not in pair):
        raise GraphlabError(f"the indices {list(at)} are outside of a tensor of shape {list(shape)}")
    sizes = [shape[axis] if axis != NO_AXIS else 1 for axis in pair]
    top, left = (min(max(0, start), max(0, size - 1)) for start, size in zip((top, left), sizes, strict=True))
    height = min(height if height > 0 else sizes[0], sizes[0] - top)
    width = min(width if width > 0 else sizes[1], sizes[1] - left)
    return TensorRequest(row_axis, column_axis, at, top, left, height, width, bool(body.get("statistics")))


def _first_axes(rank: int, axes: Sequence[str]) -> tuple[int, int]:
    """The axes to show at first: a picture's height and width, else the last two."""
    for pair in (("height", "width"), ("kernel height", "kernel width"), ("query", "key")):
        if set(pair) <= set(axes):
            return list(axes).index(pair[0]), list(axes).index(pair[1])
    return (rank - 2 if rank > 1 else NO_AXIS), rank - 1


def _check_axes(row_axis: int, column_axis: int, rank: int) -> None:
    allowed = range(NO_AXIS, rank)
    is_twice = row_axis == column_axis and row_axis != NO_AXIS
    if row_axis not in allowed or column_axis not in allowed or is_twice:
        raise GraphlabError(f"the axes {row_axis} and {column_axis} cannot be shown: the tensor has {rank} axes")


def tensor_page(array: Array, axes: Sequence[str], request: TensorRequest, outputs: int = 1) -> TensorPage:
    """The requested part; `axes` are the names of the tensor's axes."""
    matrix = _matrix(array, request)
    window = matrix[request.top : request.top + request.height, request.left : request.left + request.width]
    row_step, column_step = _steps(request.height, request.width)
    return TensorPage(
        dtype="string" if array.dtype.kind in "OSU" else array.dtype.name,
        shape=array.shape,
        axes=tuple(axes),
        row_axis=request.row_axis,
        column_axis=request.column_axis,
        at=request.at,
        rows=matrix.shape[0],
        columns=matrix.shape[1],
        top=request.top,
        left=request.left,
        height=request.height,
        width=request.width,
        row_step=row_step,
        column_step=column_step,
        cells=_cells(window, row_step, column_step),
        own=limits_of(matrix),
        statistics=tensor_statistics(array) if request.statistics else None,
        outputs=outputs,
    )


def _matrix(array: Array, request: TensorRequest) -> Array:
    """The two shown axes at the indices of the others."""
    axes = [axis for axis in (request.row_axis, request.column_axis) if axis != NO_AXIS]
    where = tuple(slice(None) if axis in axes else place for axis, place in enumerate(request.at))
    part = np.asarray(array[where])
    if len(axes) == 2:
        return part if request.row_axis < request.column_axis else part.T
    return part.reshape(-1, 1) if request.column_axis == NO_AXIS else part.reshape(1, -1)


def _steps(height: int, width: int) -> tuple[int, int]:
    """How many rows and columns one cell stands for, so that a page has at most 16,384 cells."""
    most = MOST_CELLS if min(height, width) == 1 else MOST_ON_A_SIDE  # the drawer wraps a vector into rows
    rows, columns = max(1, -(-height // most)), max(1, -(-width // most))
    while -(-height // rows) * -(-width // columns) > MOST_CELLS:
        if height // rows > width // columns:
            rows += 1
        else:
            columns += 1
    return rows, columns


def _cells(window: Array, row_step: int, column_step: int) -> tuple[tuple[Number, ...], ...]:
    if not window.size:
        return ()
    if not is_numeric(window):  # texts have no mean: one of each block
        return tuple(tuple(plain(value) for value in row) for row in window[::row_step, ::column_step])
    if row_step == column_step == 1:
        return tuple(tuple(_short(value) for value in row) for row in window.astype(_plain_dtype(window)).tolist())
    return tuple(tuple(_short(value) for value in row) for row in _means(window, row_step, column_step).tolist())


def _plain_dtype(array: Array) -> np.dtype[np.generic]:
    """float64 for bfloat16 and the like, which have no Python numbers."""
    return np.dtype(np.float64) if array.dtype.kind == "V" else array.dtype


def _means(window: Array, row_step: int, column_step: int) -> Numbers:
    """The mean of each block. NaN stays NaN, and infinity infinite or NaN."""
    height, width = window.shape
    numbers = wide(window)
    with np.errstate(invalid="ignore", over="ignore"):
        rows = np.add.reduceat(numbers, range(0, height, row_step), axis=0, dtype=np.float64)
        sums = np.add.reduceat(rows, range(0, width, column_step), axis=1)
    heights = np.diff([*range(0, height, row_step), height])
    widths = np.diff([*range(0, width, column_step), width])
    means: Numbers = sums / np.outer(heights, widths)
    return means


def _short(value: bool | int | float) -> Number:
    if not isinstance(value, float):
        return value
    return float(f"{value:.{DIGITS}g}") if isfinite(value) else str(value)
