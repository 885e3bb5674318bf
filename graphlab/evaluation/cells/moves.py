"""Ops that only move elements, such as Reshape, Concat and GatherV2: where each element came from and went to."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

from graphlab.evaluation.cells.numbers import cell, place_text, plain, source, text, whole
from graphlab.evaluation.cells.rearrange import MOVES, PADDING, Integers, batch_axes, gather_axis
from graphlab.evaluation.cells.types import (
    MOST_REGIONS,
    CellArithmetic,
    Family,
    OpCall,
    Position,
    Range,
    Reach,
    Region,
    Term,
)


def _origins(call: OpCall) -> tuple[Integers, dict[int, int]]:
    """For each element of the output its number among all elements that move, and the first number of each input."""
    move, moving = MOVES[call.type]
    starts, start = {}, 0
    for port in moving(len(call.inputs)):
        starts[port] = start
        start += call.inputs[port].size
    kind = np.int32 if start < 2**31 else np.int64
    indices = [
        np.arange(first, first + call.inputs[port].size, dtype=kind).reshape(call.inputs[port].shape)
        for port, first in starts.items()
    ]
    return cast(Integers, np.asarray(move(call, *indices))), starts


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


def sources_of_box(call: OpCall, box: tuple[Range, ...]) -> list[Region]:
    """What the elements in a box of the output were before they moved: a box of each input that they came from."""
    origins, starts = _origins(call)
    numbers: NDArray[np.int64] = np.unique(origins[tuple(slice(start, stop) for start, stop, _ in box)]).astype(
        np.int64
    )
    regions = []
    for port, start in starts.items():
        shape = call.inputs[port].shape
        own = numbers[(numbers >= start) & (numbers < start + call.inputs[port].size)] - start
        if own.size:
            regions.append(Region(port, _box_around(own, shape)))
    return regions


def reach_of_box(call: OpCall, port: int, box: tuple[Range, ...]) -> list[Region]:
    """Where the elements in a box of an input moved to, as a box of the output."""
    origins, starts = _origins(call)
    if port not in starts:
        is_index = port == 1 and call.type in ("GatherV2", "Gather", "ResourceGather", "GatherNd")
        return [Region(call.output, whole(call.result.shape))] if is_index else []
    is_inside = np.zeros(call.inputs[port].shape, dtype=bool)
    is_inside[tuple(slice(start, stop) for start, stop, _ in box)] = True
    is_own = (origins >= starts[port]) & (origins < starts[port] + is_inside.size)
    moved = np.flatnonzero(is_own & is_inside.reshape(-1)[np.where(is_own, origins - starts[port], 0)])
    return [Region(call.output, _box_around(moved, origins.shape))] if moved.size else []


def _box_around(elements: NDArray[np.int64], shape: tuple[int, ...]) -> tuple[Range, ...]:
    """The smallest box of a tensor that contains elements, which are counted row by row."""
    if not shape:
        return ()
    return tuple((int(axis.min()), int(axis.max()) + 1, 1) for axis in np.unravel_index(elements, shape))


def _reach_of_index(call: OpCall, position: Position) -> Reach:
    if not call.inputs[0].size:
        return Reach((Region(call.output, (*cell(position), *whole(call.result.shape[len(position) :]))),))
    axis, batch = gather_axis(call), batch_axes(call)
    shape = call.result.shape
    lead = (*cell(position[:batch]), *whole(shape[batch:axis]))
    rest = position[batch:]
    return Reach((Region(call.output, (*lead, *cell(rest), *whole(shape[axis + len(rest) :]))),))


FAMILIES = dict.fromkeys(MOVES, Family(_arithmetic, _reach))
