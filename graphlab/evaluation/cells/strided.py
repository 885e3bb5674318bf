"""What a StridedSlice selects, as an index for a NumPy array."""

from __future__ import annotations

from types import EllipsisType
from typing import TypeAlias

from graphlab.evaluation.cells.types import OpCall
from graphlab.graph.json_values import int_of

Index: TypeAlias = "int | slice | EllipsisType | None"


def strided_index(call: OpCall) -> tuple[Index, ...]:
    """The index. Bit i of a mask belongs to entry i of begin, end and strides."""
    begins, ends, strides = ([int(one) for one in array] for array in call.inputs[1:4])
    return tuple(
        _entry(call, bit, begin, end, stride)
        for bit, (begin, end, stride) in enumerate(zip(begins, ends, strides, strict=True))
    )


def _entry(call: OpCall, bit: int, begin: int, end: int, stride: int) -> Index:
    def is_on(mask: str) -> bool:
        return bool(int_of(call.attrs.get(f"{mask}_mask", 0)) >> bit & 1)

    if is_on("ellipsis"):
        return ...
    if is_on("new_axis"):
        return None
    if is_on("shrink_axis"):
        return begin
    return slice(None if is_on("begin") else begin, None if is_on("end") else end, stride)
