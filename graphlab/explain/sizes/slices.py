"""The part that StridedSlice cuts out of small tensors of sizes. Works on ops, not graphs."""

from __future__ import annotations

from collections.abc import Sequence

from graphlab.explain.sizes.terms import Dims, Size
from graphlab.graph import Op
from graphlab.graph.json_values import int_of

Values = Sequence[Dims | None]


def slice_of(op: Op, values: Values, index: int, length: int | None) -> tuple[int | None, int | None, int]:
    """The start, end (None for the axis's own) and step of a slice along an axis. Raises TypeError if computed."""
    ends: list[int | None] = []
    for mask, port in (("begin_mask", 1), ("end_mask", 2)):
        value = (values[port] or ())[index]
        if isinstance(value, Size):
            raise TypeError
        ends.append(None if int_of(op.attrs.get(mask) or 0) >> index & 1 else value)
    step = (values[3] or ())[index]
    if isinstance(step, Size):
        raise TypeError
    if length is not None:
        begin, end, step = slice(ends[0], ends[1], step).indices(length)
        return begin, end, step
    return ends[0], ends[1], step


def sliced_table(op: Op, value: Dims, shape: Dims, values: Values) -> Dims | None:
    """A part of a table of sizes, such as the paddings of each axis."""
    if any(op.attrs.get(f"{name}_mask") for name in ("ellipsis", "new_axis")):
        return None
    indices = list(range(len(value)))
    inner = len(value)
    for axis, length in enumerate(shape):
        if not isinstance(length, int) or not length:
            return None
        inner //= length
        selection: Sequence[int] = range(length)
        if axis < len(values[1] or ()):
            begin, end, step = slice_of(op, values, axis, length)
            first = (values[1] or ())[axis]
            shrinks = int_of(op.attrs.get("shrink_axis_mask") or 0) >> axis & 1
            selection = (
                [int(first) % length] if shrinks and isinstance(first, int) else range(begin or 0, end or 0, step)
            )
        indices = [index for index in indices if index // inner % length in selection]
    return tuple(value[index] for index in indices)
