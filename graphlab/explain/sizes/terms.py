"""Sizes known only at run time, as products: 16 × the batch. Works on numbers and names, not graphs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

BATCH = "batch"
MOST_NAMES = 32  # in one product: a chain of squares would double them with each op
LARGEST = 2**63  # the limit of int64: larger values wrap when the graph runs


@dataclass(frozen=True)
class Size:
    """`factor` times the unknown sizes named in `of`; if factor is None, some function of them.

    The names are BATCH and, for the other sizes of an input, results of `free_size`. Without names and factor, the size
    depends on the data.
    """

    factor: Fraction | None
    of: tuple[str, ...] = ()


Dim = int | Size
Dims = tuple[Dim, ...]

BATCH_SIZE = Size(Fraction(1), (BATCH,))
OF_DATA = Size(None)


def free_size(op_id: str, axis: int) -> Size:
    """The unknown size of an input along an axis; -1 if even its rank is unknown."""
    return Size(Fraction(1), (f"{axis}:{op_id}",))


def place_of(name: str) -> tuple[str, int]:
    """The op and the axis of an unknown size, from its name in `Size.of`."""
    axis, _, op_id = name.partition(":")
    return op_id, int(axis)


def some_function(dims: Iterable[Dim]) -> Size:
    """A size that depends on these in a way that is not computed."""
    names = {name for dim in dims if isinstance(dim, Size) for name in dim.of}
    return Size(None, tuple(sorted(names)))


def times(left: Dim, right: Dim) -> Dim:
    """The product."""
    if isinstance(left, int) and isinstance(right, int):
        return _within(left * right)
    one, other = _as_size(left), _as_size(right)
    if one.factor is None or other.factor is None:
        return 0 if 0 in (left, right) else some_function((left, right))
    return _plain(Size(one.factor * other.factor, tuple(sorted(one.of + other.of))))


def product(dims: Iterable[Dim]) -> Dim:
    """The product of all sizes; 1 for none."""
    start: Dim = 1
    return reduce(times, dims, start)


def divide(left: Dim, right: Dim) -> Dim:
    """The quotient, if it is exact."""
    one, other = _as_size(left), _as_size(right)
    names = list(one.of)
    if not other.factor or one.factor is None or any(other.of.count(name) > names.count(name) for name in other.of):
        return some_function((left, right))
    for name in other.of:
        names.remove(name)
    quotient = _plain(Size(one.factor / other.factor, tuple(names)))
    return quotient if isinstance(quotient, int) or quotient.of else some_function((left, right))


def plus(left: Dim, right: Dim) -> Dim:
    """The sum."""
    if left == 0 or right == 0:
        return right if left == 0 else left
    if isinstance(left, int) and isinstance(right, int):
        return _within(left + right)
    one, other = _as_size(left), _as_size(right)
    if one.factor is None or other.factor is None or one.of != other.of:
        return some_function((left, right))
    return _plain(Size(one.factor + other.factor, one.of))


def minus(left: Dim, right: Dim) -> Dim:
    """The difference."""
    return plus(left, times(right, -1))


def _as_size(dim: Dim) -> Size:
    return Size(Fraction(dim)) if isinstance(dim, int) else dim


def _within(number: int) -> Dim:
    return number if abs(number) < LARGEST else OF_DATA


def _plain(size: Size) -> Dim:
    """The number itself if it has no names; some function of its names if the product is too large for int64."""
    factor = size.factor
    if factor is None or factor == 0:
        return size if factor is None else 0
    if max(abs(factor.numerator), factor.denominator) >= LARGEST or len(size.of) > MOST_NAMES:
        return some_function([size])
    return int(factor) if not size.of and factor.denominator == 1 else size
