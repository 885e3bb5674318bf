"""Pooling: the window and its winner or mean."""

from __future__ import annotations

from graphlab.evaluation.cells.numbers import Parts, counted, highest, largest, place_text, plain
from graphlab.evaluation.cells.types import CellArithmetic, Family, NumberGrid, OpCall, Position, Reach, Region
from graphlab.evaluation.cells.windows import Objects, Window, full_window, padded_numbers, patch_of, window_of
from graphlab.graph.json_values import ints_of


def _window(call: OpCall) -> Window:
    is_channels_first = str(call.attrs.get("data_format", "NHWC")).startswith("NC")
    sizes = ints_of(call.attrs["ksize"])
    return window_of(call, sizes[2:] if is_channels_first else sizes[1:-1])


def _arithmetic(call: OpCall, position: Position) -> CellArithmetic:
    window, is_max = _window(call), call.type.startswith("Max")
    batch, space, channel = window.split(position)
    patch = patch_of(call.inputs[0], window, batch, space, range(channel, channel + 1))[..., 0]

    def place(at: Position) -> Position:
        indices = [range(*span.indices(o))[i] for span, o, i in zip(window.spans, space, at, strict=True)]
        return window.position(batch, indices, channel)

    parts = Parts(patch, patch, None, place, "{0}")
    terms = highest(parts, call.most) if is_max else largest(parts, call.most)
    read = tuple(span.indices(at) for span, at in zip(window.spans, space, strict=True))
    ranges = window.ranges((batch, batch + 1, 1), read, (channel, channel + 1, 1))
    size = counted(patch.size, "number")
    numbers = full_window(patch, window, space)
    winner = _winner(numbers) if is_max else ()
    return CellArithmetic(
        title=f"the largest of {size}" if is_max else f"mean of {size}",
        position=position,
        rule="max" if is_max else "mean",
        value=plain(call.result[position]),
        total=plain(patch.max() if is_max else patch.mean()),
        terms=terms,
        more=patch.size - len(terms),
        note=f"The winner is at {place_text(terms[0].position)}." if is_max and terms else "",
        grids=(NumberGrid(f"window, channel {channel}", padded_numbers(numbers), "", 0, winner),),
        sources=(Region(0, ranges),),
    )


def _winner(numbers: Objects) -> tuple[tuple[int, int], ...]:
    """The row and column of the largest number of a window, whose padding is None."""
    columns = numbers.shape[-1]
    flat = [(value, -at) for at, value in enumerate(numbers.ravel()) if value is not None]
    best = -max(flat)[1] if flat else 0
    return ((best // columns, best % columns),)


def _reach(call: OpCall, port: int, position: Position) -> Reach:
    window = _window(call)
    batch, space, channel = window.split(position)
    places = [span.readers(at) for span, at in zip(window.spans, space, strict=True)]
    if port or any(stop <= start for start, stop, _ in places):
        return Reach(())
    return Reach((Region(call.output, window.ranges((batch, batch + 1, 1), places, (channel, channel + 1, 1))),))


FAMILIES = dict.fromkeys(("MaxPool", "AvgPool", "MaxPool3D", "AvgPool3D"), Family(_arithmetic, _reach))
