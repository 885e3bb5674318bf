"""The packaged MathML is current and well formed; numbers fill it with the brackets they need."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from graphlab.evaluation.words.expressions import fill, matrix, number
from graphlab.evaluation.words.formulas import MATHML_FILE, template
from tests.make_mathml import mathml_text


def test_the_packaged_mathml_is_current():
    pytest.importorskip("latex2mathml")

    assert MATHML_FILE.read_text(encoding="utf-8") == mathml_text(), "run python -m tests.make_mathml"


def test_the_packaged_mathml_is_well_formed():
    for tex, text in json.loads(MATHML_FILE.read_text(encoding="utf-8")).items():
        assert ET.fromstring(text).tag.endswith("math"), tex


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (36.0, "36"),
        (-2.5, "−2.5"),
        (0.1, "0.1"),
        (-0.0, "0"),
        (1234567.0, "1.235 × 10⁶"),
        (-1.2346e-7, "−1.235 × 10⁻⁷"),
        (float("nan"), "NaN"),
        (float("-inf"), "−∞"),
        (True, "true"),
    ],
)
def test_numbers_are_short(value, text):
    assert number(value).text == text


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"@a \times @b", "−4 × (−2)"),
        (r"@a^{@b}", "(−4)⁻²"),
        (r"\frac{@a}{@b}", "−4/−2"),
        (r"\max(@a, @b)", "max(−4, −2)"),
        (r"@b \cdot @a^{@b - 1}", "−2 · (−4)^(−2 − 1)"),
        (r"\frac{1}{1 + e^{-@a}}", "1/(1 + e^−(−4))"),
    ],
)
def test_negative_numbers_get_brackets_where_they_need_them(tex, text):
    assert fill(template(tex), tex, {"a": number(-4.0), "b": number(-2.0)}).text == text


def test_matrices_have_rows():
    assert matrix(np.array([[1.0, 2.0], [3.0, -4.5]])).text == "[[1, 2], [3, −4.5]]"
    assert matrix(np.array([1.0, 2.0])).text == "[1, 2]"
