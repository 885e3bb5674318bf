"""Records what a trace depends on while the user's code runs: files, folders, environment variables, modules.

Files are seen through Python's own audit events. What has none (a check whether a file exists, the environment,
readers in C) is wrapped meanwhile. Nothing here changes what the code sees.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import FrameType, ModuleType
from typing import Any, TypeAlias
from urllib.parse import unquote

from graphlab.loading.environment import watched_environment
from graphlab.loading.foreign import GRAPHLAB, PYTHON, is_foreign
from graphlab.loading.native_readers import native_readers
from graphlab.store.dependencies import NAMES, STATE, VARIABLE, WORKING_FOLDER, digest, is_of_session, variable_digest

MOST_CONTENTS = 200  # files compared by content; those opened later by size and time
MOST = 10_000  # files and folders beside the modules: looking at them all takes about 60 ms
# Python, TensorFlow and Keras read these when they start, which is before the watch begins.
START_VARIABLES = (
    *("PYTHONPATH", "PYTHONHASHSEED", "PYTHONOPTIMIZE"),
    *("TF_*", "KERAS_*", "XLA_*", "CUDA_*", "ML_DTYPES_*", "NPY_*"),
)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
INHERITED = dict(os.environ)  # as this process was started; graphlab and TensorFlow set some themselves
_IMPORTING = ("<frozen importlib", os.path.join("importlib", "metadata", ""))
_getcwd, _busy = os.getcwd, threading.local()


class Watch:
    """What the code read: each dependency with its digest at the first read.

    `is_complete` says whether that is all. A trace with more dependencies cannot be stored, because nothing would show
    when it is outdated.
    """

    def __init__(self) -> None:
        self.digests: dict[str, str] = {}
        self.is_complete = True
        self._written_paths: set[str] = set()
        self._set: set[str] = set()  # environment variables that the code itself has set
        self._modules: set[str] = set()
        self._databases: set[str] = set()
        self._moved = False

    def file(self, name: str) -> None:
        """A file's content is read; the file may not exist."""
        path = self._dependency_path(name)
        if path is not None and path not in self._written_paths:
            self.note(path if len(self.digests) < MOST_CONTENTS or os.path.isdir(path) else f"{STATE}{path}")

    def database(self, name: str) -> None:
        """An SQLite database is opened. If the code also writes to it, it is not a dependency; see `result`."""
        if name.startswith("file:"):
            name = unquote(name.removeprefix("file:").partition("?")[0])
        if name == ":memory:" or (path := self._dependency_path(name)) is None:
            return
        for part in (path, f"{path}-wal"):  # data that is not yet in the database itself
            if part not in self._written_paths:
                self._databases.add(part)
                self.note(part)

    def state(self, name: str) -> None:
        """The existence of a path is checked."""
        path = self._dependency_path(name)
        if path is not None and path not in self._written_paths:
            self.note(f"{STATE}{path}")

    def names(self, folder: str) -> None:
        """The names in a folder are read."""
        path = self._dependency_path(folder or ".")
        if path is not None:
            self.note(f"{NAMES}{path}")

    def write(self, name: str) -> None:
        """A file is written, created or removed: from now on its content depends only on the code."""
        path = self._dependency_path(name)
        if path is not None:
            self._written_paths.add(path)

    def move(self, folder: str) -> None:
        """The code changes the working directory."""
        if not os.path.isabs(folder):
            self.working_folder()
        self._moved = True

    def working_folder(self) -> None:
        """The working directory is read."""
        if not self._moved:
            self.note(WORKING_FOLDER)

    def variable(self, name: str) -> None:
        """An environment variable is read, or all of them (`*`)."""
        if name not in self._set:
            self.digests.setdefault(f"{VARIABLE}{name}", variable_digest(name, INHERITED))

    def set_variable(self, name: str) -> None:
        """The code sets or removes an environment variable."""
        self._set.add(name)

    def module(self, file: str) -> None:
        """A user's module is loaded: it is a dependency even if the code writes to it later."""
        self._modules.add(file)
        if file not in self.digests:
            self.digests[file] = digest(file)

    def note(self, dependency: str) -> None:
        """Record a dependency's current digest unless it is already recorded."""
        if dependency in self.digests:
            return
        if len(self.digests) - len(self._modules) >= MOST:
            self.is_complete = False
        else:
            self.digests[dependency] = digest(dependency)

    def result(self) -> dict[str, str]:
        """The dependencies, without what the code has written itself; a folder that it wrote into is as it left it."""
        own = {*(self._written_paths - self._modules), *(f"{STATE}{path}" for path in self._written_paths)}
        own |= {path for path in self._databases if digest(path) != self.digests.get(path)}
        folders = {f"{NAMES}{os.path.dirname(path)}" for path in self._written_paths}
        everything = f"{VARIABLE}*" in self.digests
        dependencies = {}
        for dependency, old_digest in self.digests.items():
            is_doubled = dependency.startswith(STATE) and dependency.removeprefix(STATE) in self.digests
            is_noise = everything and dependency.startswith(VARIABLE) and is_of_session(dependency[1:])
            if dependency not in own and not is_doubled and not is_noise:
                dependencies[dependency] = digest(dependency) if dependency in folders else old_digest
        return dependencies

    def _dependency_path(self, name: str) -> str | None:
        """The absolute path of a dependency; None for what belongs to Python, a library or the system."""
        if not name or name.startswith("<") or "\0" in name:
            return None
        if not os.path.isabs(name):
            name = os.path.join(_getcwd(), name)
            self.working_folder()
        path = os.path.normpath(name)
        return None if is_foreign(path) else path


