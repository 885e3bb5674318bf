"""What a stored graph depends on, each with a digest that shows whether it changed. Independent of graphs.

A dependency is written as text: the path of a file, for its content; the path of a folder, for everything below it;
`names:FOLDER` for the names in a folder; `state:PATH` for whether something exists, with a file's size and time;
`$NAME` for an environment variable, `$PREFIX*` for all with that prefix; `cwd:` for the working directory.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path

VARIABLE, NAMES, STATE, WORKING_FOLDER = "$", "names:", "state:", "cwd:"
MOST_FILES = 2_000  # of a folder, whose names are read to see whether one was added or removed
MOST_BELOW = 20_000  # files below a folder: looking at them all takes about 100 ms
LARGE_BYTES = 1 << 20  # of a file; a larger one is compared by size and time, not by its bytes
RESTED_NS = 2_000_000_000  # a file last written longer ago than this gets a new time when it is written again
MISSING = ""
# Variables that differ from one terminal to the next; no model depends on them.
SESSION = frozenset({"_", "PWD", "OLDPWD", "SHLVL", "COLUMNS", "LINES", "TERM", "WINDOWID", "DISPLAY"})
SESSION_PREFIXES = ("SSH_", "TERM_", "XDG_SESSION", "VSCODE_", "TMUX", "STY", "DBUS_", "LS_COLORS")
# graphlab sets these itself if they are not set.
OWN_DEFAULTS = {"KERAS_BACKEND": "tensorflow"}
OWN_PREFIX = "TF_CPP_"

# Digests of files that have stopped changing, with the stat for which they were computed.
_digest_cache: dict[str, tuple[tuple[int, ...], str]] = {}


def digest(dependency: str) -> str:
    """A dependency's current digest, at most 64 characters; "" if it does not exist or cannot be read."""
    for mark, function in _DIGESTS.items():
        if dependency.startswith(mark):
            return function(dependency.removeprefix(mark))
    return _content(dependency)


def changed(dependencies: Mapping[str, str]) -> list[str]:
    """Those whose digest has changed."""
    return [dependency for dependency, old_digest in dependencies.items() if digest(dependency) != old_digest]


def are_unchanged(dependencies: Mapping[str, str]) -> bool:
    """Whether each still has its digest."""
    return all(digest(dependency) == old_digest for dependency, old_digest in dependencies.items())


def is_too_full(dependency: str) -> bool:
    """Whether it is a folder with so many files below it that its digest does not cover them all."""
    return os.path.isdir(dependency) and next(islice(_below(dependency), MOST_BELOW, None), None) is not None


def variable_digest(name: str, environment: Mapping[str, str]) -> str:
    """The digest of an environment variable, or of all with a prefix (`PREFIX*`). A hash: a value may be a secret."""
    if not name.endswith("*"):
        value = environment.get(name)
        return MISSING if value is None else _hash(value)
    variables = sorted((key, value) for key, value in environment.items() if key.startswith(name[:-1]))
    return _hash(repr([pair for pair in variables if not _is_noise(*pair)]))


def is_of_session(name: str) -> bool:
    """Whether a variable describes the terminal or the desktop rather than a program's settings."""
    return name in SESSION or name.startswith(SESSION_PREFIXES)


def _is_noise(name: str, value: str) -> bool:
    return is_of_session(name) or name.startswith(OWN_PREFIX) or OWN_DEFAULTS.get(name) == value


def _content(name: str) -> str:
    """The content of a file, or of everything below a folder; large files, and files in folders, by size and time."""
    try:
        status = os.stat(name)
        if stat.S_ISDIR(status.st_mode):
            return _hash(repr(sorted(islice(_below(name), MOST_BELOW))))
        if not stat.S_ISREG(status.st_mode):
            return MISSING
        if status.st_size > LARGE_BYTES:
            return _hash(repr((status.st_size, status.st_mtime_ns)))
        return _rested(name, status, lambda: hashlib.sha256(Path(name).read_bytes()).hexdigest())
    except (OSError, ValueError):
        return MISSING


def _below(folder: str) -> Iterator[tuple[str, int, int]]:
    """The files below a folder with size and time, including the targets of links, each folder once."""
    seen_folders, folders = set(), [folder]
    while folders:
        inside = folders.pop()
        with suppress(OSError), os.scandir(inside) as entries:  # a folder or file may disappear meanwhile
            status = os.stat(inside)
            if (status.st_dev, status.st_ino) in seen_folders:
                continue
            seen_folders.add((status.st_dev, status.st_ino))
            for entry in entries:
                if entry.is_dir():
                    folders.append(entry.path)
                elif entry.is_file():
                    of_file = entry.stat()
                    yield entry.path, of_file.st_size, of_file.st_mtime_ns


def _names(folder: str) -> str:
    """The names in a folder; for a very full one its time, which changes when a name is added or removed."""
    try:
        return _rested(folder, os.stat(folder), lambda: _hash(repr(_listed(folder))))
    except (OSError, ValueError):
        return MISSING


def _listed(folder: str) -> list[str] | int:
    with os.scandir(folder) as entries:
        names = [entry.name for entry in islice(entries, MOST_FILES + 1)]
    return sorted(names) if len(names) <= MOST_FILES else os.stat(folder).st_mtime_ns


def _state(name: str) -> str:
    """`folder`, or a file's size and time."""
    try:
        status = os.stat(name)
    except (OSError, ValueError):
        return MISSING
    if stat.S_ISDIR(status.st_mode):
        return "folder"
    return f"{status.st_size} {status.st_mtime_ns}" if stat.S_ISREG(status.st_mode) else "other"


def _rested(name: str, status: os.stat_result, make: Callable[[], str]) -> str:
    """The result of `make`, cached while the stat of the file or folder stays the same."""
    mark = (status.st_mode, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    before = _digest_cache.get(name)
    if before is not None and before[0] == mark:
        return before[1]
    new_digest = make()
    if time.time_ns() - max(status.st_mtime_ns, status.st_ctime_ns) > RESTED_NS:
        _digest_cache[name] = mark, new_digest
    return new_digest


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _working_folder(_: str) -> str:
    try:
        return os.getcwd()
    except OSError:
        return MISSING


_DIGESTS: dict[str, Callable[[str], str]] = {
    VARIABLE: lambda name: variable_digest(name, os.environ),
    NAMES: _names,
    STATE: _state,
    WORKING_FOLDER: _working_folder,
}
