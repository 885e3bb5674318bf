"""The names that a Python file defines, found in its text. Runs nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

MOST_NAMES = 8
EXAMPLE_INPUTS = "example_inputs"  # the inputs that a file suggests for its functions, by name
_NO_OBJECT = (ast.Constant, ast.JoinedStr, ast.List, ast.Dict, ast.Set, ast.BinOp, ast.UnaryOp, ast.Compare)
_NO_GRAPH = frozenset({"Variable", "constant", "zeros", "ones", "default_rng", "getLogger", "Path"})  # results of calls


def bound_names(tree: ast.AST) -> set[str]:
    """Every name that the code may bind, in any scope; "*" and "globals" if its names cannot be determined."""
    return {name for node in ast.walk(tree) for name in _bound(node)}


def own_names(tree: ast.Module) -> list[str]:
    """The names that the file defines at its top level, with classes last: objects that may have a graph come first."""
    definitions: dict[str, bool] = {}
    for node in top_level(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            definitions[node.name] = True
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)]
            may = node.value is not None and _may_have_graph(node.value)
            definitions |= {name: may and not name.isupper() for name in names}
    public_names = [name for name in definitions if not name.startswith("_") and name != EXAMPLE_INPUTS]
    return sorted(public_names, key=lambda name: not definitions[name])


def names_in(file: Path) -> list[str]:
    """The names that can be opened in a Python file; [] if it cannot be read."""
    try:
        return own_names(ast.parse(file.read_bytes()))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def listed(names: list[str]) -> str:
    """The first names, `a, b`, with … if there are more."""
    return ", ".join([*names[:MOST_NAMES], *(["…"] if len(names) > MOST_NAMES else [])])


def top_level(tree: ast.Module) -> Iterator[ast.AST]:
    """The statements in the module's own scope, including those inside if, try, with and loops."""
    waiting: list[ast.AST] = [*reversed(tree.body)]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, (ast.If, ast.Try, ast.With, ast.For, ast.While)):
            inside = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
            waiting += reversed(inside)


def _may_have_graph(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        name = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
        return name not in _NO_GRAPH
    return not isinstance(value, _NO_OBJECT)


def _bound(node: ast.AST) -> list[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, ast.alias):
        return [(node.asname or node.name).partition(".")[0]]
    if isinstance(node, ast.Name) and (isinstance(node.ctx, ast.Store) or node.id == "globals"):
        return [node.id]
    return []
