"""The versions that a trace depends on: of the installed distributions, and of graphlab's own tracing code.

Independent of TensorFlow. Reads no metadata: `importlib.metadata` takes as long as the rest of a start.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache

from graphlab.packaged import packaged_dir

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CONSTANTS = "shared_constants.json"
CODE = "tracing code"  # the name of graphlab's own tracing code among the versions
# Rooms that only show, lay out, export or train what was traced before; and the examples, which are here in a wheel.
WITHOUT_TRACING = frozenset(
    {
        *("app", "cli", "evaluation", "explain", "inspector", "layout", "overlay", "pictures", "runs", "training"),
        *("view", "__init__", "__main__", "api", "examples", "notebook", "report"),
    }
)
# The modules of `explain` that infer sizes: the rules that follow the given input sizes through a file's graph.
SIZE_RULES = tuple(
    f"explain/{name}" for name in ("sizes/", "work/loops.py", "foreign.py", "facts.py", "body_arguments.py")
)
_INFO = re.compile(r"(?P<name>.+?)(?:-(?P<version>[^-]+)(?:-.*)?)?\.(?:dist|egg)-info")


def versions_of(names: Iterable[str]) -> dict[str, str]:
    """The current versions of these distributions, by name, and of the tracing code; "" if not installed."""
    versions = installed()
    return {CODE: code_version(), **{name: versions.get(normal(name), "") for name in sorted(names)}}


def are_current(versions: Mapping[str, str]) -> bool:
    """Whether these are still the current versions."""
    return versions == versions_of(versions.keys() - {CODE})


def installed() -> dict[str, str]:
    """The version of each distribution on Python's path, by its normalized name."""
    versions: dict[str, str] = {}
    for folder in dict.fromkeys(sys.path):
        for name, version in _in_folder(folder, _time(folder)):
            versions.setdefault(name, version)
    return versions


def normal(name: str) -> str:
    """A distribution's normalized name: `ml-dtypes` for `ml_dtypes` and `ML.dtypes`."""
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def code_version() -> str:
    """A hash of graphlab's modules that can affect a trace, and their constants: an edit makes a new version."""
    digest = hashlib.sha256()
    files = {name: os.path.join(PACKAGE, name) for name in tracing_modules()}
    files[CONSTANTS] = str(packaged_dir("assets") / CONSTANTS)
    for name, path in files.items():
        digest.update(name.encode())
        with open(path, "rb", buffering=0) as file:
            digest.update(file.read().replace(b"\r\n", b"\n"))  # as Git may check it out elsewhere
    return digest.hexdigest()[:16]


def tracing_modules() -> list[str]:
    """The modules that `code_version` covers, such as `tracing/bodies.py`."""
    modules, waiting = [], [""]
    while waiting:
        folder = waiting.pop()
        with os.scandir(os.path.join(PACKAGE, folder)) as entries:
            for entry in entries:
                name = f"{folder}{entry.name}"
                if entry.name.endswith(".py"):
                    modules += [name] if _can_decide(name) else []
                elif entry.name != "__pycache__" and entry.is_dir():
                    waiting.append(f"{name}/")
    return sorted(modules)


def _can_decide(name: str) -> bool:
    room = name.partition("/")[0].removesuffix(".py")
    return room not in WITHOUT_TRACING or name.startswith(SIZE_RULES)


def _time(folder: str) -> int:
    """When a name in the folder was last added or removed; an installation is such a change."""
    try:
        return os.stat(folder or ".").st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=64)
def _in_folder(folder: str, _time_ns: int) -> tuple[tuple[str, str], ...]:
    return tuple(_distributions(folder or "."))


def _distributions(folder: str) -> Iterator[tuple[str, str]]:
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for match in filter(None, map(_INFO.fullmatch, names)):
        yield normal(match["name"]), match["version"] or ""
