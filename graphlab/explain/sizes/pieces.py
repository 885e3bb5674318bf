"""The shapes of tensors that ops cut, join and reduce along axes. Knows ops, not graphs."""

from __future__ import annotations

from graphlab.explain.foreign import tensorflow_type
from graphlab.explain.sizes.slices import slice_of
from graphlab.explain.sizes.terms import OF_DATA, Dim, Dims, divide, minus, plus, some_function, times
from graphlab.explain.sizes.values import Shapes, Values, broadcast
from graphlab.graph import Op
from graphlab.graph.json_values import int_of, ints_of


def _axis(op: Op, values: Values, port: int, rank: int) -> int:
    """The axis at an input port, or the attribute; TypeError if it is computed."""
    value = values[port] if port < len(values) else None
    found = value[0] if value else op.attrs.get("axis", 0)
    if not isinstance(found, int):
        raise TypeError
    return found % rank if rank else 0


def expand_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """ExpandDims."""
    found = shapes[0]
    if found is None:
        return None
    axis = _axis(op, values, 1, len(found) + 1)
    return (*found[:axis], 1, *found[axis:])


def squeeze_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """Squeeze."""
    found, axes = shapes[0], op.attrs.get("squeeze_dims") or op.attrs.get("axis") or ()
    if found is None:
        return None
    gone = {axis % len(found) for axis in ints_of(axes)} or {axis for axis, size in enumerate(found) if size == 1}
    return tuple(size for axis, size in enumerate(found) if axis not in gone)


def pack_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """Pack: tensors side by side along a new axis."""
    found = shapes[0]
    if found is None:
        return None
    axis = int_of(op.attrs.get("axis") or 0) % (len(found) + 1)
    return (*found[:axis], len(shapes), *found[axis:])


def unpack_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """Unpack: one tensor for each place of an axis."""
    found = shapes[0]
    return found and _without(found, int_of(op.attrs.get("axis") or 0))


def _without(found: Dims, axis: int) -> Dims:
    axis %= len(found)
    return found[:axis] + found[axis + 1 :]


def concat_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """ConcatV2: the sizes along the axis are added, the others are alike."""
    joined = shapes[:-1] if len(op.inputs) > 1 and shapes[-1] == () else shapes
    first = joined[0]
    if first is None or any(shape is None or len(shape) != len(first) for shape in joined):
        return None
    axis = _axis(op, values, len(joined), len(first))
    total: Dim = 0
    for shape in joined:
        total = plus(total, (shape or ())[axis])
    met = [shape for shape in joined if shape is not None]
    rest = [broadcast([(shape[place],) for shape in met]) for place in range(len(first))]
    return tuple(total if place == axis else (dims or (OF_DATA,))[0] for place, dims in enumerate(rest))


def split_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """Split's axis is its first input, SplitV's its last."""
    among = tensorflow_type(op.type) == "SplitV"
    found = shapes[0 if among else 1]
    if found is None:
        return None
    axis = _axis(op, values, 2 if among else 0, len(found))
    part = (values[1] or ())[port] if among else divide(found[axis], len(op.outputs))
    return (*found[:axis], part, *found[axis + 1 :])


def cut_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """Slice: begin and size, -1 for all that is left."""
    found, begin, size = shapes[0], values[1], values[2]
    if found is None or begin is None or size is None:
        return None
    return tuple(
        minus(dim, start) if wanted == -1 else wanted for dim, start, wanted in zip(found, begin, size, strict=True)
    )


def strided_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """StridedSlice, as NumPy cuts."""
    found, begin = shapes[0], values[1]
    if found is None or begin is None:
        return None
    masks = {name: int_of(op.attrs.get(f"{name}_mask") or 0) for name in ("ellipsis", "new_axis", "shrink_axis")}
    left = list(found)
    sizes: list[Dim] = []
    extra = sum(1 for place in range(len(begin)) if masks["new_axis"] >> place & 1)
    for place in range(len(begin)):
        if masks["ellipsis"] >> place & 1:
            behind = sum(1 for later in range(place + 1, len(begin)) if not masks["new_axis"] >> later & 1)
            sizes += left[: len(left) - behind]
            left = left[len(left) - behind :]
        elif masks["new_axis"] >> place & 1:
            sizes.append(1)
        elif masks["shrink_axis"] >> place & 1:
            left.pop(0)
        else:
            sizes.append(_sliced(op, values, place, left.pop(0)))
    return (*sizes, *left) if extra >= 0 else None


def _sliced(op: Op, values: Values, place: int, dim: Dim) -> Dim:
    if isinstance(dim, int):
        return len(range(*(end or 0 for end in slice_of(op, values, place, dim))))
    begin, end, step = slice_of(op, values, place, None)
    if abs(step) == 1 and begin in (None, 0, -1) and end is None:
        return dim
    if step == 1 and end is None and begin is not None and begin > 0:
        return minus(dim, begin)
    return end - (begin or 0) if step == 1 and end is not None and 0 <= (begin or 0) < end else some_function((dim,))


def gather_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """GatherV2."""
    found, places = shapes[0], shapes[1]
    if found is None or places is None:
        return None
    axis = _axis(op, values, 2, len(found))
    return (*found[:axis], *places[int_of(op.attrs.get("batch_dims") or 0) :], *found[axis + 1 :])


def resource_gather_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """ResourceGather: the handle has no shape, the graph tells the sizes of a row."""
    static, places = op.outputs[port].shape, shapes[1]
    if static is None or places is None:
        return None
    return (*places, *(OF_DATA if size is None else size for size in static[len(places) :]))


def gather_nd_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """GatherNd."""
    found, places = shapes[0], shapes[1]
    if found is None or not places or not isinstance(places[-1], int):
        return None
    return (*places[:-1], *found[places[-1] :])


def one_hot_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """OneHot."""
    found, axis = shapes[0], int_of(op.attrs.get("axis", -1))
    if found is None:
        return None
    axis = len(found) if axis == -1 else axis
    return (*found[:axis], (values[1] or (OF_DATA,))[0], *found[axis:])


def reduced_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """Sum and its like."""
    found, axes = shapes[0], values[1] if len(values) > 1 else None
    if found is None or axes is None:
        return None
    gone = {axis % len(found) for axis in axes if isinstance(axis, int)} if found else set()
    if op.attrs.get("keep_dims"):
        return tuple(1 if axis in gone else size for axis, size in enumerate(found))
    return tuple(size for axis, size in enumerate(found) if axis not in gone)


def best_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """ArgMax and ArgMin."""
    found = shapes[0]
    return found and _without(found, _axis(op, values, 1, len(found)))


def top_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """TopKV2."""
    found = shapes[0]
    return found and (*found[:-1], (values[1] or (OF_DATA,))[0])


def padded_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """Pad and its like."""
    found, pads = shapes[0], values[1]
    if found is None or pads is None:
        return None
    return tuple(plus(plus(size, pads[2 * axis]), pads[2 * axis + 1]) for axis, size in enumerate(found))


def tiled_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """Tile."""
    found, counts = shapes[0], values[1]
    return None if found is None or counts is None else tuple(map(times, found, counts))
