"""Tests that load TensorFlow are marked, so that the others can be run without waiting for it."""

from __future__ import annotations

import pytest

from tests.support.marks import is_marked_tf, loads_tensorflow, unmarked_users
from tests.support.places import ROOT

FILES = sorted((ROOT / "tests").rglob("test_*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT / "tests")))
def test_what_loads_tensorflow_is_marked(file):
    assert is_marked_tf(file) or (not loads_tensorflow(file) and unmarked_users(file) == [])


def test_imports_are_followed_through_other_modules():
    support = ROOT / "tests" / "support"

    assert loads_tensorflow(support / "tf_graphs.py")
    assert loads_tensorflow(ROOT / "tests" / "explain" / "test_sentences_traced.py")
    assert not loads_tensorflow(support / "places.py")
    assert not loads_tensorflow(ROOT / "tests" / "conftest.py")
