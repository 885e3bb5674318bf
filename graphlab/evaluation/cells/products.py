"""MatMul and its batched forms: a row times a column."""

from __future__ import annotations

import numpy as np

from graphlab.evaluation.cells.numbers import Parts, aligned, cell, counted, largest, plain, spread, vector_grid
from graphlab.evaluation.cells.types import (
    CellArithmetic,
    Family,
    Numbers,
    OpCall,
    Position,
    Range,
    Reach,
    Region,
    wide,
)


def _is_turned(call: OpCall, port: int) -> bool:
    return bool(call.attrs.get(("transpose_a", "transpose_b")[port]) or call.attrs.get(("adj_x", "adj_y")[port]))


def _line(call: OpCall, port: int, batch: Position, at: int) -> tuple[Numbers, Region]:
    """The row of the left matrix or the column of the right one, and where it lies in the input."""
    array = call.inputs[port]
    where = aligned(batch, array.shape[:-2])
    is_row = (port == 0) != _is_turned(call, port)
    along = array.shape[-1] if is_row else array.shape[-2]
    ranges: tuple[Range, Range] = ((at, at + 1, 1), (0, along, 1)) if is_row else ((0, along, 1), (at, at + 1, 1))
    matrix = array[where]
    line = wide(matrix[at] if is_row else matrix[:, at])
    is_conjugate = np.iscomplexobj(line) and bool(call.attrs.get(("adj_x", "adj_y")[port]))
    return np.conj(line) if is_conjugate else line, Region(port, (*cell(where), *ranges))


def _arithmetic(call: OpCall, position: Position) -> CellArithmetic:
    *batch, row, column = position
    left, left_region = _line(call, 0, tuple(batch), row)
    right, right_region = _line(call, 1, tuple(batch), column)
    where = aligned(batch, call.inputs[0].shape[:-2])
    is_turned = _is_turned(call, 0)

    def place(at: Position) -> Position:
        return (*where, at[0], row) if is_turned else (*where, row, at[0])

    products = left * right
    terms = largest(Parts(products, left, right, place), call.most)
    turned = [" of the transposed matrix" if _is_turned(call, port) else "" for port in (0, 1)]
    outputs = wide(call.result[(*batch, row)])
    return CellArithmetic(
        title=f"Σ {counted(products.size, 'product')}",
        position=position,
        rule="sum",
        value=plain(call.result[position]),
        total=plain(products.sum()),
        terms=terms,
        more=products.size - len(terms),
        grids=(
            vector_grid(f"row {row}{turned[0]}: {counted(left.size, 'number')}", left, port=0),
            vector_grid(f"column {column}{turned[1]}", right, sign="·", port=1),
            vector_grid(f"row {row} of the result: {counted(outputs.size, 'sum')}", outputs, sign="=", mark=column),
        ),
        sources=(left_region, right_region),
    )


def _reach(call: OpCall, port: int, position: Position) -> Reach:
    array, result = call.inputs[port], call.result.shape
    row, column = position[-2:] if not _is_turned(call, port) else position[:-3:-1]
    batch = spread(position[:-2], array.shape[:-2], result[:-2])
    ends: tuple[Range, Range] = (
        ((row, row + 1, 1), (0, result[-1], 1)) if port == 0 else ((0, result[-2], 1), (column, column + 1, 1))
    )
    return Reach((Region(call.output, (*batch, *ends)),))


FAMILIES = dict.fromkeys(("MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"), Family(_arithmetic, _reach))
