"""The values of small tensors that shapes are computed from, by op type. Works on ops, not graphs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graphlab.explain.sizes.slices import slice_of, sliced_table
from graphlab.explain.sizes.terms import OF_DATA, Dim, Dims, Size, divide, minus, plus, product, some_function, times
from graphlab.graph import JsonValue, Op
from graphlab.graph.json_values import int_of

Shapes = Sequence[Dims | None]
Values = Sequence[Dims | None]
ValueRule = Callable[[Op, int, Shapes, Values], Dims | None]
MOST_NUMBERS = 64


def _constant(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    numbers: list[Dim] = []
    waiting: list[JsonValue] = [op.attrs.get("value")]
    while waiting and len(numbers) <= MOST_NUMBERS:
        value = waiting.pop(0)
        if isinstance(value, (list, tuple)):
            waiting = [*value, *waiting]
        elif isinstance(value, bool) or not isinstance(value, int):
            return None
        else:
            numbers.append(value)
    return tuple(numbers) if len(numbers) <= MOST_NUMBERS else None


def _shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    return shapes[port]


def _size(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    return None if shapes[0] is None else (product(shapes[0]),)


def _rank(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    return None if shapes[0] is None else (len(shapes[0]),)


def _same(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    return values[0]


def _packed(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    return _joined(values)


def _concatenated(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    return _joined(values if "axis" in op.attrs else values[:-1])


def _joined(values: Values) -> Dims | None:
    dims: list[Dim] = []
    for value in values:
        if value is None:
            return None
        dims += value
    return tuple(dims)


def _unpacked(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    value = values[0]
    return (value[port],) if value is not None and len(value) == len(op.outputs) else None


def _split(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    value, counts = values[0], values[1]
    if value is None or counts is None or len(shapes[0] or ()) != 1:
        return None
    sizes = [size for size in counts if isinstance(size, int)]
    ahead = sum(sizes[:port])
    return value[ahead : ahead + sizes[port]] if len(sizes) == len(counts) and -1 not in sizes else None


def _sliced(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    value = values[0]
    if value is not None and len(shapes[0] or ()) > 1:
        return sliced_table(op, value, shapes[0] or (), values)
    if value is None or len(shapes[0] or ()) != 1 or len(values[1] or ()) != 1:
        return None
    if int_of(op.attrs.get("shrink_axis_mask") or 0) & 1:
        at = (values[1] or ())[0]
        return (value[at],) if isinstance(at, int) else None
    begin, end, step = slice_of(op, values, 0, None)
    return value[begin:end:step]


def _cut(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    value, begin, size = values[0], (values[1] or ())[0], (values[2] or ())[0]
    if value is None or len(shapes[0] or ()) != 1 or isinstance(begin, Size) or isinstance(size, Size):
        return None
    return value[begin:] if size == -1 else value[begin : begin + size]


def _gathered(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    value, indices = values[0], values[1]
    if value is None or indices is None or len(shapes[0] or ()) != 1:
        return None
    return tuple(value[index] for index in indices if isinstance(index, int))


def _elementwise(combine: Callable[[Dim, Dim], Dim]) -> ValueRule:
    def rule(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
        left, right = values[0], values[1]
        if left is None or right is None:
            return None
        length = max(len(left), len(right))
        pairs = zip(_repeated(left, length), _repeated(right, length), strict=True)
        return tuple(combine(one, other) for one, other in pairs)

    return rule


def _repeated(value: Dims, length: int) -> Dims:
    return value * length if len(value) == 1 else value


def _floored(left: Dim, right: Dim) -> Dim:
    if isinstance(left, int) and isinstance(right, int):
        return left // right
    return divide(left, right)


def _plain(choose: Callable[[int, int], int]) -> Callable[[Dim, Dim], Dim]:
    """A result that only plain numbers have; two equal sizes give that size."""

    def combine(left: Dim, right: Dim) -> Dim:
        if isinstance(left, int) and isinstance(right, int):
            return choose(left, right)
        return left if left == right else some_function((left, right))

    return combine


def _rest(left: Dim, right: Dim) -> Dim:
    """The remainder of an integer division."""
    return left % right if isinstance(left, int) and isinstance(right, int) else some_function((left, right))


def _segment_products(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """UnsortedSegmentProd: the product of all entries with the same number."""
    value, numbers, count = values[0], values[1], (values[2] or (None,))[0]
    if value is None or numbers is None or not isinstance(count, int) or count > MOST_NUMBERS:
        return None
    pairs = list(zip(numbers, value, strict=True))
    return tuple(product(dim for number, dim in pairs if number == segment) for segment in range(count))


def _reduced(combine: Callable[[Dim, Dim], Dim]) -> ValueRule:
    def rule(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
        value = values[0]
        if value is None or len(value) == 1 or not value:
            return value if value else None
        if values[1] == () or len(shapes[0] or ()) != 1:
            return value if values[1] == () else None
        accumulator = value[0]
        for dim in value[1:]:
            accumulator = combine(accumulator, dim)
        return (accumulator,)

    return rule


def _range(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    start, limit, step = ((value or (OF_DATA,))[0] for value in values[:3])
    if isinstance(start, Size) or isinstance(limit, Size) or isinstance(step, Size):
        return None
    numbers = range(start, limit, step)
    return tuple(numbers) if len(numbers) <= MOST_NUMBERS else None


def _filled(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    counts, value = values[0], values[1]
    count = product(counts) if counts is not None else OF_DATA
    return value * count if isinstance(count, int) and count <= MOST_NUMBERS and value is not None else None


def _reduced_axes(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """BroadcastGradientArgs: the axes along which one of two shapes was broadcast to the other."""
    shape, other = values[port], values[1 - port]
    if shape is None or other is None:
        return None
    rank = max(len(shape), len(other))
    padded, other_padded = (1,) * (rank - len(shape)) + shape, (1,) * (rank - len(other)) + other
    is_repeated = [size == 1 and other_size != 1 for size, other_size in zip(padded, other_padded, strict=True)]
    return tuple(axis for axis in range(rank) if axis < rank - len(shape) or is_repeated[axis])


def _broadcast(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    return broadcast(values)


def broadcast(shapes: Sequence[Dims | None]) -> Dims | None:
    """The shape of several tensors broadcast together."""
    known_shapes = [shape for shape in shapes if shape is not None]
    if len(known_shapes) < len(shapes) or not known_shapes:
        return None
    rank = max(map(len, known_shapes))
    padded = [(1,) * (rank - len(shape)) + shape for shape in known_shapes]
    return tuple(_met(dims) for dims in zip(*padded, strict=True))


def _met(dims: Sequence[Dim]) -> Dim:
    larger = {dim for dim in dims if dim != 1}
    plain = [dim for dim in larger if isinstance(dim, int)]
    if plain:
        return plain[0]  # an unknown size beside it is equal, or 1
    return 1 if not larger else larger.pop() if len(larger) == 1 else some_function(larger)


def _listed(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """Lists of tensors: their number, and the shape of each if known."""
    return shapes[0]


def _reserved(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    element = values[0] or (-1,)
    return (*(values[1] or (OF_DATA,)), *(element if -1 not in element else ()))


def _list_with(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    item = shapes[-1]
    return None if item is None else ((values[0] or (OF_DATA,))[0], *item)


def _list_length(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    return (values[0] or ())[:1] or None


def _list_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    return (values[0] or ())[1:] or None


_SAME = "Identity Cast Reshape Squeeze ExpandDims EnsureShape StopGradient TensorListPopBack TensorListResize"

VALUES: dict[str, ValueRule] = {
    **dict.fromkeys(_SAME.split(), _same),
    "Const": _constant,
    **dict.fromkeys(("Shape", "ShapeN"), _shape),
    "Size": _size,
    "Rank": _rank,
    "Pack": _packed,
    "ConcatV2": _concatenated,
    "Unpack": _unpacked,
    "SplitV": _split,
    "StridedSlice": _sliced,
    "Slice": _cut,
    **dict.fromkeys(("GatherV2", "Gather"), _gathered),
    **dict.fromkeys(("Add", "AddV2"), _elementwise(plus)),
    "Sub": _elementwise(minus),
    "Mul": _elementwise(times),
    **dict.fromkeys(("FloorDiv", "Div"), _elementwise(_floored)),
    **dict.fromkeys(("FloorMod", "Mod"), _elementwise(_rest)),
    "Maximum": _elementwise(_plain(max)),
    "Minimum": _elementwise(_plain(min)),
    "Prod": _reduced(times),
    "Sum": _reduced(plus),
    "Max": _reduced(_plain(max)),
    "Min": _reduced(_plain(min)),
    "UnsortedSegmentProd": _segment_products,
    "Range": _range,
    "Fill": _filled,
    "BroadcastArgs": _broadcast,
    "BroadcastGradientArgs": _reduced_axes,
    "TensorListFromTensor": _listed,
    "TensorListReserve": _reserved,
    **dict.fromkeys(("TensorListSetItem", "TensorListPushBack"), _list_with),
    "TensorListLength": _list_length,
    "TensorListElementShape": _list_shape,
}