def start_dependencies() -> dict[str, str]:
    """What TensorFlow and Keras read when imported: Keras' settings and their environment variables."""
    folder = INHERITED.get("KERAS_HOME") or os.path.join(os.path.expanduser("~"), ".keras")
    settings = os.path.join(folder, "keras.json")
    return {f"{VARIABLE}{name}": variable_digest(name, INHERITED) for name in START_VARIABLES} | {
        settings: digest(settings)
    }


@contextmanager
def watching() -> Iterator[Watch]:
    """Record what the code in the block depends on."""
    global _watch
    _add_hook()
    watch = Watch()
    with ExitStack() as stack:
        for module, name, wrapper in _wrappers(watch):
            stack.enter_context(_replaced(module, name, wrapper))
        stack.enter_context(native_readers(*map(_quietly, (watch.file, watch.state, watch.names, watch.write))))
        stack.enter_context(watched_environment(watch.variable, watch.set_variable))
        _watch = watch
        try:
            yield watch
        finally:
            _watch = None


_watch: Watch | None = None
_hooked = False


def _add_hook() -> None:
    """Python keeps an audit hook as long as the process lives; without a watch, the hook does nothing."""
    global _hooked
    if not _hooked:
        sys.addaudithook(_hear)
        _hooked = True


Arguments: TypeAlias = tuple[Any, ...]  # of an audit event: each kind has its own
FileName: TypeAlias = str | bytes | os.PathLike[str]


def _hear(event: str, args: Arguments) -> None:
    hear = _EVENTS.get(event)
    if hear is None or _watch is None or not is_watched() or isinstance(args[0], int):
        return
    # The code is about to get the error for the invalid name.
    with unwatched(), suppress(TypeError, ValueError, OSError):
        hear(_watch, "." if args[0] is None else os.fsdecode(args[0]), args)


def _open(watch: Watch, name: str, args: Arguments) -> None:
    (watch.write if args[2] & WRITING else watch.file)(name)


def _list(watch: Watch, name: str, args: Arguments) -> None:
    if not _is_import(sys._getframe(2)):
        watch.names(name)


def _is_import(frame: FrameType) -> bool:
    """Whether an import or a version lookup searches all folders: what it finds is recorded elsewhere."""
    return any(part in frame.f_code.co_filename for part in _IMPORTING)


def _is_own(frame: FrameType | None) -> bool:
    """Whether graphlab itself is reading, perhaps through Python's own modules."""
    while frame is not None and frame.f_code.co_filename.startswith(PYTHON):
        frame = frame.f_back
    return frame is not None and frame.f_code.co_filename.startswith(GRAPHLAB)


def _rename(watch: Watch, name: str, args: Arguments) -> None:
    watch.write(name)
    watch.write(os.fsdecode(args[1]))


_EVENTS: dict[str, Callable[[Watch, str, Arguments], None]] = {
    "open": _open,
    "os.listdir": _list,
    "os.scandir": _list,
    "os.chdir": lambda watch, name, args: watch.move(name),
    "os.rename": _rename,
    "sqlite3.connect": lambda watch, name, args: watch.database(name),
    **{
        f"os.{act}": lambda watch, name, args: watch.write(name)
        for act in ("mkdir", "remove", "rmdir", "truncate", "link", "symlink")
    },
}


def is_watched() -> bool:
    """Whether this thread's reads are recorded; False while recording."""
    return not getattr(_busy, "is_it", False)


@contextmanager
def unwatched() -> Iterator[None]:
    """Record nothing in the block, in this thread."""
    before = getattr(_busy, "is_it", False)
    _busy.is_it = True
    try:
        yield
    finally:
        _busy.is_it = before


def _quietly(note: Callable[[str], None]) -> Callable[[FileName], None]:
    """The same for functions that name a file: what they read meanwhile is not recorded."""

    def call(name: FileName) -> None:
        if is_watched():
            with unwatched(), suppress(TypeError, ValueError, OSError):
                note(os.fsdecode(name))

    return call


def _wrappers(watch: Watch) -> list[tuple[ModuleType, str, Callable[..., object]]]:
    note, real_getcwd = _quietly(watch.state), os.getcwd

    def looking(real: Callable[..., object]) -> Callable[..., object]:
        def wrapper(path: FileName | int, *args: object, **kwargs: object) -> object:
            caller = sys._getframe(1)
            if not (isinstance(path, int) or kwargs.get("dir_fd") is not None or _is_import(caller) or _is_own(caller)):
                note(path)
            return real(path, *args, **kwargs)

        return wrapper

    def getcwd() -> str:
        if is_watched() and not _is_own(sys._getframe(1)):
            with unwatched():
                watch.working_folder()
        return real_getcwd()

    wrappers = [(os, name, looking(getattr(os, name))) for name in ("stat", "lstat", "access")]
    return [*wrappers, (os, "getcwd", getcwd)]


@contextmanager
def _replaced(module: ModuleType, name: str, wrapper: Callable[..., object]) -> Iterator[None]:
    real = getattr(module, name)
    groups = [group for group in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks) if real in group]
    for group in groups:  # code that asks for the function's capabilities
        group.add(wrapper)
    setattr(module, name, wrapper)
    try:
        yield
    finally:
        setattr(module, name, real)
        for group in groups:
            group.discard(wrapper)
