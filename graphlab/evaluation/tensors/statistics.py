"""The statistics of a tensor, its histogram, and the limits of its colours."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite, sqrt
from typing import TypeAlias

import numpy as np

from graphlab.evaluation.result import Array

Limits: TypeAlias = "tuple[float, float]"
BINS = 40
CHUNK = 65_536  # numbers that are looked at at a time
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
    flat = array.reshape(-1)
    chunks = [_moments(flat[start : start + CHUNK]) for start in range(0, flat.size, CHUNK)]
    count = sum(chunk.count for chunk in chunks)
    nan, infinite = sum(chunk.nan for chunk in chunks), sum(chunk.infinite for chunk in chunks)
    if not count:
        return TensorStatistics(int(flat.size), None, None, None, None, 0, nan, infinite, (), 0, None)
    sample = flat[:: -(-flat.size // MOST_SORTED)].astype(np.float64)
    sample = sample[np.isfinite(sample)]
    low, high = min(chunk.minimum for chunk in chunks), max(chunk.maximum for chunk in chunks)
    counts, _ = np.histogram(sample / 2, bins=BINS, range=_half(low, high))
    mean, std = _mean_and_std(chunks)
    ends = 2 * np.percentile(sample / 2, [TRIMMED_PERCENT, 100 - TRIMMED_PERCENT]) if sample.size else (low, high)
    return TensorStatistics(
        size=int(flat.size),
        mean=mean if isfinite(mean) else None,
        std=std if isfinite(std) else None,
        minimum=low,
        maximum=high,
        zeros=sum(chunk.zeros for chunk in chunks),
        nan=nan,
        infinite=infinite,
        counts=tuple(int(count) for count in counts),
        counted=int(sample.size),
        trimmed=(float(ends[0]), float(ends[1])),
    )


@dataclass(frozen=True)
class _Moments:
    """Numbers of a part of a tensor: `squares` is the sum of the squared distances from its mean."""

    count: int
    mean: float
    squares: float
    minimum: float
    maximum: float
    zeros: int
    nan: int
    infinite: int


def _moments(part: Array) -> _Moments:
    """A part at a time stays in the processor's cache: several times as fast as the whole tensor at once."""
    numbers = part.astype(np.float64)
    finite = numbers[np.isfinite(numbers)]
    nan = int(np.count_nonzero(np.isnan(numbers)))
    infinite = int(numbers.size - finite.size - nan)
    if not finite.size:
        return _Moments(0, 0.0, 0.0, inf, -inf, 0, nan, infinite)
    with np.errstate(over="ignore", invalid="ignore"):
        mean = float(finite.mean())
        squares = float(np.square(finite - mean).sum())
    low, high, zeros = float(finite.min()), float(finite.max()), int(np.count_nonzero(finite == 0))
    return _Moments(int(finite.size), mean, squares, low, high, zeros, nan, infinite)


def _mean_and_std(chunks: list[_Moments]) -> tuple[float, float]:
    """Of all parts together. https://en.wikipedia.org/wiki/Algorithms_for_calculating_variance#Parallel_algorithm"""
    count = sum(chunk.count for chunk in chunks)
    mean = sum(chunk.mean * (chunk.count / count) for chunk in chunks)
    squares = 0.0
    for chunk in chunks:
        distance = chunk.mean - mean if chunk.count else 0.0
        squares += chunk.squares + chunk.count * distance * distance
    return mean, sqrt(squares / count) if squares >= 0 else squares


def _half(low: float, high: float) -> Limits:
    """Half of each limit: the distance between the smallest and the largest float64 is not a float64."""
    return (low / 2, high / 2) if low < high else (low / 2 - 0.5, high / 2 + 0.5)


def limits_of(array: Array) -> Limits | None:
    """The smallest and the largest finite number."""
    if not is_numeric(array):
        return None
    flat = array.reshape(-1)
    parts = [_moments(flat[start : start + CHUNK]) for start in range(0, flat.size, CHUNK)]
    ends = [(part.minimum, part.maximum) for part in parts if part.count]
    return (min(low for low, _ in ends), max(high for _, high in ends)) if ends else None
