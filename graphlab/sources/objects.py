"""Finds the object that a source names in its module, and builds the error for a name that is not found."""

from __future__ import annotations

import ast
import difflib
from pathlib import Path
from types import FunctionType, ModuleType

from graphlab.errors import SourceError
from graphlab.sources import SourceSpec
from graphlab.sources.failures import describe_failure
from graphlab.sources.names import bound_names, listed, names_in, own_names
from graphlab.sources.ownership import FRAMEWORKS


def find_object(spec: SourceSpec, module: ModuleType) -> object:
    """The named object of a loaded module, or an attribute of one. Raises SourceError that suggests similar names."""
    target: object = module
    path = ""
    for name in spec.name.split("."):
        if not hasattr(target, name):
            if target is module:
                names = names_in(Path(str(getattr(module, "__file__", "")))) or sorted(vars(module))
                raise SourceError(_no_such_name(spec, name, names))
            if isinstance(target, (FunctionType, type)):
                raise SourceError(_no_object(path, name, "class" if isinstance(target, type) else "function"))
            raise SourceError(_no_such_name(spec, name, _own_methods(target)))
        target, path = getattr(target, name), f"{path}.{name}".lstrip(".")
    return target


def _no_such_name(spec: SourceSpec, name: str, names: list[str]) -> str:
    near = difflib.get_close_matches(name, names, n=3) or names
    where = spec.file.name if spec.file else spec.module
    return f"no {spec.name!r} in {where}" + (f" (found: {listed(near)})" if near else "")


def _no_object(owner: str, name: str, kind: str) -> str:
    return (
        f"{owner!r} is a {kind}, and {name!r} needs an object: call it in its file, for example obj = {owner}(...), "
        f"and use obj.{name}"
    )


def _own_methods(target: object) -> list[str]:
    """The methods that an object has from the user's own classes, not from a framework."""
    classes = [cls for cls in type(target).__mro__ if cls.__module__.partition(".")[0] not in {*FRAMEWORKS, "builtins"}]
    return list(dict.fromkeys(name for cls in classes for name in vars(cls) if not name.startswith("_")))


def check_name(spec: SourceSpec) -> None:
    """Raise SourceError if the file's text shows that it cannot define the name. Runs nothing."""
    if spec.file is None:
        return
    try:
        tree = ast.parse(spec.file.read_bytes(), filename=str(spec.file))
    except (SyntaxError, ValueError, RecursionError, MemoryError, OSError) as error:
        raise SourceError(describe_failure(f"loading {spec.text!r} failed", error)) from error
    name = spec.name.partition(".")[0]
    if bound_names(tree).isdisjoint({name, "*", "globals"}):
        raise SourceError(_no_such_name(spec, name, own_names(tree)))
