"""The output shapes of convolutions, pooling and resizing. Works on ops, not graphs."""

from __future__ import annotations

from dataclasses import dataclass

from graphlab.explain.sizes.terms import OF_DATA, Dim, Dims, minus, plus, some_function, times
from graphlab.explain.sizes.values import Shapes, Values
from graphlab.graph import Op
from graphlab.graph.json_values import int_of, ints_of

_LITE = ("h", "w")  # suffixes of TensorFlow Lite's attributes for an axis
_DEPTHWISE = ("DepthwiseConv2dNative", "DEPTHWISE_CONV_2D")


@dataclass(frozen=True)
class _Window:
    """A window that slides over the axes between batch and channels, or after both if `first` is 2."""

    sizes: Dims
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    pads: tuple[tuple[int, int], ...] | None  # None for as many as keep the size, see `_slid`
    channels: Dim
    first: int = 1


def windowed_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """Convolutions and pooling: the batch is unchanged, each other axis has the number of the window's positions."""
    shape = shapes[0]
    if shape is None:
        return None
    window = _lite_window(op, shapes) if "stride_w" in op.attrs else _window(op, shapes)
    if window is None:
        return (shape[0], *(some_function(shape[1:]) for _ in shape[1:]))
    sides = shape[window.first : window.first + len(window.sizes)]
    inner = [_slid(dim, window, axis) for axis, dim in enumerate(sides)]
    return (shape[0], *inner, window.channels) if window.first == 1 else (shape[0], window.channels, *inner)


def _window(op: Op, shapes: Shapes) -> _Window | None:
    """The window of a TensorFlow op, whose lists have an entry for each axis of its input."""
    shape, kernel = shapes[0] or (), shapes[1] if len(shapes) > 1 else None
    strides = op.attrs.get("strides")
    if not isinstance(strides, (list, tuple)) or len(strides) != len(shape):
        return None
    first = 2 if str(op.attrs.get("data_format", "NHWC")).startswith("NC") else 1
    inner = slice(first, first + len(shape) - 2)
    sizes: Dims
    if "ksize" in op.attrs:
        sizes, channels = ints_of(op.attrs["ksize"])[inner], shape[1 if first == 2 else -1]
    elif kernel is not None:
        sizes = kernel[:-2]
        channels = times(kernel[-2], kernel[-1]) if op.type in _DEPTHWISE else kernel[-1]
    else:
        return None
    dilations = ints_of(op.attrs.get("dilations") or (1,) * len(shape))[inner]
    explicit = ints_of(op.attrs.get("explicit_paddings") or ())
    ends = tuple((explicit[2 * axis], explicit[2 * axis + 1]) for axis in range(len(explicit) // 2))
    return _Window(sizes, ints_of(strides)[inner], dilations, _pads(op, ends[inner], len(sizes)), channels, first)


def _lite_window(op: Op, shapes: Shapes) -> _Window | None:
    """The window of a TensorFlow Lite op over images; a filter has its height and width after the first axis."""
    shape, kernel = shapes[0] or (), shapes[1] if len(shapes) > 1 else None
    if len(shape) != 4:
        return None
    sizes: Dims
    if "filter_height" in op.attrs:
        sizes, channels = (int_of(op.attrs["filter_height"]), int_of(op.attrs["filter_width"])), shape[-1]
    elif kernel is not None and len(kernel) == 4:
        sizes, channels = kernel[1:3], kernel[3 if op.type in _DEPTHWISE else 0]
    else:
        return None
    strides = tuple(int_of(op.attrs[f"stride_{end}"]) for end in _LITE)
    dilations = tuple(int_of(op.attrs.get(f"dilation_{end}_factor", 1)) for end in _LITE)
    return _Window(sizes, strides, dilations, _pads(op, (), 2), channels)


def _pads(op: Op, explicit: tuple[tuple[int, int], ...], axes: int) -> tuple[tuple[int, int], ...] | None:
    """How many positions are added before and after each axis."""
    return {"SAME": None, "EXPLICIT": explicit}.get(str(op.attrs.get("padding")), ((0, 0),) * axes)


def _slid(dim: Dim, window: _Window, axis: int) -> Dim:
    """TensorFlow's own formulas: SAME rounds the quotient by the stride up; otherwise only whole windows count."""
    size, stride, dilation = window.sizes[axis], window.strides[axis], window.dilations[axis]
    if window.pads is None:
        room: Dim = dim
    else:
        before, after = window.pads[axis]
        window_size = plus(times(minus(size, 1), dilation), 1)
        room = plus(minus(plus(dim, before + after), window_size), 1)
    if isinstance(room, int):
        return -(-room // stride) if room > 0 else OF_DATA  # no window fits: the op fails
    return room if stride == 1 else some_function((dim,))


def resized_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """Resized images: the second input contains height and width."""
    shape, size = shapes[0], values[1]
    return None if shape is None or size is None else (shape[0], *size, shape[-1])


def to_depth_shape(op: Op, port: int, shapes: Shapes, values: Values) -> Dims | None:
    """SpaceToDepth and DepthToSpace of images with channels last."""
    shape, side = shapes[0], op.attrs.get("block_size")
    if shape is None or not isinstance(side, int) or str(op.attrs.get("data_format", "NHWC")) != "NHWC":
        return None
    inner, depth = shape[1:3], shape[3]
    if op.type[:5].upper() == "DEPTH":
        return (shape[0], *(times(dim, side) for dim in inner), _part(depth, side * side))
    return (shape[0], *(_part(dim, side) for dim in inner), times(depth, side * side))


def _part(dim: Dim, by: int) -> Dim:
    return dim // by if isinstance(dim, int) else some_function((dim,))
