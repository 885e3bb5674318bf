"""Which marks a test module has, and whether it loads TensorFlow, told from its source: nothing is imported."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.support.places import ROOT

# Statements at the top of a module: those under `if TYPE_CHECKING` are indented.
_IMPORT = re.compile(r"^import (?P<module>\S+)|^from (?P<package>\S+) import (?P<names>\([^)]*\)|.*)", re.MULTILINE)
_LONG_TEXT = re.compile(r"\'\'\'[\s\S]*?\'\'\'|\"\"\"[\s\S]*?\"\"\"")  # it may be the code of a user's module
_HEAVY = re.compile(r"(tensorflow|keras)(\.|$)")
_HEAVY_INSIDE = re.compile(r"^\s+(import|from) (tensorflow|keras)\b", re.MULTILINE)


def is_marked(file: Path, mark: str) -> bool:
    """Whether a module's `pytestmark` gives all of its tests this mark."""
    return re.search(rf"^pytestmark = .*\bpytest\.mark\.{mark}\b", _text(file), re.MULTILINE) is not None


def loads_tensorflow(file: Path) -> bool:
    """Whether importing a module of tests/ or graphlab/ imports TensorFlow or Keras, itself or by another of these."""
    waiting, seen = [file], {file}
    while waiting:
        names = _imported(waiting.pop())
        if any(map(_HEAVY.match, names)):
            return True
        new = {found for name in names for found in _files(name)} - seen
        seen |= new
        waiting += new
    return False


def unmarked_users(file: Path) -> list[str]:
    """The tests of a module that import TensorFlow or Keras in their own body and are not marked `tf`."""
    if not _HEAVY_INSIDE.search(_text(file)):
        return []
    return [
        node.name
        for node in ast.parse(_text(file)).body
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and not any("pytest.mark.tf" in ast.unparse(mark) for mark in node.decorator_list)
        and _HEAVY_INSIDE.search(ast.unparse(node))
    ]


@cache
def _text(file: Path) -> str:
    return _LONG_TEXT.sub('""', file.read_text(encoding="utf-8"))


@cache
def _imported(file: Path) -> frozenset[str]:
    """The full names that a module imports when it is imported itself."""
    return frozenset(name for found in _IMPORT.finditer(_text(file)) for name in _names(found))


def _names(found: re.Match[str]) -> Iterator[str]:
    if found["module"]:
        yield found["module"].rstrip(",")
    else:
        yield from (f"{found['package']}.{name}" for name in re.findall(r"\w+", found["names"]))


@cache
def _files(name: str) -> tuple[Path, ...]:
    """The files of this project that are run when a name is imported: its packages', and its own."""
    parts = name.split(".")
    if parts[0] not in ("tests", "graphlab"):
        return ()
    paths = [ROOT.joinpath(*parts[:end]) for end in range(1, len(parts) + 1)]
    return tuple(file for path in paths for file in (path / "__init__.py", path.with_suffix(".py")) if file.is_file())
