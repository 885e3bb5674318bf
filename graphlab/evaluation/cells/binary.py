"""Ops that combine the numbers of two inputs or more, with broadcasting: `9 × 4 = 36`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from graphlab.evaluation.cells.numbers import aligned, cell, place_text, plain, source, spread, text
from graphlab.evaluation.cells.types import (
    MOST_REGIONS,
    CellArithmetic,
    Family,
    Numbers,
    OpCall,
    Position,
    Reach,
    Region,
    Term,
    wide,
)
from graphlab.evaluation.result import Array

MOST_IN_MASK = 1_000_000


@dataclass(frozen=True)
class _Binary:
    form: str
    compute: Callable[[Numbers, Numbers], Array]


def _divide_no_nan(x: Numbers, y: Numbers) -> Numbers:
    return np.where(y == 0, 0, x / np.where(y == 0, 1, y))


def _multiply_no_nan(x: Numbers, y: Numbers) -> Numbers:
    return np.where(y == 0, 0, x * y)


def _truncate_divide(x: Numbers, y: Numbers) -> Numbers:
    return np.asarray(np.trunc(x / y))


_BINARY = {
    "Add": _Binary("{0} + {1}", np.add),
    "AddV2": _Binary("{0} + {1}", np.add),
    "BiasAdd": _Binary("{0} + {1}", np.add),
    "Sub": _Binary("{0} − {1}", np.subtract),
    "Mul": _Binary("{0} × {1}", np.multiply),
    "MulNoNan": _Binary("{0} × {1}", _multiply_no_nan),
    "RealDiv": _Binary("{0} / {1}", np.divide),
    "Div": _Binary("{0} / {1}", np.divide),
    "DivNoNan": _Binary("{0} / {1}", _divide_no_nan),
    "FloorDiv": _Binary("{0} / {1}, rounded down", np.floor_divide),
    "TruncateDiv": _Binary("{0} / {1}, rounded toward 0", _truncate_divide),
    "FloorMod": _Binary("{0} modulo {1}", np.mod),
    "Mod": _Binary("remainder of {0} / {1}", np.fmod),
    "TruncateMod": _Binary("remainder of {0} / {1}", np.fmod),
    "Pow": _Binary("{0} to the power of {1}", np.power),
    "Maximum": _Binary("max({0}, {1})", np.maximum),
    "Minimum": _Binary("min({0}, {1})", np.minimum),
    "SquaredDifference": _Binary("({0} − {1})²", lambda x, y: np.square(x - y)),
    "Atan2": _Binary("atan2({0}, {1})", np.arctan2),
    "Greater": _Binary("{0} > {1}", np.greater),
    "GreaterEqual": _Binary("{0} ≥ {1}", np.greater_equal),
    "Less": _Binary("{0} < {1}", np.less),
    "LessEqual": _Binary("{0} ≤ {1}", np.less_equal),
    "Equal": _Binary("{0} = {1}", np.equal),
    "NotEqual": _Binary("{0} ≠ {1}", np.not_equal),
    "LogicalAnd": _Binary("{0} and {1}", np.logical_and),
    "LogicalOr": _Binary("{0} or {1}", np.logical_or),
}


def _place(call: OpCall, port: int, position: Position) -> Position:
    """The position in an input that is combined with others at a position of the output."""
    if call.type == "BiasAdd" and port == 1:
        return (position[_bias_axis(call)],)
    return aligned(position, call.inputs[port].shape)


def _bias_axis(call: OpCall) -> int:
    return 1 if str(call.attrs.get("data_format", "NHWC")).startswith("NC") else call.result.ndim - 1


def _arithmetic(call: OpCall, position: Position) -> CellArithmetic:
    places = [_place(call, port, position) for port in (0, 1)]
    left, right = (call.inputs[port][place] for port, place in enumerate(places))
    binary = _BINARY[call.type]
    with np.errstate(all="ignore"):
        result = _computed(binary, left, right, call.result.dtype)
    formula = binary.form.format(text(left), f"({text(right)})" if text(right).startswith("−") else text(right))
    total = plain(result)
    return CellArithmetic(
        title=binary.form.format("a", "b"),
        position=position,
        rule="sum",
        value=plain(call.result[position]),
        total=total,
        terms=(Term(places[0], f"{formula}: {total}" if isinstance(total, bool) else f"{formula} = {text(result)}",
                    plain(left), plain(right), total),),
        note=_mask_note(call, (left, right)) or _broadcast_note(call, places, position),
        sources=tuple(source(port, place) for port, place in enumerate(places)),
    )  # fmt: skip


def _computed(binary: _Binary, left: object, right: object, dtype: np.dtype[np.generic]) -> object:
    # As arrays of objects texts compare and join as Python's do.
    numbers = [wide(np.asarray(one, object if isinstance(one, bytes) else None)) for one in (left, right)]
    result = np.asarray(binary.compute(*numbers))
    return result.astype(dtype)[()] if dtype.kind in "iub" else result[()]


def _broadcast_note(call: OpCall, places: list[Position], position: Position) -> str:
    others = [port for port, place in enumerate(places) if place != position and call.inputs[port].ndim]
    words = [f"{place_text(places[port])} of input {port} is used at several positions" for port in others]
    return "; ".join(words)


def _mask_note(call: OpCall, numbers: tuple[object, object]) -> str:
    """Whether the cell was dropped, if one factor is 0 or one other number everywhere, as of dropout."""
    if call.type != "Mul" or any(array.shape != call.result.shape for array in call.inputs):
        return ""
    for port in (1, 0):
        mask = call.inputs[port]
        if not 1 < mask.size <= MOST_IN_MASK:
            continue
        is_zero = mask == 0
        if is_zero.any() and not is_zero.all() and (mask[~is_zero] == mask[~is_zero][0]).all():
            return _dropped_words(bool(numbers[port] == 0), int(np.count_nonzero(is_zero)), mask.size)
    return ""


def _dropped_words(is_dropped: bool, dropped: int, size: int) -> str:
    here = "Dropped: the mask is 0 here." if is_dropped else "Not dropped here."
    return f"{here} {dropped:,} of {size:,} are dropped ({dropped / size:.0%})."


def _select(call: OpCall, position: Position) -> CellArithmetic:
    """SelectV2: which of two inputs a condition selects. With zeros as the last input it is a mask, as of dropout."""
    condition, *options = call.inputs
    mask_at = position[: condition.ndim] if call.type == "Select" else aligned(position, condition.shape)
    is_first = bool(condition[mask_at])
    port = 1 if is_first else 2
    array = options[port - 1]
    at = aligned(position, array.shape)
    selected = plain(array[at])
    note = ""
    if not options[1].any() and options[1].dtype.kind in "fV" and condition.shape == call.result.shape:
        note = _dropped_words(not is_first, int(condition.size - np.count_nonzero(condition)), condition.size)
    return CellArithmetic(
        title="one of two inputs, selected by the condition",
        position=position,
        rule="sum",
        value=plain(call.result[position]),
        total=selected,
        terms=(Term(at, f"the condition is {is_first}: input {port} is {text(selected)}", selected, None, selected),),
        note=note,
        sources=(source(0, mask_at), source(port, at)),
    )


def _add_n(call: OpCall, position: Position) -> CellArithmetic:
    numbers = [wide(array)[position] for array in call.inputs]
    every = tuple(Term(position, f"{text(n)} of input {i}", plain(n), None, plain(n)) for i, n in enumerate(numbers))
    return CellArithmetic(
        title=f"sum of {len(numbers)} inputs",
        position=position,
        rule="sum",
        value=plain(call.result[position]),
        total=plain(sum(numbers[1:], start=numbers[0])),
        terms=every[: call.most],
        more=max(0, len(every) - call.most),
        sources=tuple(source(port, position) for port in range(len(numbers))),
    )


def _reach(call: OpCall, port: int, position: Position) -> Reach:
    shape, result = call.inputs[port].shape, call.result.shape
    if call.type == "BiasAdd" and port == 1:
        axis = _bias_axis(call)
        place = position[0]
        return Reach((Region(call.output, tuple(
            (place, place + 1, 1) if one == axis else (0, size, 1) for one, size in enumerate(result)
        )),))  # fmt: skip
    if call.type == "Select" and port == 0:
        return Reach((Region(call.output, (*source(0, position).axes, *((0, n, 1) for n in result[len(shape) :]))),))
    region = Region(call.output, spread(position, shape, result))
    return _reach_selected(call, port, region) if call.type.startswith("Select") and port else Reach((region,))


def _reach_selected(call: OpCall, port: int, region: Region) -> Reach:
    """The part of a region in which the condition selects this input."""
    condition = call.inputs[0].astype(bool)
    if call.type == "Select":
        condition = condition.reshape(*condition.shape, *[1] * (call.result.ndim - condition.ndim))
    window = np.broadcast_to(condition, call.result.shape)[tuple(slice(*axis) for axis in region.axes)]
    is_selected = window == (port == 1)
    if is_selected.all():
        return Reach((region,))
    starts = [axis[0] for axis in region.axes]
    places = np.argwhere(is_selected)
    regions = tuple(Region(call.output, cell(place + starts)) for place in places[:MOST_REGIONS])
    return Reach(regions, max(0, len(places) - MOST_REGIONS))


FAMILIES = {
    **dict.fromkeys(_BINARY, Family(_arithmetic, _reach)),
    **dict.fromkeys(("Select", "SelectV2"), Family(_select, _reach)),
    "AddN": Family(_add_n, _reach),
}
