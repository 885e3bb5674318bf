"""The package of a Python file, determined from its folders and text. Runs nothing."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Package:
    """A package's dotted name, and the folder that it is imported from."""

    name: str
    root: Path


def package_around(file: Path) -> Package | None:
    """The package of a file with relative imports; None for a script, even one beside an __init__.py.

    Without an __init__.py, the package extends as far up as the file's imports do.
    """
    dots = _most_dots(file)
    if not dots:
        return None
    top = file.parent
    while (top.parent / "__init__.py").is_file() and top.parent != top:
        top = top.parent
    import_top = [file, *file.parents][min(dots, len(file.parents) - 1)]
    top = min(top, import_top, key=lambda folder: len(folder.parts))
    return Package(".".join(file.parent.relative_to(top.parent).parts), top.parent)


def _most_dots(file: Path) -> int:
    """How far up the file's imports go: 1 for `from .`, 2 for `from ..`; 0 for none, and if it cannot be read."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return 0
    return max((node.level for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)), default=0)
