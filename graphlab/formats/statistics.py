"""Statistics of an array's values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BINS = 32
FIRST = 8  # values that are shown as they are, if they are not numbers


@dataclass(frozen=True)
class Statistics:
    """Of an array's finite values: minimum, maximum, mean, standard deviation, and the counts in 32 bins.

    `bins` spans `minimum` to `maximum` in equal steps; it is empty if no value is finite. `zeros`, `nans` and
    `infinities` count values. For text, the numbers are None and `first` contains the first few values.
    """

    dtype: str
    shape: tuple[int, ...]
    size: int
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    deviation: float | None = None
    zeros: int = 0
    nans: int = 0
    infinities: int = 0
    bins: tuple[int, ...] = ()
    first: tuple[str, ...] = ()


def statistics_of(values: NDArray[np.generic]) -> Statistics:
    """The statistics of an array of numbers, booleans or text."""
    import numpy as np

    array = np.asarray(values)
    statistics = Statistics(str(array.dtype), tuple(int(size) for size in array.shape), int(array.size))
    if array.dtype.kind in "OSU":
        return replace(statistics, first=tuple(map(_text, array.reshape(-1)[:FIRST])))
    magnitudes = np.abs(array) if array.dtype.kind == "c" else array
    numbers = magnitudes.reshape(-1).astype(np.float64)
    finite = numbers[np.isfinite(numbers)]
    statistics = replace(
        statistics,
        zeros=int(np.count_nonzero(numbers == 0)),
        nans=int(np.count_nonzero(np.isnan(numbers))),
        infinities=int(np.count_nonzero(np.isinf(numbers))),
    )
    if not finite.size:
        return statistics
    bins, _ = np.histogram(finite, BINS)
    return replace(
        statistics,
        minimum=float(finite.min()),
        maximum=float(finite.max()),
        mean=float(finite.mean()),
        deviation=float(finite.std()),
        bins=tuple(map(int, bins)),
    )


def _text(value: np.generic) -> str:
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value)
