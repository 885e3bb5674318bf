"""The windows of convolutions and pooling: which part of the input each output reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from graphlab.evaluation.cells.numbers import plain, stepped
from graphlab.evaluation.cells.types import Number, Numbers, OpCall, Position, Range, wide
from graphlab.evaluation.result import Array
from graphlab.graph.json_values import ints_of

Objects: TypeAlias = "NDArray[np.object_]"


@dataclass(frozen=True)
class Span:
    """The window on one axis: `before` is the padding before the first element."""

    axis: int
    input_size: int
    output_size: int
    size: int
    stride: int
    dilation: int
    before: int

    def offsets(self, at: int) -> range:
        """Which elements of the window lie inside of the input, for the output at `at`."""
        start = at * self.stride - self.before
        first = max(0, -(start // self.dilation))
        last = min(self.size, -((start - self.input_size) // self.dilation))
        return range(first, max(first, last))

    def indices(self, at: int) -> Range:
        """The elements of the input that the output at `at` reads."""
        offsets = self.offsets(at)
        return stepped([at * self.stride - self.before + offset * self.dilation for offset in offsets])

    def readers(self, index: int) -> Range:
        """The outputs whose window contains the input's element at `index`."""
        starts = [index + self.before - offset * self.dilation for offset in range(self.size)]
        places = [start // self.stride for start in starts if start % self.stride == 0]
        return stepped(sorted(place for place in places if 0 <= place < self.output_size))

    def users(self, offset: int) -> Range:
        """The outputs for which the window's element at `offset` lies inside of the input."""
        return stepped([at for at in range(self.output_size) if offset in self.offsets(at)])


@dataclass(frozen=True)
class Window:
    """The window of an op: a span for each axis of space, and the axis of the channels."""

    spans: tuple[Span, ...]
    channel_axis: int

    def position(self, batch: int, space: Sequence[int], channel: int) -> Position:
        """The position in the input."""
        return (batch, channel, *space) if self.channel_axis == 1 else (batch, *space, channel)

    def ranges(self, batch: Range, space: Sequence[Range], channels: Range) -> tuple[Range, ...]:
        """Ranges in the order of the tensor's axes."""
        return (batch, channels, *space) if self.channel_axis == 1 else (batch, *space, channels)

    def split(self, position: Position) -> tuple[int, Position, int]:
        """The batch, the place in space and the channel of a position."""
        return position[0], tuple(position[span.axis] for span in self.spans), position[self.channel_axis]


def window_of(call: OpCall, sizes: Sequence[int]) -> Window:
    """The window of a convolution or of pooling; `sizes` are those of the kernel in space."""
    rank = call.inputs[0].ndim
    is_channels_first = str(call.attrs.get("data_format", "NHWC")).startswith("NC")
    first = 2 if is_channels_first else 1
    strides = ints_of(call.attrs["strides"])
    dilations = ints_of(call.attrs.get("dilations") or [1] * rank)
    spans = []
    for axis, size in enumerate(sizes, first):
        before = _before(call, axis, size, strides[axis], dilations[axis])
        ends = (call.inputs[0].shape[axis], call.result.shape[axis])
        spans.append(Span(axis, *ends, size, strides[axis], dilations[axis], before))
    return Window(tuple(spans), 1 if is_channels_first else rank - 1)


def _before(call: OpCall, axis: int, size: int, stride: int, dilation: int) -> int:
    padding = str(call.attrs.get("padding", "VALID"))
    if padding == "EXPLICIT":
        return ints_of(call.attrs["explicit_paddings"])[2 * axis]
    if padding == "VALID":
        return 0
    # https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
    length = (call.result.shape[axis] - 1) * stride + (size - 1) * dilation + 1
    return int(max(length - call.inputs[0].shape[axis], 0) // 2)


def patch_of(array: Array, window: Window, batch: int, space: Sequence[int], channels: range) -> Numbers:
    """The part of the input inside the window: the axes of space, then the channels."""
    ranges = [slice(*span.indices(at)) for span, at in zip(window.spans, space, strict=True)]
    selected = slice(channels.start, channels.stop)
    if window.channel_axis == 1:
        return np.moveaxis(wide(_part(array[batch], selected, *ranges)), 0, -1)
    return wide(_part(array[batch], *ranges, selected))


def _part(array: Array, *index: slice) -> Array:
    return array[index]


def full_window(patch: Array, window: Window, space: Sequence[int]) -> Objects:
    """A patch without channels in the whole window, with None where the window is over the padding."""
    whole = np.full([span.size for span in window.spans], None, dtype=object)
    inside = tuple(
        slice(span.offsets(at).start, span.offsets(at).stop) for span, at in zip(window.spans, space, strict=True)
    )
    whole[inside] = patch
    return whole


def rows_of(array: Objects) -> Objects:
    """An array of any rank as a matrix: of three axes the first two follow each other in the rows."""
    return array.reshape(-1, array.shape[-1]) if array.ndim else array.reshape(1, 1)


def padded_numbers(array: Objects) -> tuple[tuple[Number, ...], ...]:
    """The numbers of a window with None for the padding."""
    return tuple(tuple(None if value is None else plain(value) for value in row) for row in rows_of(array))
