"""Ops that only move elements, such as Reshape, Concat and GatherV2: where each element came from and went to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from graphlab.evaluation.cells.numbers import cell, place_text, plain, source, text, whole
from graphlab.evaluation.cells.strided import strided_index
from graphlab.evaluation.cells.types import (
    MOST_REGIONS,
    CellArithmetic,
    Family,
    OpCall,
    Position,
    Reach,
    Region,
    Term,
)
from graphlab.evaluation.result import Array
from graphlab.graph.json_values import int_of

PADDING = -1


def _numbers(array: Array) -> tuple[int, ...]:
    return tuple(int(one) for one in array.reshape(-1))


def _pads(call: OpCall) -> list[tuple[int, int]]:
    return [(int(before), int(after)) for before, after in call.inputs[1]]


def _gather(call: OpCall, table: Array) -> Array:
    """The rows of a table at indices; `batch_dims` leading axes of both belong together."""
    indices, axis = call.inputs[1].astype(np.int64), gather_axis(call)
    batch = batch_axes(call)
    if not batch:
        return np.take(table, indices, axis=axis)
    lead = table.shape[:batch]
    flat = zip(table.reshape(-1, *table.shape[batch:]), indices.reshape(-1, *indices.shape[batch:]), strict=True)
    parts = [np.take(part, at, axis=axis - batch) for part, at in flat]
    return np.stack(parts).reshape(*lead, *parts[0].shape) if parts else np.empty(call.result.shape, table.dtype)


def gather_axis(call: OpCall) -> int:
    """The axis of the table that the indices select from."""
    axis = int(call.inputs[2]) if call.type == "GatherV2" else batch_axes(call)
    return axis % call.inputs[0].ndim


def batch_axes(call: OpCall) -> int:
    """How many leading axes of the table and of the indices belong together."""
    batch = int_of(call.attrs.get("batch_dims", 0))
    return batch + call.inputs[1].ndim if batch < 0 else batch


def _reverse(call: OpCall, index: Array) -> Array:
    return np.flip(index, axis=_numbers(call.inputs[1]))


def _slice(call: OpCall, index: Array) -> Array:
    begins = _numbers(call.inputs[1])
    return index[tuple(slice(at, at + size) for at, size in zip(begins, call.result.shape, strict=True))]


def _pad(call: OpCall, index: Array) -> Array:
    return np.pad(index, _pads(call), constant_values=PADDING)


def _mirror(call: OpCall, index: Array) -> Array:
    return np.pad(index, _pads(call), mode="reflect" if call.attrs["mode"] == "REFLECT" else "symmetric")


def _roll(call: OpCall, index: Array) -> Array:
    return np.roll(index, _numbers(call.inputs[1]), axis=_numbers(call.inputs[2]))


def _split(call: OpCall, index: Array) -> Array:
    return np.split(index, len(call.outputs), axis=int(call.inputs[0]))[call.output]


def _split_at(call: OpCall, index: Array) -> Array:
    axis = int(call.inputs[2])
    ends = np.cumsum([one.shape[axis] for one in call.outputs])
    return np.split(index, ends[:-1], axis=axis)[call.output]


def _gather_at(call: OpCall, table: Array) -> Array:
    return np.asarray(table[tuple(np.moveaxis(call.inputs[1], -1, 0))])


def _joined(call: OpCall, *indices: Array) -> Array:
    axis = int(call.inputs[-1] if call.type == "ConcatV2" else call.inputs[0])
    return np.concatenate(indices, axis=axis)


# How the flat positions of the inputs that move become those of the output, and which inputs move.
_MOVES: Mapping[str, tuple[Callable[..., Array], Callable[[int], range]]] = {
    **dict.fromkeys(
        ("Reshape", "Squeeze", "ExpandDims", "Identity", "StopGradient", "PreventGradient", "Snapshot", "EnsureShape"),
        (lambda call, index: index.reshape(call.result.shape), lambda _: range(1)),
    ),
    **dict.fromkeys(("Cast", "Bitcast"), (lambda _, index: index, lambda _: range(1))),
    "Transpose": (lambda call, index: index.transpose(_numbers(call.inputs[1])), lambda _: range(1)),
    "ReverseV2": (_reverse, lambda _: range(1)),
    "Slice": (_slice, lambda _: range(1)),
    "StridedSlice": (lambda call, index: index[strided_index(call)], lambda _: range(1)),
    **dict.fromkeys(("Pad", "PadV2"), (_pad, lambda _: range(1))),
    "MirrorPad": (_mirror, lambda _: range(1)),
    "Tile": (lambda call, index: np.tile(index, _numbers(call.inputs[1])), lambda _: range(1)),
    "BroadcastTo": (lambda call, index: np.broadcast_to(index, call.result.shape), lambda _: range(1)),
    "Fill": (lambda call, index: np.broadcast_to(index, call.result.shape), lambda _: range(1, 2)),
    "Roll": (_roll, lambda _: range(1)),
    **dict.fromkeys(("GatherV2", "Gather", "ResourceGather"), (_gather, lambda _: range(1))),
    **dict.fromkeys(("GatherNd", "ResourceGatherNd"), (_gather_at, lambda _: range(1))),
    "Split": (_split, lambda _: range(1, 2)),
    "SplitV": (_split_at, lambda _: range(1)),
    "Unpack": (
        lambda call, index: np.take(index, call.output, axis=int_of(call.attrs["axis"])),
        lambda _: range(1),
    ),
    "Pack": (lambda call, *indices: np.stack(indices, axis=int_of(call.attrs["axis"])), range),
    "ConcatV2": (_joined, lambda count: range(count - 1)),
    "Concat": (_joined, lambda count: range(1, count)),
}


def _origins(call: OpCall) -> tuple[Array, dict[int, int]]:
    """For each element of the output its number among all elements that move, and the first number of each input."""
    move, moving = _MOVES[call.type]
    starts, start = {}, 0
    for port in moving(len(call.inputs)):
        starts[port] = start
        start += call.inputs[port].size
    kind = np.int32 if start < 2**31 else np.int64
    indices = [
        np.arange(first, first + call.inputs[port].size, dtype=kind).reshape(call.inputs[port].shape)
        for port, first in starts.items()
    ]
    return np.asarray(move(call, *indices)), starts


def _arithmetic(call: OpCall, position: Position) -> CellArithmetic:
    if call.type.startswith("Resource") and not call.inputs[0].size:
        return _without_table(call, position)
    origins, starts = _origins(call)
    number = int(origins[position])
    if number == PADDING:
        return _padding(call, position)
    port = max(one for one, start in starts.items() if start <= number and call.inputs[one].size)
    shape = call.inputs[port].shape
    at = tuple(int(one) for one in np.unravel_index(number - starts[port], shape))
    element = np.asarray(call.inputs[port][at])
    is_cast = call.type == "Cast" and element.dtype != object
    moved = plain(element.astype(call.result.dtype)[()] if is_cast else element[()])
    if call.type == "Bitcast":
        moved = plain(call.result[position])
    words = f"{place_text(at) or 'the number'} of input {port} → {place_text(position) or 'the output'}"
    where = _index_place(call, position)
    note = "" if where is None else _row_note(int(call.inputs[1][where]), where)
    return CellArithmetic(
        title="an element that only moves" if call.type not in ("Cast", "Bitcast") else f"as {call.result.dtype.name}",
        position=position,
        rule="sum",
        value=plain(call.result[position]),
        total=moved,
        terms=(Term(at, f"{words}: {text(moved)}", plain(element[()]), None, moved),),
        note=note,
        sources=(source(port, at), *([source(1, where)] if where is not None else [])),
    )


def _row_note(row: int, where: Position) -> str:
    return f"Row {row}: the number at {place_text(where)} of the indices."


def _index_place(call: OpCall, position: Position) -> Position | None:
    """Of a gather the position of the index that selected an element."""
    if call.type not in ("GatherV2", "Gather", "ResourceGather"):
        return None
    axis, batch = gather_axis(call), batch_axes(call)
    return (*position[:batch], *position[axis : axis + call.inputs[1].ndim - batch])


def _without_table(call: OpCall, position: Position) -> CellArithmetic:
    """A row of a variable whose value the caller does not know: its handle contains no numbers."""
    depth = call.inputs[1].ndim - (call.type == "ResourceGatherNd")
    where = position[:depth]
    at = (*np.atleast_1d(call.inputs[1][where]).tolist(), *position[depth:])
    value = plain(call.result[position])
    term = Term(at, f"{place_text(at)} of the variable: {text(value)}", value, None, value)
    note = _row_note(int(at[0]), where)
    title = "an element that only moves"
    indices = source(1, (*where, *([0] if call.type == "ResourceGatherNd" else [])))
    return CellArithmetic(title, position, "sum", value, value, (term,), note=note, sources=(indices,))


def _padding(call: OpCall, position: Position) -> CellArithmetic:
    filler = plain(call.inputs[2][()]) if call.type == "PadV2" else plain(np.zeros((), call.result.dtype)[()])
    term = Term((), f"padding: {text(filler)}", filler, None, filler)
    ports = (Region(2, ()),) if call.type == "PadV2" else ()
    return CellArithmetic(
        "padding", position, "sum", plain(call.result[position]), filler, (term,), sources=ports
    )  # fmt: skip


def _reach(call: OpCall, port: int, position: Position) -> Reach:
    if call.type.startswith("Resource") and not call.inputs[0].size:
        return Reach(()) if port == 0 else _reach_of_index(call, position)
    if port == 1 and call.type in ("GatherV2", "Gather", "ResourceGather"):
        return _reach_of_index(call, position)
    origins, starts = _origins(call)
    if call.type == "PadV2" and port == 2:
        number = PADDING
    elif port in starts:
        number = starts[port] + int(np.ravel_multi_index(position, call.inputs[port].shape))
    else:
        return Reach(())
    places = np.argwhere(origins == number)
    regions = tuple(Region(call.output, cell(place)) for place in places[:MOST_REGIONS])
    return Reach(regions, max(0, len(places) - MOST_REGIONS))


def _reach_of_index(call: OpCall, position: Position) -> Reach:
    if not call.inputs[0].size:
        return Reach((Region(call.output, (*cell(position), *whole(call.result.shape[len(position) :]))),))
    axis, batch = gather_axis(call), batch_axes(call)
    shape = call.result.shape
    lead = (*cell(position[:batch]), *whole(shape[batch:axis]))
    rest = position[batch:]
    return Reach((Region(call.output, (*lead, *cell(rest), *whole(shape[axis + len(rest) :]))),))


FAMILIES = dict.fromkeys(_MOVES, Family(_arithmetic, _reach))
