"""Arrays as boxes show them: a number, a strip of shades, a histogram, a picture. Knows arrays, not TensorFlow."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from graphlab.evaluation.result import Array
from graphlab.evaluation.session.mosaic import mosaic_uri
from graphlab.number_text import value_text
from graphlab.overlay.types import Readout

Floats: TypeAlias = NDArray[np.float64]  # or smaller floating-point numbers

MOST_SHADES = 48  # of a strip
BARS = 24
SPELLED = {"nan": "NaN", "inf": "∞", "-inf": "−∞"}
MOST_TEXT = 28  # characters of a text on a box


def readout_of(array: Array, of: str, *, as_picture: bool, as_maps: bool = False) -> Readout:
    """An array as a box shows it; `of` is value, gradient or difference.

    `as_maps` is for scores of attention, [batch,head,query,key]: the picture has a tile for each head.
    """
    if not array.size:
        return Readout(of, "text", "empty", words=f"{of}: an empty tensor")
    if array.dtype.kind in "OSU":
        return _text(array, of)
    if array.dtype.kind == "c":
        first = array.flat[0]
        return Readout(of, "text", f"{first.real:.4g}{first.imag:+.4g}j", words=f"{of}: complex numbers")
    if array.size == 1:
        return _number(array.flat[0], of)
    numbers = cast("Floats", array if array.dtype.kind == "f" else array.astype(np.float64))
    summary = _summary_of(numbers)
    words = f"{of}: {_summary_words(summary)}"
    if as_picture and array.ndim in (3, 4):
        signed = of != "value" or summary.minimum < 0
        images = np.moveaxis(array, 1, -1) if as_maps and array.ndim == 4 else array
        picture = mosaic_uri(images, signed=signed, has_colours=not as_maps)
        return Readout(of, "picture", _range_text(summary), picture=picture, bad=summary.not_finite, words=words)
    if math.prod(size for size in array.shape if size > 1) == max(array.shape):
        return Readout(of, "strip", levels=_shades(numbers.ravel()), bad=summary.not_finite, words=words)
    return Readout(of, "histogram", _range_text(summary), levels=_bars(numbers), bad=summary.not_finite, words=words)


@dataclass(frozen=True)
class _Summary:
    """The numbers of an array without those that are not finite; all are NaN if no number is."""

    mean: float
    minimum: float
    maximum: float
    not_finite: int


def _summary_of(numbers: Floats) -> _Summary:
    is_finite = np.isfinite(numbers)
    real = numbers if is_finite.all() else numbers[is_finite]
    if not real.size:
        return _Summary(math.nan, math.nan, math.nan, numbers.size)
    mean = float(real.mean(dtype=np.float64))
    return _Summary(mean, float(real.min()), float(real.max()), numbers.size - real.size)


def problem_readout(words: str) -> Readout:
    """Stands for a value that could not be computed."""
    return Readout("value", "problem", "no value", words=words)


def _number(value: np.generic, of: str) -> Readout:
    if value.dtype.kind == "b":
        text = "true" if value else "false"
    elif value.dtype.kind in "iu":
        text = f"{int(value):,}" if abs(int(value)) < 10**9 else f"{float(value):.4g}"
    else:
        text = SPELLED.get(str(float(value)), value_text(float(value)))
    is_bad = value.dtype.kind not in "biu" and not math.isfinite(float(value))
    return Readout(of, "number", text, bad=int(is_bad), words=f"{of} {text}")


def _text(array: Array, of: str) -> Readout:
    first = array.flat[0]
    words = first.decode("utf-8", errors="replace") if isinstance(first, bytes) else str(first)
    text = words if len(words) <= MOST_TEXT else f"{words[: MOST_TEXT - 1]}…"
    more = f" and {array.size - 1:,} more" if array.size > 1 else ""
    return Readout(of, "text", f"“{text}”{more}", words=f"{of}: text {text}{more}")


def _shades(numbers: Floats) -> tuple[int, ...]:
    """The numbers as shades; of many, those furthest from 0 in each of equal parts."""
    finite = np.nan_to_num(numbers, nan=0.0, posinf=0.0, neginf=0.0)
    if finite.size > MOST_SHADES:
        parts = np.array_split(finite, MOST_SHADES)
        finite = np.array([part[np.argmax(np.abs(part))] for part in parts])
    most = float(np.abs(finite).max())
    return tuple(int(shade) for shade in np.round(finite / most * 100)) if most else (0,) * finite.size


def _bars(numbers: Floats) -> tuple[int, ...]:
    finite = numbers[np.isfinite(numbers)]
    if not finite.size:
        return ()
    if finite.min() == finite.max():
        return tuple(100 if index == BARS // 2 else 0 for index in range(BARS))
    counts, _ = np.histogram(finite, bins=BARS)
    heights = np.ceil(counts / counts.max() * 100)
    return tuple(int(height) for height in heights)


def _range_text(summary: _Summary) -> str:
    if math.isnan(summary.mean):
        return "NaN"
    low, high = (f"{number:.2g}".replace("-", "−") for number in (summary.minimum, summary.maximum))
    return low if low == high else f"{low}…{high}"


def _summary_words(summary: _Summary) -> str:
    bad = f", {summary.not_finite:,} NaN or infinite" if summary.not_finite else ""
    if math.isnan(summary.mean):
        return f"all NaN or infinite{bad}"
    numbers = f"from {value_text(summary.minimum)} to {value_text(summary.maximum)}"
    return f"mean {value_text(summary.mean)}, {numbers}{bad}"
