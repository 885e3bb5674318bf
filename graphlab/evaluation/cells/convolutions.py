"""Conv2D, Conv3D and DepthwiseConv2D: the window times the kernel, summed."""

from __future__ import annotations

import numpy as np

from graphlab.evaluation.cells.numbers import Parts, counted, largest, plain
from graphlab.evaluation.cells.types import (
    CellArithmetic,
    Family,
    NumberGrid,
    Numbers,
    OpCall,
    Position,
    Reach,
    Region,
    wide,
)
from graphlab.evaluation.cells.windows import Window, full_window, padded_numbers, patch_of, window_of


def _is_depthwise(call: OpCall) -> bool:
    return call.type == "DepthwiseConv2dNative"


def _window(call: OpCall) -> Window:
    return window_of(call, call.inputs[1].shape[:-2])


def _channels(call: OpCall, channel: int) -> range:
    """The input's channels that an output's channel reads."""
    kernel = call.inputs[1]
    if _is_depthwise(call):
        return range(channel // kernel.shape[-1], channel // kernel.shape[-1] + 1)
    groups = call.inputs[0].shape[_window(call).channel_axis] // kernel.shape[-2]
    group = channel // (kernel.shape[-1] // groups)
    return range(group * kernel.shape[-2], (group + 1) * kernel.shape[-2])


def _arithmetic(call: OpCall, position: Position) -> CellArithmetic:
    window, (image, kernel) = _window(call), call.inputs
    batch, space, channel = window.split(position)
    channels = _channels(call, channel)
    patch = patch_of(image, window, batch, space, channels)
    offsets = [span.offsets(at) for span, at in zip(window.spans, space, strict=True)]
    inside = tuple(slice(one.start, one.stop) for one in offsets)
    per_input = kernel.shape[-1]
    of_kernel = channels if _is_depthwise(call) else range(kernel.shape[-2])
    last = (slice(of_kernel.start, of_kernel.stop), channel % per_input if _is_depthwise(call) else channel)
    weights = wide(kernel[(*inside, *last)])
    products = patch * weights

    def place(at: Position) -> Position:
        indices = [range(*span.indices(o))[i] for span, o, i in zip(window.spans, space, at[:-1], strict=True)]
        return window.position(batch, indices, channels[at[-1]])

    terms = largest(Parts(products, patch, weights, place), call.most)
    kernel_size = " × ".join(str(span.size) for span in window.spans)
    is_whole = all(len(one) == span.size for one, span in zip(offsets, window.spans, strict=True))
    read = tuple(span.indices(at) for span, at in zip(window.spans, space, strict=True))
    sources = window.ranges((batch, batch + 1, 1), read, (channels.start, channels.stop, 1))
    kernel_last = (last[1], last[1] + 1, 1)
    kernel_channels = (of_kernel.start, of_kernel.stop, 1)
    used = tuple((one.start, one.stop, 1) for one in offsets)
    return CellArithmetic(
        title=f"Σ {counted(products.size, 'product')}: {kernel_size} window, {counted(len(channels), 'channel')}",
        position=position,
        rule="sum",
        value=plain(call.result[position]),
        total=plain(products.sum()),
        terms=terms,
        more=products.size - len(terms),
        note="" if is_whole else "The window reaches over the edge: the padding counts as 0.",
        grids=_grids(patch, weights, channels, window, space, channel),
        sources=(Region(0, sources), Region(1, (*used, kernel_channels, kernel_last))),
    )


def _grids(
    patch: Numbers, weights: Numbers, channels: range, window: Window, space: Position, channel: int
) -> tuple[NumberGrid, ...]:
    """The window and the kernel of the channel that adds most, and the products of all channels."""
    products = patch * weights
    amounts = np.nan_to_num(np.abs(products.sum(axis=tuple(range(products.ndim - 1)))))
    most = int(np.argmax(amounts)) if amounts.size else 0
    several = len(channels) > 1
    which = f", channel {channels[most]}, which adds most" if several else ""
    grids = (
        (f"window{which}", "", 0, patch[..., most]),
        (f"kernel to channel {channel}", "·", 1, weights[..., most]),
        (f"products, summed over {len(channels)} channels" if several else "products", "=", -1, products.sum(axis=-1)),
    )
    return tuple(
        NumberGrid(title, padded_numbers(full_window(numbers, window, space)), sign, port)
        for title, sign, port, numbers in grids
    )


def _reach(call: OpCall, port: int, position: Position) -> Reach:
    window, kernel, result = _window(call), call.inputs[1], call.result.shape
    per_input = kernel.shape[-1]
    if port == 0:
        batch, space, channel = window.split(position)
        places = [span.readers(at) for span, at in zip(window.spans, space, strict=True)]
        if any(stop <= start for start, stop, _ in places):
            return Reach(())
        if _is_depthwise(call):
            channels = (channel * per_input, (channel + 1) * per_input, 1)
        else:
            groups = call.inputs[0].shape[window.channel_axis] // kernel.shape[-2]
            size, group = per_input // groups, channel // kernel.shape[-2]
            channels = (group * size, (group + 1) * size, 1)
        return Reach((Region(call.output, window.ranges((batch, batch + 1, 1), places, channels)),))
    *kernel_space, before, last = position
    channel = before * per_input + last if _is_depthwise(call) else last
    places = [span.users(at) for span, at in zip(window.spans, kernel_space, strict=True)]
    if any(stop <= start for start, stop, _ in places):
        return Reach(())
    return Reach((Region(call.output, window.ranges((0, result[0], 1), places, (channel, channel + 1, 1))),))


FAMILIES = dict.fromkeys(("Conv2D", "Conv3D", "DepthwiseConv2dNative"), Family(_arithmetic, _reach))
