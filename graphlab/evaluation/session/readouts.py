"""Arrays as boxes show them: a number, a strip of shades, a histogram, a picture. Knows arrays, not TensorFlow."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
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
MOST_COUNTED = 2**24  # numbers in a histogram
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
        return replace(_range(summary, of, words), form="picture", picture=picture)
    if math.prod(size for size in array.shape if size > 1) == max(array.shape):
        return Readout(of, "strip", levels=_shades(numbers.ravel()), bad=summary.not_finite, words=words)
    return replace(_range(summary, of, words), levels=_bars(numbers))


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
    shorter = () if is_bad or value.dtype.kind == "b" else _shorter(text, float(value))
    return Readout(of, "number", text, bad=int(is_bad), words=f"{of} {text}", shorter=shorter)


def _shorter(text: str, number: float) -> tuple[str, ...]:
    """A number with fewer and fewer digits, each text shorter than the one before.

    >>> _shorter("0.007812", 0.0078125)
    ('0.00781', '0.0078', '0.008', '8e-3')
    >>> _shorter("1,234,567", 1234567)
    ('1.235e6', '1.23e6', '1.2e6', '1e6')
    """
    texts = [text]
    for digits in (4, 3, 2, 1):
        mantissa, exponent = f"{number:.{digits - 1}e}".split("e")
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        plain = f"{number:.{digits}g}"
        texts += [*(() if "e" in plain else (plain,)), f"{mantissa}e{int(exponent)}"]
    return tuple(_falling(texts)[1:])


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
    some = numbers.reshape(-1)[:: math.ceil(numbers.size / MOST_COUNTED)]
    finite = some[np.isfinite(some)]
    if not finite.size:
        return ()
    if finite.min() == finite.max():
        return tuple(100 if index == BARS // 2 else 0 for index in range(BARS))
    counts, _ = np.histogram(finite, bins=BARS)
    heights = np.ceil(counts / counts.max() * 100)
    return tuple(int(height) for height in heights)


def _range(summary: _Summary, of: str, words: str) -> Readout:
    """A histogram without its bars: the smallest and the largest number."""
    if math.isnan(summary.mean):
        return Readout(of, "histogram", "NaN", bad=summary.not_finite, words=words)
    ends = [(f"{number:.2g}", number) for number in (summary.minimum, summary.maximum)]
    low, high = ([text, *_shorter(text, number)] for text, number in ends)
    if low[0] == high[0]:
        texts = low
    else:
        longest = max(len(low), len(high))
        pairs = zip(*(ones + ones[-1:] * (longest - len(ones)) for ones in (low, high)), strict=True)
        texts = [*(f"{a}…{b}" for a, b in pairs), *_bounds(low, high, summary)]
    text, *shorter = (one.replace("-", "−") for one in _falling(texts))
    return Readout(of, "histogram", text, bad=summary.not_finite, words=words, shorter=tuple(shorter))


def _falling(texts: Iterable[str]) -> list[str]:
    """Of texts those that are shorter than all before them."""
    falling: list[str] = []
    for text in texts:
        if not falling or len(text) < len(falling[-1]):
            falling.append(text)
    return falling


def _bounds(low: list[str], high: list[str], summary: _Summary) -> list[str]:
    """The end of a range that is furthest from 0, where there is no room for both."""
    if summary.minimum >= 0:
        return [f"≤{text}" for text in high]
    if summary.maximum <= 0:
        return [f"≥{text}" for text in low]
    return [f"±{text.lstrip('-')}" for text in (high if summary.maximum > -summary.minimum else low)]


def _summary_words(summary: _Summary) -> str:
    bad = f", {summary.not_finite:,} NaN or infinite" if summary.not_finite else ""
    if math.isnan(summary.mean):
        return f"all NaN or infinite{bad}"
    numbers = f"from {value_text(summary.minimum)} to {value_text(summary.maximum)}"
    return f"mean {value_text(summary.mean)}, {numbers}{bad}"
