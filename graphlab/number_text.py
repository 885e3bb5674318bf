"""How fractional numbers are written. `assets/page/training/measures.mjs` does the same."""

from __future__ import annotations

from math import isfinite

from graphlab.shared_constants import LARGEST_PLAIN, SMALLEST_PLAIN


def measure_text(value: float) -> str:
    """A loss or a metric. A small one keeps its digits.

    >>> measure_text(0.93118)
    '0.9312'
    >>> measure_text(0.00005)
    '5e-05'
    """
    if not isfinite(value) or value == 0 or SMALLEST_PLAIN <= abs(value) < LARGEST_PLAIN:
        return f"{value:.4f}"
    return f"{value:.3g}"


def setting_text(value: float) -> str:
    """A setting or a constant in readable form: `0.1` for float32's 0.10000000149, `1e-07`."""
    return f"{value:.6g}"


def value_text(value: float) -> str:
    """One of many values in short form: `0.1235`, `1.234e-05`."""
    return f"{value:.4g}"
