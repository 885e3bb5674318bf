"""Reductions over axes: Sum, Mean, Max, Min, Prod, All, Any, ArgMax and ArgMin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from graphlab.evaluation.cells.numbers import Parts, counted, highest, largest, lowest, place_text, plain, vector_grid
from graphlab.evaluation.cells.types import (
    CellArithmetic,
    Family,
    Numbers,
    OpCall,
    Position,
    Range,
    Reach,
    Region,
    Term,
    wide,
)


@dataclass(frozen=True)
class _Reduction:
    title: str
    rule: str
    compute: Callable[[Numbers], object]
    terms: Callable[[Parts, int], tuple[Term, ...]]


_REDUCTIONS = {
    "Sum": _Reduction("Σ {}", "sum", lambda part: part.sum(), largest),
    "Mean": _Reduction("mean of {}", "mean", lambda part: part.mean(), largest),
    "Max": _Reduction("the largest of {}", "max", lambda part: part.max(), highest),
    "Min": _Reduction("the smallest of {}", "min", lambda part: part.min(), lowest),
    "Prod": _Reduction("product of {}", "product", lambda part: part.prod(), largest),
    "All": _Reduction("whether all of {} are true", "min", np.all, lowest),
    "Any": _Reduction("whether any of {} is true", "max", np.any, highest),
    "ArgMax": _Reduction("index of the largest of {}", "argmax", np.argmax, highest),
    "ArgMin": _Reduction("index of the smallest of {}", "argmin", np.argmin, lowest),
}


def _axes(call: OpCall) -> tuple[int, ...]:
    rank = call.inputs[0].ndim
    return tuple(sorted({int(axis) % rank for axis in call.inputs[1].reshape(-1)})) if rank else ()


def _fixed(call: OpCall, position: Position) -> dict[int, int]:
    """The axes that are not reduced, each with the place on it."""
    axes, rank = _axes(call), call.inputs[0].ndim
    others = [axis for axis in range(rank) if axis not in axes]
    places = [position[axis] for axis in others] if len(position) == rank and axes else position
    return dict(zip(others, places, strict=True))


def _arithmetic(call: OpCall, position: Position) -> CellArithmetic:
    array, fixed, reduction = call.inputs[0], _fixed(call, position), _REDUCTIONS[call.type]
    part = np.asarray(wide(array[tuple(fixed.get(axis, slice(None)) for axis in range(array.ndim))]))
    axes = _axes(call)

    def place(at: Position) -> Position:
        places = fixed | dict(zip(axes, at, strict=True))
        return tuple(places[axis] for axis in range(array.ndim))

    terms = reduction.terms(Parts(part, part, None, place, "{0}"), call.most)
    total = reduction.compute(part) if part.size or call.type in ("Sum", "Prod", "All", "Any", "Mean") else None
    total = int(float(str(total))) if call.type == "Mean" and part.dtype.kind == "i" else total
    mark = int(part.reshape(-1).argmax()) if call.type in ("Max", "ArgMax") and part.size else -1
    if call.type in ("Min", "ArgMin") and part.size:
        mark = int(part.reshape(-1).argmin())
    return CellArithmetic(
        title=reduction.title.format(counted(part.size, "number")),
        position=position,
        rule=reduction.rule,
        value=plain(call.result[position]),
        total=plain(total),
        terms=terms,
        more=part.size - len(terms),
        note=f"It is at {place_text(terms[0].position)}." if mark >= 0 and terms else _overflow(call, position, total),
        grids=(vector_grid(f"{counted(part.size, 'number')} of the input", part.reshape(-1), port=0, mark=mark),),
        sources=(Region(0, tuple(_range(fixed.get(axis), size) for axis, size in enumerate(array.shape))),),
    )


def _overflow(call: OpCall, position: Position, total: object) -> str:
    """That a whole number is too large for the dtype, "" if it is not."""
    value = call.result[position]
    is_other = value.dtype.kind in "iu" and call.type in ("Sum", "Prod") and int(str(total)) != int(value)
    return f"{value.dtype.name} cannot hold {int(str(total)):,}, so the result wraps around." if is_other else ""


def _range(at: int | None, size: int) -> Range:
    return (0, size, 1) if at is None else (at, at + 1, 1)


def _reach(call: OpCall, port: int, position: Position) -> Reach:
    if port:
        return Reach(())
    axes = _axes(call)
    keeps = call.result.ndim == call.inputs[0].ndim
    places = [0 if axis in axes else at for axis, at in enumerate(position) if keeps or axis not in axes]
    return Reach((Region(call.output, tuple((at, at + 1, 1) for at in places)),))


FAMILIES = dict.fromkeys(_REDUCTIONS, Family(_arithmetic, _reach))
