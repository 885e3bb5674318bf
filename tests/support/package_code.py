"""The code of the package: its files, each read and parsed once for all tests that look at it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from tests.support.places import ROOT

PACKAGE = ROOT / "graphlab"
FILES = sorted(PACKAGE.rglob("*.py"))


@cache
def text_of(file: Path) -> str:
    """What a file contains."""
    return file.read_text(encoding="utf-8")


@cache
def tree_of(file: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(text_of(file))


@cache
def nodes_of(file: Path) -> tuple[ast.AST, ...]:
    """All nodes of a file's syntax tree, the tree itself first."""
    return tuple(ast.walk(tree_of(file)))
