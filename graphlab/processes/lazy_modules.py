"""Modules that run at their first use instead of their import."""

from __future__ import annotations

import sys
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

_turn = threading.RLock()
_at_work: set[str] = set()  # modules whose code is running


@contextmanager
def imported_later(names: Collection[str]) -> Iterator[None]:
    """In the block, importing one of these modules does not run its code; its first use does, even after the block."""
    finder = _Later(names)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Later(MetaPathFinder):
    def __init__(self, names: Collection[str]) -> None:
        self._names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec from Python's own finder, with a loader that waits."""
        module_spec = PathFinder.find_spec(fullname, path, target) if fullname in self._names else None
        if module_spec is not None and module_spec.loader is not None:
            module_spec.loader = _LoadsLater(module_spec.loader)
        return module_spec


class _LoadsLater(Loader):
    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Waiting(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Give the module its own loader back; it runs when it is used."""
        assert module.__spec__ is not None
        module.__spec__.loader = module.__loader__ = self._loader


class _Waiting(ModuleType):
    """A module that has not run yet. Reading attributes that Python itself sets, such as its file, does not run it.

    Reading the names for `import *` does.
    """

    def __getattr__(self, name: str) -> object:
        if name == "__all__" or not (name.startswith("__") and name.endswith("__")):
            _run(self)
        return ModuleType.__getattribute__(self, name)

    def __dir__(self) -> list[str]:
        _run(self)
        return [*ModuleType.__dir__(self)]


def _run(module: ModuleType) -> None:
    """Run a module's code unless it has run. Another thread waits until it is complete."""
    with _turn:
        if not isinstance(module, _Waiting) or module.__name__ in _at_work:
            return
        assert module.__spec__ is not None
        assert module.__spec__.loader is not None
        _at_work.add(module.__name__)
        try:
            module.__spec__.loader.exec_module(module)
            module.__class__ = ModuleType  # type: ignore[assignment]
        finally:
            _at_work.discard(module.__name__)
