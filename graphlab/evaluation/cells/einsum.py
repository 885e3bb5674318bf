"""Einsum: the sum over the labels that the result lacks, such as the scores of attention."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, product
from math import prod
from string import ascii_letters

import numpy as np

from graphlab.evaluation.cells.numbers import Parts, counted, largest, plain, vector_grid
from graphlab.evaluation.cells.types import (
    MOST_REGIONS,
    CellArithmetic,
    Family,
    Numbers,
    OpCall,
    Position,
    Reach,
    Region,
    wide,
)
from graphlab.evaluation.result import Array


@dataclass(frozen=True)
class _Equation:
    inputs: tuple[str, ...]
    output: str
    sizes: dict[str, int]

    @property
    def summed(self) -> str:
        """The labels that the result lacks, in the order in which they first appear."""
        return "".join(dict.fromkeys(label for labels in self.inputs for label in labels if label not in self.output))


def _equation(call: OpCall) -> _Equation:
    left, _, right = str(call.attrs["equation"]).replace(" ", "").partition("->")
    unused = [letter for letter in ascii_letters if letter not in left]
    sides = left.split(",")
    ranks = [array.ndim - len(side.replace("...", "")) for side, array in zip(sides, call.inputs, strict=True)]
    most = max((rank for rank, side in zip(ranks, sides, strict=True) if "..." in side), default=0)
    dots = "".join(unused[:most])
    inputs = tuple(side.replace("...", dots[most - rank :]) for side, rank in zip(sides, ranks, strict=True))
    sizes: dict[str, int] = {}
    for labels, array in zip(inputs, call.inputs, strict=True):
        for label, size in zip(labels, array.shape, strict=True):
            sizes[label] = max(sizes.get(label, 1), size)
    return _Equation(inputs, right.replace("...", dots), sizes)


def _operand(array: Array, labels: str, fixed: dict[str, int], equation: _Equation) -> Numbers:
    """An input at the fixed labels, with one axis for each summed label."""
    summed = equation.summed
    where = tuple(
        (0 if size == 1 else fixed[label]) if label in fixed else slice(None)
        for label, size in zip(labels, array.shape, strict=True)
    )
    rest = "".join(label for label in labels if label not in fixed)
    present = "".join(label for label in summed if label in rest)
    part = np.einsum(f"{rest}->{present}", wide(array[where]))  # takes the diagonal of a repeated label
    shape = [part.shape[present.index(label)] if label in present else 1 for label in summed]
    return np.broadcast_to(part.reshape(shape), [equation.sizes[label] for label in summed])


def _arithmetic(call: OpCall, position: Position) -> CellArithmetic:
    equation = _equation(call)
    fixed = dict(zip(equation.output, position, strict=True))
    operands = [
        _operand(array, labels, fixed, equation) for array, labels in zip(call.inputs, equation.inputs, strict=True)
    ]

    def place(at: Position) -> Position:
        labels = fixed | dict(zip(equation.summed, at, strict=True))
        sizes = call.inputs[0].shape
        return tuple(0 if size == 1 else labels[label] for label, size in zip(equation.inputs[0], sizes, strict=True))

    right = operands[1] if len(operands) == 2 else None
    products = np.asarray(prod(operands[1:], start=operands[0]))
    form = "{0} × {1}" if right is not None else "{0}"
    terms = largest(Parts(products, operands[0], right, place, form), call.most)
    what = "number" if right is None else "product"
    grids = [
        vector_grid(f"input {port} at this cell", operand.ravel(), sign="·" if port else "", port=port)
        for port, operand in enumerate(operands)
    ]
    return CellArithmetic(
        title=f"Σ {counted(products.size, what)} over {', '.join(equation.summed)}" if equation.summed else "1 product",
        position=position,
        rule="sum",
        value=plain(call.result[position]),
        total=plain(products.sum()),
        terms=terms,
        more=products.size - len(terms),
        note=f"equation {call.attrs['equation']}",
        grids=tuple(grids),
        sources=tuple(
            region for port, array in enumerate(call.inputs) for region in _regions(port, equation, fixed, array.shape)
        ),
    )


def _regions(port: int, equation: _Equation, fixed: dict[str, int], shape: Position) -> list[Region]:
    """What is read of an input: of a repeated label only the diagonal."""
    labels = equation.inputs[port]
    repeated = sorted({label for label in labels if labels.count(label) > 1} - fixed.keys())
    regions = []
    for places in islice(product(*(range(equation.sizes[label]) for label in repeated)), MOST_REGIONS):
        places_by_label = fixed | dict(zip(repeated, places, strict=True))
        at = {
            label: 0 if size == 1 else places_by_label[label]
            for label, size in zip(labels, shape, strict=True)
            if label in places_by_label
        }
        pairs = zip(labels, shape, strict=True)
        axes = tuple((at[label], at[label] + 1, 1) if label in at else (0, size, 1) for label, size in pairs)
        regions.append(Region(port, axes))
    return regions


def _reach(call: OpCall, port: int, position: Position) -> Reach:
    equation = _equation(call)
    labels, shape = equation.inputs[port], call.inputs[port].shape
    fixed: dict[str, int] = {}
    for label, size, at in zip(labels, shape, position, strict=True):
        if size > 1 and fixed.setdefault(label, at) != at:
            return Reach(())  # off the diagonal of a repeated label
    sizes = equation.sizes
    axes = tuple((fixed[one], fixed[one] + 1, 1) if one in fixed else (0, sizes[one], 1) for one in equation.output)
    return Reach((Region(call.output, axes),))


FAMILIES = {"Einsum": Family(_arithmetic, _reach)}
