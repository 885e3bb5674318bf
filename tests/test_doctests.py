"""The examples in docstrings are run."""

from __future__ import annotations

import doctest
import importlib

import pytest

PURE = ["graphlab.graph.free_names", "graphlab.graph.types", "graphlab.number_text", "graphlab.sources.inputs"]


def failures_in(name):
    """How many examples of a module have another result than is written there; raises where it has no examples."""
    results = doctest.testmod(importlib.import_module(name))
    assert results.attempted > 0
    return results.failed


@pytest.mark.parametrize("name", PURE)
def test_examples_of_pure_functions(name):
    assert failures_in(name) == 0


@pytest.mark.tf
def test_examples_of_the_public_functions(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # they save files

    assert failures_in("graphlab.api") == 0
