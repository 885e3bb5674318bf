"""The shapes of tensors that ops cut, join and reduce along axes. Works on ops, not graphs."""

from __future__ import annotations

from graphlab.explain.foreign import tensorflow_type
from graphlab.explain.sizes.slices import slice_of
from graphlab.explain.sizes.terms import OF_DATA, Dim, Dims, divide, minus, plus, some_function, times
from graphlab.explain.sizes.values import Shapes, Values, broadcast
from graphlab.graph import Op
from graphlab.graph.json_values import int_of, ints_of


def _axis(op: Op, values: Values, port: int, rank: int) -> int:
    """The axis at an input port or in the attribute. Raises TypeError if it is computed."""
    value = values[port] if port < len(values) else None
    axis = value[0] if value else op.attrs.get("axis", 0)
    if not isinstance(axis, int):
        raise TypeError
    return axis % rank if rank else 0


def expand_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """ExpandDims."""
    shape = shapes[0]
    if shape is None:
        return None
    axis = _axis(op, values, 1, len(shape) + 1)
    return (*shape[:axis], 1, *shape[axis:])


def squeeze_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """Squeeze."""
    shape, axes = shapes[0], op.attrs.get("squeeze_dims") or op.attrs.get("axis") or ()
    if shape is None:
        return None
    squeezed_axes = {axis % len(shape) for axis in ints_of(axes)} or {
        axis for axis, size in enumerate(shape) if size == 1
    }
    return tuple(size for axis, size in enumerate(shape) if axis not in squeezed_axes)


def pack_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """Pack: tensors side by side along a new axis."""
    shape = shapes[0]
    if shape is None:
        return None
    axis = int_of(op.attrs.get("axis") or 0) % (len(shape) + 1)
    return (*shape[:axis], len(shapes), *shape[axis:])


def unpack_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """Unpack: one tensor for each index of an axis."""
    shape = shapes[0]
    return shape and _without(shape, int_of(op.attrs.get("axis") or 0))


def _without(shape: Dims, axis: int) -> Dims:
    axis %= len(shape)
    return shape[:axis] + shape[axis + 1 :]


def concat_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """ConcatV2: the sizes along the axis are added; all others are equal."""
    joined = shapes[:-1] if len(op.inputs) > 1 and shapes[-1] == () else shapes
    first = joined[0]
    if first is None or any(shape is None or len(shape) != len(first) for shape in joined):
        return None
    axis = _axis(op, values, len(joined), len(first))
    total: Dim = 0
    for shape in joined:
        total = plus(total, (shape or ())[axis])
    met = [shape for shape in joined if shape is not None]
    rest = [broadcast([(shape[index],) for shape in met]) for index in range(len(first))]
    return tuple(total if index == axis else (dims or (OF_DATA,))[0] for index, dims in enumerate(rest))


def split_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """Split and SplitV. The axis is the first input of Split, the last of SplitV."""
    among = tensorflow_type(op.type) == "SplitV"
    shape = shapes[0 if among else 1]
    if shape is None:
        return None
    axis = _axis(op, values, 2 if among else 0, len(shape))
    part = (values[1] or ())[port] if among else divide(shape[axis], len(op.outputs))
    return (*shape[:axis], part, *shape[axis + 1 :])


def cut_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """Slice: begin and size, where -1 means the rest."""
    shape, begin, size = shapes[0], values[1], values[2]
    if shape is None or begin is None or size is None:
        return None
    return tuple(
        minus(dim, start) if length == -1 else length for dim, start, length in zip(shape, begin, size, strict=True)
    )


def strided_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """StridedSlice, with NumPy's rules."""
    shape, begin = shapes[0], values[1]
    if shape is None or begin is None:
        return None
    masks = {name: int_of(op.attrs.get(f"{name}_mask") or 0) for name in ("ellipsis", "new_axis", "shrink_axis")}
    rest = list(shape)
    sizes: list[Dim] = []
    extra = sum(1 for index in range(len(begin)) if masks["new_axis"] >> index & 1)
    for index in range(len(begin)):
        if masks["ellipsis"] >> index & 1:
            behind = sum(1 for later in range(index + 1, len(begin)) if not masks["new_axis"] >> later & 1)
            sizes += rest[: len(rest) - behind]
            rest = rest[len(rest) - behind :]
        elif masks["new_axis"] >> index & 1:
            sizes.append(1)
        elif masks["shrink_axis"] >> index & 1:
            rest.pop(0)
        else:
            sizes.append(_sliced(op, values, index, rest.pop(0)))
    return (*sizes, *rest) if extra >= 0 else None


def _sliced(op: Op, values: Values, index: int, dim: Dim) -> Dim:
    if isinstance(dim, int):
        return len(range(*(end or 0 for end in slice_of(op, values, index, dim))))
    begin, end, step = slice_of(op, values, index, None)
    if abs(step) == 1 and begin in (None, 0, -1) and end is None:
        return dim
    if step == 1 and end is None and begin is not None and begin > 0:
        return minus(dim, begin)
    return end - (begin or 0) if step == 1 and end is not None and 0 <= (begin or 0) < end else some_function((dim,))


def gather_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """GatherV2."""
    shape, indices = shapes[0], shapes[1]
    if shape is None or indices is None:
        return None
    axis = _axis(op, values, 2, len(shape))
    return (*shape[:axis], *indices[int_of(op.attrs.get("batch_dims") or 0) :], *shape[axis + 1 :])


def resource_gather_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """ResourceGather: the handle has no shape; the graph knows the sizes of a row."""
    static, indices = op.outputs[port].shape, shapes[1]
    if static is None or indices is None:
        return None
    return (*indices, *(OF_DATA if size is None else size for size in static[len(indices) :]))


def gather_nd_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """GatherNd."""
    shape, indices = shapes[0], shapes[1]
    if shape is None or not indices or not isinstance(indices[-1], int):
        return None
    return (*indices[:-1], *shape[indices[-1] :])


def one_hot_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """OneHot."""
    shape, axis = shapes[0], int_of(op.attrs.get("axis", -1))
    if shape is None:
        return None
    axis = len(shape) if axis == -1 else axis
    return (*shape[:axis], (values[1] or (OF_DATA,))[0], *shape[axis:])


def reduced_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """Sum and similar ops."""
    shape, axes = shapes[0], values[1] if len(values) > 1 else None
    if shape is None or axes is None:
        return None
    reduced_axes = {axis % len(shape) for axis in axes if isinstance(axis, int)} if shape else set()
    if op.attrs.get("keep_dims"):
        return tuple(1 if axis in reduced_axes else size for axis, size in enumerate(shape))
    return tuple(size for axis, size in enumerate(shape) if axis not in reduced_axes)


def best_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """ArgMax and ArgMin."""
    shape = shapes[0]
    return shape and _without(shape, _axis(op, values, 1, len(shape)))


def top_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """TopKV2."""
    shape = shapes[0]
    return shape and (*shape[:-1], (values[1] or (OF_DATA,))[0])


def padded_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """Pad and similar ops."""
    shape, pads = shapes[0], values[1]
    if shape is None or pads is None:
        return None
    return tuple(plus(plus(size, pads[2 * axis]), pads[2 * axis + 1]) for axis, size in enumerate(shape))


def tiled_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """Tile."""
    shape, counts = shapes[0], values[1]
    return None if shape is None or counts is None else tuple(map(times, shape, counts))
