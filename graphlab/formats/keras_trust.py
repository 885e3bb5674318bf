"""Loading a Keras file with the code that it names and holds: only for a file that the user vouches for."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from graphlab.errors import FormatError
from graphlab.formats.keras_build import first_words, quiet, unnamed_inputs
from graphlab.formats.keras_config import Unknown

_NOT_THEIRS = frozenset({"", "__main__", "builtins", "keras"})


def load_trusted(path: Path, unknown: Iterable[Unknown]) -> Any:
    """The model as Keras loads it, with classes and functions from the modules that the config names.

    Modules are looked for beside the file and in the current folder too. Raises FormatError where it cannot be loaded.
    """
    import keras

    try:
        with _importing(path.parent), quiet():
            found = _found(list(unknown))
            return unnamed_inputs(keras.saving.load_model(path, custom_objects=found, safe_mode=False))
    except Exception as error:  # whatever the file's own code raises
        raise FormatError(f"With --trust it cannot be loaded either ({first_words(error)})") from error


def _found(unknown: list[Unknown]) -> dict[str, Any]:
    """The unknown objects that modules of the config hold, under the names by which Keras asks for them."""
    names = {one.module: None for one in unknown if one.module.partition(".")[0] not in _NOT_THEIRS}
    modules = [module for name in names if (module := _module(name)) is not None]
    found: dict[str, Any] = {}
    for one in unknown:
        name = one.name.rpartition(">")[2]
        # A function's config does not say where it is: most likely beside the classes.
        own = sorted(modules, key=lambda module: module.__name__ != one.module)
        value = next((vars(module)[name] for module in own if name in vars(module)), None)
        if value is not None:
            found |= dict.fromkeys((name, one.name, one.registered or name), value)
    return found


def _module(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


@contextmanager
def _importing(folder: Path) -> Iterator[None]:
    """Modules beside the file can be imported; they are forgotten at the end, so that an edited one is read anew."""
    known, paths = set(sys.modules), list(sys.path)
    sys.path[:0] = [str(folder), str(Path.cwd())]
    try:
        yield
    finally:
        sys.path[:] = paths
        for name in set(sys.modules) - known:
            file = getattr(sys.modules[name], "__file__", None)
            if file and Path(file).is_relative_to(folder):
                del sys.modules[name]
