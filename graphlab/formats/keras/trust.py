"""Loads a Keras file with the code that it contains or names. Use only for files that the user trusts."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from graphlab.errors import FormatError, words_of
from graphlab.formats.keras.archive import is_zip
from graphlab.formats.keras.build import first_words, quiet, unnamed_inputs
from graphlab.formats.keras.config import NOT_KERAS, Unknown

if TYPE_CHECKING:
    import keras

MOST_NAMES = 3  # in a note
# Keras' messages about a class or function it cannot find, in a .keras file and in HDF5.
_NOT_FOUND = ("Could not locate", "custom_object_scope")
_NOT_THEIRS = frozenset({"", "__main__", "builtins", "keras"})


def load_trusted(path: Path, unknown: Iterable[Unknown]) -> keras.Model:
    """The model as Keras loads it, with classes and functions from the modules that the config names.

    Also searches modules beside the file and in the current folder. Raises FormatError if the model cannot be loaded.
    """
    unknowns = list(unknown)
    custom_objects: dict[str, object] = {}
    try:
        with _importing(path.parent), quiet():
            custom_objects |= _custom_objects(unknowns)
            return unnamed_inputs(_loaded(path, custom_objects))
    except Exception as error:  # whatever the file's own code raises
        missing = [_name(one) for one in unknowns if one.why == NOT_KERAS and _name(one) not in custom_objects]
        if missing and any(words in words_of(error) for words in _NOT_FOUND):
            raise FormatError(_way_out(path, list(dict.fromkeys(missing)))) from error
        raise FormatError(f"With --trust it cannot be loaded either ({first_words(error)})") from error


def _loaded(path: Path, custom_objects: dict[str, object]) -> keras.Model:
    import keras

    try:
        return keras.saving.load_model(path, custom_objects=custom_objects, safe_mode=False)
    except (TypeError, ValueError) as error:
        if is_zip(path) or any(words in words_of(error) for words in _NOT_FOUND):
            raise
        # Keras 3 cannot restore from HDF5 how a model was compiled if short words such as "mse" were used.
        return keras.saving.load_model(path, custom_objects=custom_objects, safe_mode=False, compile=False)


def _way_out(path: Path, missing: list[str]) -> str:
    """How to load a model whose classes or functions cannot be found."""
    names = ", ".join(map(repr, missing[:MOST_NAMES]))
    objects = ", ".join(f"{name!r}: {name}" for name in missing[:MOST_NAMES])
    more = f" and {len(missing) - MOST_NAMES} more" if len(missing) > MOST_NAMES else ""
    compiled = "" if is_zip(path) else ", compile=False"
    return (
        f"With --trust it cannot be loaded either: the code of {names}{more} cannot be imported "
        f"from the modules that the file names. In a file of your own, import it and define load_it(), which returns "
        f"keras.saving.load_model({path.name!r}, custom_objects={{{objects}}}{compiled}), and open that: "
        f"graphlab open FILE.py:load_it"
    )


def _custom_objects(unknown: list[Unknown]) -> dict[str, object]:
    """The unknown objects found in the config's modules, under the names by which Keras asks for them."""
    names = {one.module: None for one in unknown if one.module.partition(".")[0] not in _NOT_THEIRS}
    modules = [module for name in names if (module := _module(name)) is not None]
    custom_objects: dict[str, object] = {}
    for one in unknown:
        name = _name(one)
        # A function's config does not locate it; most likely it is beside the classes.
        own = sorted(modules, key=lambda module: module.__name__ != one.module)
        value = next((vars(module)[name] for module in own if name in vars(module)), None)
        if value is not None:
            custom_objects |= dict.fromkeys((name, one.name, one.registered or name), value)
    return custom_objects


def _name(one: Unknown) -> str:
    """The name of the class or function where it is defined."""
    return one.name.rpartition(">")[2]


def _module(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


@contextmanager
def _importing(folder: Path) -> Iterator[None]:
    """Make modules beside the file importable. They are unloaded at the end so that an edited one is read again."""
    modules_before, paths = set(sys.modules), list(sys.path)
    sys.path[:0] = [str(folder), str(Path.cwd())]
    try:
        yield
    finally:
        sys.path[:] = paths
        for name in set(sys.modules) - modules_before:
            file = getattr(sys.modules[name], "__file__", None)
            if file and Path(file).is_relative_to(folder):
                del sys.modules[name]
