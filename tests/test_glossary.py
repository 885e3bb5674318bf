"""The words that the glossary of ARCHITECTURE.md retires are no names in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.package_code import FILES, PACKAGE, nodes_of
from tests.support.places import ROOT


def retired_words() -> dict[str, str]:
    """The retired words of the glossary, each with what to use instead."""
    table = (ROOT / "ARCHITECTURE.md").read_text("utf-8").partition("### Retired words")[2]
    return dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", table, re.MULTILINE))


def names_bound_in(file: Path) -> Iterator[str]:
    """The names of a module's functions, classes, arguments, variables and fields."""
    for node in nodes_of(file):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


def test_the_glossary_retires_words():
    assert len(retired_words()) >= 10


def test_no_name_is_a_retired_word():
    retired = retired_words()

    bad = [
        (str(file.relative_to(PACKAGE)), name, f"use {better}")
        for file in FILES
        for name in names_bound_in(file)
        if (better := retired.get(name.strip("_").lower()))
    ]

    assert bad == []
