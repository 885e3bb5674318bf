"""Ops without a rule here: their inputs beside the output."""

from __future__ import annotations

import numpy as np

from graphlab.evaluation.cells.numbers import cell, place_text, plain, source, text
from graphlab.evaluation.cells.types import CellArithmetic, Family, OpCall, Position, Reach, Region, Term
from graphlab.evaluation.result import Array
from graphlab.evaluation.table import summary_of


def beside(call: OpCall, position: Position) -> CellArithmetic:
    """The number of each input at the same position if it has the output's shape, else the input's summary."""
    terms = tuple(_term(call, port, array, position) for port, array in enumerate(call.inputs))
    same = [port for port, array in enumerate(call.inputs) if _is_same(call, array)]
    value = plain(call.result[position])
    return CellArithmetic(
        title=f"the inputs of {call.type}",
        position=position,
        rule="none",
        value=value,
        total=value,
        terms=terms[: call.most],
        more=max(0, len(terms) - call.most),
        note=f"graphlab has no formula for {call.type} yet: this shows the inputs beside the output.",
        sources=tuple(source(port, position) for port in same),
    )


def _is_same(call: OpCall, array: Array) -> bool:
    return array.shape == call.result.shape


def _term(call: OpCall, port: int, array: Array, position: Position) -> Term:
    if _is_same(call, array):
        number = plain(array[position])
        where = f" at {place_text(position)}" if position else ""
        return Term(position, f"input {port}{where}: {text(number)}", number, None, None)
    return Term((), f"input {port}: {summary_text(array)}", None, None, None)


def summary_text(array: Array) -> str:
    """The dtype, shape and range of an array in words."""
    if array.dtype == object and not array.size:
        return "no numbers"
    kind = "string" if array.dtype.kind in "OSU" else array.dtype.name
    words = f"{kind}{list(array.shape)}"
    if array.size == 1 and np.ndim(array) == 0:
        return f"{text(array[()])} ({kind})"
    summary = summary_of(array)
    if summary is None:
        return words
    if not np.isfinite(summary.mean):
        return f"{words}, not finite"
    return f"{words}, mean {text(summary.mean)}, {text(summary.minimum)} to {text(summary.maximum)}"


def reach_same_shape(call: OpCall, port: int, position: Position) -> Reach:
    """The same position if input and output have one shape; nothing is known of others."""
    if call.inputs[port].shape != call.result.shape:
        return Reach(())
    return Reach((Region(call.output, cell(position)),))


OTHER = Family(beside, reach_same_shape)
