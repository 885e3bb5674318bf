"""Numbers, terms and grids of a cell's arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite, isqrt

import numpy as np

from graphlab.evaluation.cells.types import Number, NumberGrid, Position, Range, Region, Term
from graphlab.evaluation.result import Array
from graphlab.number_text import value_text

MOST_IN_GRID = 4_096
WIDEST_GRID = 64
_NOT_FINITE = {"nan": "NaN", "inf": "∞", "-inf": "−∞"}


def plain(value: object) -> Number:
    """A NumPy scalar as JSON, which has no NaN, infinity, bytes or complex numbers: they become texts."""
    if isinstance(value, np.generic):
        value = float(value) if value.dtype.kind == "V" else value.item()
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    if isinstance(value, complex):
        return f"{value.real:.4g}{value.imag:+.4g}j"
    return value if isinstance(value, bool | int | float | str) else str(value)


def text(value: object) -> str:
    """A number as it is written in a formula: `−0.4127`, `∞`."""
    number = plain(value)
    if isinstance(number, str):
        return _NOT_FINITE.get(number, number)
    words = value_text(number or 0.0) if isinstance(number, float) else str(number)  # −0.0 is written as 0
    return words.replace("-", "−")


def place_text(position: Sequence[int]) -> str:
    """`[0, 17]`; nothing for a scalar."""
    return f"[{', '.join(map(str, position))}]" if len(position) else ""


def counted(count: int, one: str, several: str = "") -> str:
    """`1 product`, `784 products`."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


@dataclass(frozen=True, eq=False)
class Parts:
    """The terms of a result, all of one array each: what is combined, and where the left numbers come from.

    `place` returns the position in the first input for the position of a term in these arrays. `form` writes a term
    with its left number as {0} and its right one as {1}.
    """

    products: Array
    left: Array
    right: Array | None
    place: Callable[[Position], Position]
    form: str = "{0} × {1}"

    def term(self, flat: int) -> Term:
        """The term at a flat position."""
        at = np.unravel_index(flat, self.products.shape)
        left, product = self.left[at], self.products[at]
        right = None if self.right is None else self.right[at]
        formula = self.form.format(text(left), "" if right is None else text(right))
        result = text(product)
        words = formula if formula == result else f"{formula} = {result}"
        where = self.place(tuple(int(one) for one in at))
        return Term(where, words, plain(left), None if right is None else plain(right), plain(product))


def largest(parts: Parts, most: int) -> tuple[Term, ...]:
    """The terms with the largest products, whatever their sign; NaN comes first."""
    return _ordered(parts, np.abs(parts.products), most)


def highest(parts: Parts, most: int) -> tuple[Term, ...]:
    """The terms with the highest products."""
    return _ordered(parts, parts.products, most)


def lowest(parts: Parts, most: int) -> tuple[Term, ...]:
    """The terms with the lowest products."""
    return _ordered(parts, -parts.products.astype(np.float64), most)


def _ordered(parts: Parts, keys: Array, most: int) -> tuple[Term, ...]:
    ranks = keys.astype(np.float64).ravel()
    ranks = np.where(np.isnan(ranks), np.inf, ranks)
    first = np.argpartition(-ranks, most - 1)[:most] if ranks.size > most else np.arange(ranks.size)
    return tuple(parts.term(int(flat)) for flat in sorted(first, key=lambda flat: (-ranks[flat], flat)))


def vector_grid(title: str, vector: Array, *, sign: str = "", port: int = -1, mark: int = -1) -> NumberGrid:
    """A vector as a grid that is read like a text: square if its length is a square, else twice as wide as high.

    Of a very long vector each number is the mean of several.
    """
    step = -(-vector.size // MOST_IN_GRID)
    if step > 1:
        whole = vector[: vector.size // step * step]
        vector = whole.reshape(-1, step).astype(np.float64).mean(axis=1)
        title, mark = f"{title}, means of {step}", mark // step
    columns = _columns(vector.size)
    rows = -(-vector.size // columns) if columns else 0
    numbers: list[Number] = [*(plain(value) for value in vector), *[None] * (rows * columns - vector.size)]
    grid = tuple(tuple(numbers[row * columns : (row + 1) * columns]) for row in range(rows))
    is_inside = 0 <= mark < vector.size
    return NumberGrid(title, grid, sign, port, ((mark // columns, mark % columns),) if is_inside else ())


def _columns(count: int) -> int:
    side = isqrt(count)
    if count <= 16 or side * side == count:
        return count if count <= 16 else side
    return min(isqrt(2 * count - 1) + 1, WIDEST_GRID)


def cell(position: Sequence[int]) -> tuple[Range, ...]:
    """One position as ranges."""
    return tuple((int(one), int(one) + 1, 1) for one in position)


def whole(shape: Sequence[int]) -> tuple[Range, ...]:
    """All positions as ranges."""
    return tuple((0, int(size), 1) for size in shape)


def stepped(indices: Sequence[int]) -> Range:
    """Indices at equal distances as a range."""
    if not indices:
        return (0, 0, 1)
    step = indices[1] - indices[0] if len(indices) > 1 else 1
    return (indices[0], indices[-1] + 1, step)


def aligned(position: Sequence[int], shape: Sequence[int]) -> Position:
    """The position in an input of this shape that is broadcast to a position of the output."""
    tail = position[len(position) - len(shape) :]
    return tuple(0 if size == 1 else at for at, size in zip(tail, shape, strict=True))


def spread(position: Sequence[int], shape: Sequence[int], result: Sequence[int]) -> tuple[Range, ...]:
    """The positions of the output that an element of an input of this shape is broadcast to."""
    lead = len(result) - len(shape)
    tail = zip(position, shape, result[lead:], strict=True)
    return (*whole(result[:lead]), *((0, out, 1) if size == 1 else (at, at + 1, 1) for at, size, out in tail))


def source(port: int, position: Sequence[int]) -> Region:
    """One position of an input."""
    return Region(port, cell(position))
