"""Values for inputs as people write them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from graphlab.errors import SourceError
from graphlab.evaluation.form.input_values import parse_value, split_inputs


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("x=3", "x", 3),
        ("x = -2.5e-3", "x", -0.0025),
        ("4", None, 4),
        ("x=[[1,2],[3,4]]", "x", [[1, 2], [3, 4]]),
        ('x="a=b"', "x", "a=b"),
        ("x=true", "x", True),
    ],
)
def test_a_value_has_a_name_or_goes_by_position(text, name, value):
    given = parse_value(text)

    assert (given.name, given.value) == (name, value)


def test_nan_and_infinity_are_words():
    assert np.isnan(parse_value("x=NaN").value)
    assert parse_value("x=-Infinity").value == -np.inf


def test_specs_and_values_are_told_apart():
    specs, values = split_inputs(["x=float32[2,3]", "y=4", "bool", "z=[1]"])

    assert specs == ("x=float32[2,3]", "bool")
    assert [value.name for value in values] == ["y", "z"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x=", "has no value"),
        ("x=abc", "'abc' is neither a number, a list nor a .npy file"),
        ("x=[1,2", "is neither a number, a list"),
        ("x=1e400", "1e400 is too large: numbers go up to 1.8e308"),
        ("x=nowhere.npy", "'nowhere.npy' does not exist"),
        ("x=" + "[" * 100_000, "is neither a number, a list"),
    ],
)
def test_a_bad_value_gets_one_sentence(text, words):
    with pytest.raises(SourceError, match=words) as raised:
        parse_value(text)

    assert len(str(raised.value)) < 1_600


def test_an_input_is_given_once():
    with pytest.raises(SourceError, match="the input 'x' is given twice"):
        split_inputs(["x=1", "x=2"])


def test_an_array_comes_from_a_file(tmp_path):
    np.save(tmp_path / "a.npy", np.arange(6.0).reshape(2, 3))

    assert np.array_equal(parse_value(f"x={tmp_path / 'a.npy'}").value, np.arange(6.0).reshape(2, 3))


def test_python_objects_in_a_file_are_never_read(tmp_path):
    np.save(tmp_path / "a.npy", np.array([{"a": 1}]), allow_pickle=True)

    with pytest.raises(SourceError, match="contains Python objects, which are never read"):
        parse_value(f"x={tmp_path / 'a.npy'}")


def test_a_file_of_another_kind_is_said(tmp_path):
    (tmp_path / "a.npy").write_bytes(b"not an array")

    with pytest.raises(SourceError, match=r"a\.npy' is not a \.npy file"):
        parse_value(f"x={tmp_path / 'a.npy'}")


@pytest.mark.parametrize(
    ("text", "value"),
    [("x=inf", math.inf), ("x=-Infinity", -math.inf), ("x=1+2j", 1 + 2j), ("x=1e3 - 2j", 1000 - 2j), ("x=3j", 3j)],
)
def test_numbers_that_json_does_not_have(text, value):
    assert parse_value(text).value == value


def test_nan_is_a_number():
    assert math.isnan(parse_value("x=nan").value)
