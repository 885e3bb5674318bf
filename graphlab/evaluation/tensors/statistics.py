"""The statistics of a tensor, its histogram, and the limits of its colours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from graphlab.evaluation.result import Array

Limits: TypeAlias = "tuple[float, float]"
BINS = 40
MOST_SORTED = 1_000_000  # numbers whose histogram and outliers are looked at: of more, every second, third …
TRIMMED_PERCENT = 1.0


@dataclass(frozen=True)
class TensorStatistics:
    """A tensor in numbers: mean, std, minimum, maximum and zeros of its finite numbers, and how many are not finite.

    The first four are None without finite numbers. `counts` is the histogram from minimum to maximum, of `counted`
    numbers. `trimmed` are the limits without 1% at each end.
    """

    size: int
    mean: float | None
    std: float | None
    minimum: float | None
    maximum: float | None
    zeros: int
    nan: int
    infinite: int
    counts: tuple[int, ...]
    counted: int
    trimmed: Limits | None


def is_numeric(array: Array) -> bool:
    """Whether an array contains real numbers or truth values, bfloat16 and its like included."""
    return array.dtype.kind in "biuf" or (array.dtype.kind == "V" and array.dtype.names is None)


def tensor_statistics(array: Array) -> TensorStatistics | None:
    """The statistics of a tensor of real numbers or truth values; None for others."""
    if not is_numeric(array):
        return None
    numbers = array.astype(np.float64).reshape(-1)
    finite = numbers[np.isfinite(numbers)]
    nan = int(np.count_nonzero(np.isnan(numbers)))
    infinite = int(numbers.size - finite.size - nan)
    if not finite.size:
        return TensorStatistics(int(numbers.size), None, None, None, None, 0, nan, infinite, (), 0, None)
    sample = finite[:: -(-finite.size // MOST_SORTED)]
    low, high = float(finite.min()), float(finite.max())
    counts, _ = np.histogram(sample / 2, bins=BINS, range=_half(low, high))
    with np.errstate(over="ignore"):
        mean, std = float(finite.mean()), float(finite.std())
    ends = np.percentile(sample, [TRIMMED_PERCENT, 100 - TRIMMED_PERCENT])
    return TensorStatistics(
        size=int(numbers.size),
        mean=mean if np.isfinite(mean) else None,
        std=std if np.isfinite(std) else None,
        minimum=low,
        maximum=high,
        zeros=int(np.count_nonzero(finite == 0)),
        nan=nan,
        infinite=infinite,
        counts=tuple(int(count) for count in counts),
        counted=int(sample.size),
        trimmed=(float(ends[0]), float(ends[1])),
    )


def _half(low: float, high: float) -> Limits:
    """Half of each limit: the distance between the smallest and the largest float64 is not a float64."""
    return (low / 2, high / 2) if low < high else (low / 2 - 0.5, high / 2 + 0.5)


def limits_of(array: Array) -> Limits | None:
    """The smallest and the largest finite number."""
    if not is_numeric(array):
        return None
    numbers: NDArray[np.float64] = array.astype(np.float64)
    finite = numbers[np.isfinite(numbers)]
    return (float(finite.min()), float(finite.max())) if finite.size else None
