"""The statistics of an array, against NumPy's."""

from __future__ import annotations

import numpy as np
import pytest

from graphlab.formats.statistics import statistics_of


def test_statistics_of_numbers_are_numpys():
    values = np.random.default_rng(0).normal(size=(40, 50)).astype("float32")
    found = statistics_of(values)

    assert (found.dtype, found.shape, found.size) == ("float32", (40, 50), 2000)
    assert found.minimum == pytest.approx(values.min())
    assert found.maximum == pytest.approx(values.max())
    assert found.mean == pytest.approx(values.mean(dtype="float64"))
    assert found.deviation == pytest.approx(values.std(dtype="float64"))
    assert found.bins == tuple(np.histogram(values.astype("float64"), 32)[0])


def test_values_that_are_not_finite_are_counted_and_left_out():
    found = statistics_of(np.array([0.0, 1.0, np.nan, np.inf, -np.inf]))

    assert (found.zeros, found.nans, found.infinities, found.minimum, found.maximum) == (1, 1, 2, 0.0, 1.0)
    assert sum(found.bins) == 2


def test_nothing_finite_has_no_mean():
    assert statistics_of(np.array([np.nan])).mean is None
    assert statistics_of(np.zeros((0, 3))).size == 0


def test_text_is_shown_unchanged():
    assert statistics_of(np.array([b"a", b"b"], dtype=object)).first == ("a", "b")
    assert statistics_of(np.array([True, False])).mean == 0.5
