"""Tests that load TensorFlow are marked, so that the others can be run without waiting for it."""

from __future__ import annotations

from tests.support.marks import is_marked, loads_tensorflow, unmarked_users
from tests.support.places import ROOT

FILES = sorted((ROOT / "tests").rglob("test_*.py"))


def test_what_loads_tensorflow_is_marked():
    unmarked = [file for file in FILES if not is_marked(file, "tf")]

    assert [str(file.relative_to(ROOT)) for file in unmarked if loads_tensorflow(file)] == []
    assert [(str(file.relative_to(ROOT)), found) for file in unmarked if (found := unmarked_users(file))] == []


def test_imports_are_followed_through_other_modules():
    support = ROOT / "tests" / "support"

    assert loads_tensorflow(support / "tf_graphs.py")
    assert loads_tensorflow(ROOT / "tests" / "explain" / "test_sentences_traced.py")
    assert not loads_tensorflow(support / "places.py")
    assert not loads_tensorflow(ROOT / "tests" / "conftest.py")
