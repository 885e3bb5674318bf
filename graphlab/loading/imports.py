"""Which of the user's modules a trace imports, and which distributions. Recorded before Python reads them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

from graphlab.loading.watch import Watch, is_watched, unwatched
from graphlab.sources import SourceSpec
from graphlab.sources.ownership import is_installed_file, is_user_file
from graphlab.store.dependencies import STATE
from graphlab.store.versions import installed, normal


class _Imports(MetaPathFinder):
    """Records the user's modules just before Python reads them, so that a later edit changes the digest."""

    def __init__(self, spec: SourceSpec, watch: Watch) -> None:
        self._spec = spec
        self._watch = watch

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec from Python's own finder."""
        module_spec = PathFinder.find_spec(fullname, path, target)
        origin = (module_spec.origin if module_spec else None) or ""
        if not is_watched():  # determining a file's owner may itself import a module
            return module_spec
        with unwatched():
            if _is_own(self._spec, fullname, origin):
                self._watch.module(origin)
            else:
                self._note_missing(fullname, path)
        return module_spec

    def _note_missing(self, fullname: str, path: Sequence[str] | None) -> None:
        """Record a missing user module: if it is added later, it would be found before others."""
        name = fullname.rpartition(".")[2]
        for folder in sys.path if path is None else path:
            if isinstance(folder, str) and os.path.isdir(folder) and not is_foreign_folder(folder):
                self._watch.note(f"{STATE}{os.path.join(folder, name)}.py")
                self._watch.note(f"{STATE}{os.path.join(folder, name)}")


def is_foreign_folder(folder: str) -> bool:
    """Whether a folder on Python's path belongs to Python or to installed packages."""
    inside = os.path.join(folder, "x.py")
    return is_installed_file(inside) or not is_user_file(inside)


@contextmanager
def own_modules(spec: SourceSpec, watch: Watch) -> Iterator[None]:
    """Record the user's modules that are loaded in the block.

    They are unloaded at the end: if one process traces several sources, as in tests, each runs its own.
    """
    if spec.file is not None:
        watch.module(str(spec.file))
    names_before = set(sys.modules)
    finder = _Imports(spec, watch)
    sys.meta_path.insert(sys.meta_path.index(PathFinder), finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in set(sys.modules) - names_before:
            if _is_own(spec, name, _file(name)):
                # A loader of another kind read it, so record it now.
                with unwatched():
                    watch.module(_file(name))
                del sys.modules[name]


@cache
def distributions_of_modules() -> dict[str, list[str]]:
    """The installed distributions by the modules that they provide."""
    from importlib.metadata import packages_distributions

    return dict(packages_distributions())


def imported_distributions() -> list[str]:
    """The normalized names of the installed distributions whose modules this process has imported."""
    by_module = distributions_of_modules()
    tops = {name.partition(".")[0] for name in sys.modules}
    if any(top not in by_module and _may_be_installed(top) for top in tops):
        distributions_of_modules.cache_clear()  # the code has added another folder to Python's path
        by_module = distributions_of_modules()
    names = {normal(name) for top in tops for name in by_module.get(top, ())}
    return sorted(names & installed().keys())


def _may_be_installed(module_name: str) -> bool:
    file = _file(module_name)
    return bool(file) and module_name != "__main__" and is_user_file(file)


def _is_own(spec: SourceSpec, module_name: str, file: str) -> bool:
    """Whether the module belongs to the user's project. Of an installed package, that is only the source's own."""
    if not is_user_file(file):
        return False
    top = (spec.module or "").partition(".")[0]
    return not is_installed_file(file) or module_name.partition(".")[0] == top


def _file(module_name: str) -> str:
    module = sys.modules.get(module_name)
    return getattr(module, "__file__", None) or ""
