"""Which modules of the user's a trace imports, and which distributions. Noted before Python reads them."""

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
    """Notes the user's modules just before Python reads them: what is edited later has another digest."""

    def __init__(self, spec: SourceSpec, watch: Watch) -> None:
        self._spec = spec
        self._watch = watch

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What Python's own finder finds."""
        module_spec = PathFinder.find_spec(fullname, path, target)
        origin = (module_spec.origin if module_spec else None) or ""
        if not is_watched():  # finding out whose a file is may import a module itself
            return module_spec
        with unwatched():
            if _is_own(self._spec, fullname, origin):
                self._watch.module(origin)
            else:
                self._note_missing(fullname, path)
        return module_spec

    def _note_missing(self, fullname: str, path: Sequence[str] | None) -> None:
        """A module that is not among the user's files: one that is put there later would be found before others."""
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
    """Note the user's modules that are loaded in the block.

    They go at the end: where one process traces several sources, as in tests, each runs its own.
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
                # A loader of another kind read it: better now than never.
                with unwatched():
                    watch.module(_file(name))
                del sys.modules[name]


@cache
def distributions_of_modules() -> dict[str, list[str]]:
    """The installed distributions by the modules that they bring."""
    from importlib.metadata import packages_distributions

    return dict(packages_distributions())


def imported_distributions() -> list[str]:
    """The normal names of the installed distributions that this process has imported modules of."""
    by_module = distributions_of_modules()
    tops = {name.partition(".")[0] for name in sys.modules}
    if any(top not in by_module and _may_be_installed(top) for top in tops):
        distributions_of_modules.cache_clear()  # the code has put another folder on Python's path
        by_module = distributions_of_modules()
    names = {normal(name) for top in tops for name in by_module.get(top, ())}
    return sorted(names & installed().keys())


def _may_be_installed(module_name: str) -> bool:
    file = _file(module_name)
    return bool(file) and module_name != "__main__" and is_user_file(file)


def _is_own(spec: SourceSpec, module_name: str, file: str) -> bool:
    """Whether the module is what the user is working on; of installed packages that is the source's own only."""
    if not is_user_file(file):
        return False
    top = (spec.module or "").partition(".")[0]
    return not is_installed_file(file) or module_name.partition(".")[0] == top


def _file(module_name: str) -> str:
    module = sys.modules.get(module_name)
    return getattr(module, "__file__", None) or ""
