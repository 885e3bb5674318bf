"""Figures of the package's own code: `python -m tests.measure_house` prints them as a table."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from statistics import median, quantiles

from tests.support.package_code import FILES, PACKAGE, nodes_of, text_of, tree_of
from tests.support.places import ROOT

MOST_MODULES = 20  # in a folder
LARGEST = 8  # functions that are named

Function = ast.FunctionDef | ast.AsyncFunctionDef


def lines_of(file: Path) -> int:
    """The number of lines in a file."""
    return len(text_of(file).splitlines())


def any_count(file: Path) -> int:
    """How often a module writes typing's `Any`, without its import."""
    return sum(isinstance(node, ast.Name) and node.id == "Any" for node in nodes_of(file))


def functions_of(file: Path) -> Iterator[tuple[str, int]]:
    """(name, lines) of each function, without its decorators; an inner function counts in the outer one, too."""
    for node in nodes_of(file):
        if isinstance(node, Function):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def module_name(file: Path) -> str:
    """`graphlab.view.fold` for its file, `graphlab.view` for the __init__.py of a package."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(tree: ast.Module, modules: set[str]) -> set[str]:
    """The modules of the package that a module imports when it is imported itself."""
    found: set[str] = set()
    inner = {id(node) for outer in ast.walk(tree) if isinstance(outer, Function) for node in ast.walk(outer)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in inner:
            names = {f"{node.module}.{name.name}" for name in node.names}
            found |= {name if name in modules else str(node.module) for name in names}
    return found & modules


def cycle_of_imports() -> list[str]:
    """The modules of one import cycle; [] where there is none."""
    modules = {module_name(file): file for file in FILES}
    imports = {name: imports_of(tree_of(file), set(modules)) - {name} for name, file in modules.items()}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return [str(name) for name in error.args[1]]
    return []


def figures() -> list[tuple[str, str]]:
    """(what, how much) of each figure."""
    lengths = [lines_of(file) for file in FILES]
    functions = [(lines, f"{file.relative_to(PACKAGE)}:{name}") for file in FILES for name, lines in functions_of(file)]
    spans = [lines for lines, _ in functions]
    folders = Counter(str(file.parent.relative_to(ROOT)) for file in FILES)
    full = [f"{folder} ({count})" for folder, count in folders.items() if count > MOST_MODULES]
    any_counts = [*map(any_count, FILES)]
    largest = [f"{where} ({lines})" for lines, where in sorted(functions, reverse=True)[:LARGEST]]
    return [
        ("modules", f"{len(FILES):,}"),
        ("lines", f"{sum(lengths):,}"),
        ("lines of a module, median and most", f"{median(lengths):g}, {max(lengths)}"),
        (
            "lines of a function, median, 90 % and most",
            f"{median(spans):g}, {quantiles(spans, n=10)[-1]:g}, {max(spans)}",
        ),
        ("Any", f"{sum(any_counts)} in {sum(map(bool, any_counts))} modules"),
        (f"folders of more than {MOST_MODULES} modules", ", ".join(full) or "none"),
        ("import cycles", " -> ".join(cycle_of_imports()) or "none"),
        ("largest functions", "\n".join(largest)),
    ]


def main() -> None:
    """Print the figures."""
    for what, much in figures():
        print(f"{what:44}", much.replace("\n", "\n" + " " * 45))


if __name__ == "__main__":
    main()
