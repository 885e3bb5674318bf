"""Numbers of readouts in as many digits as a box has room for."""

from __future__ import annotations

import numpy as np
import pytest

from graphlab.evaluation.session.readouts import readout_of


@pytest.mark.parametrize(
    ("number", "texts"),
    [
        (np.float32(0.0078125), ["0.007812", "0.00781", "0.0078", "0.008", "8e-3"]),
        (np.float32(3.052e-5), ["3.052e-05", "3.052e-5", "3.05e-5", "3.1e-5", "3e-5"]),
        (np.float32(-0.09412), ["-0.09412", "-0.0941", "-0.094", "-0.09"]),
        (np.int32(1234567), ["1,234,567", "1.235e6", "1.23e6", "1.2e6", "1e6"]),
        (np.float32(42), ["42"]),
        (np.float32(np.nan), ["NaN"]),
        (np.bool_(True), ["true"]),
    ],
)
def test_a_number_has_shorter_forms(number, texts):
    readout = readout_of(np.asarray(number), "value", as_picture=False)

    assert [readout.text, *readout.shorter] == texts


def test_a_range_has_shorter_forms():
    readout = readout_of(np.array([[-0.0012, 0.5], [0.25, 0.1234]]), "gradient", as_picture=False)

    assert [readout.text, *readout.shorter] == ["−0.0012…0.5", "−0.001…0.5", "−1e−3…0.5", "±0.5"]
    positive = readout_of(np.array([[0.0, 0.5], [0.25, 12345.0]]), "value", as_picture=False)
    assert [positive.text, *positive.shorter] == ["0…1.2e+04", "0…1.23e4", "0…1.2e4", "0…1e4", "≤1e4"]
    assert readout_of(np.zeros((2, 2)), "value", as_picture=False).text == "0"
    assert readout_of(np.full((2, 2), np.nan), "value", as_picture=False).text == "NaN"
