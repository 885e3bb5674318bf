"""Runs a source's module as `python FILE` would. Independent of TensorFlow."""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import importlib
import importlib.util
import os
import signal
import sys
import traceback
import warnings
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn, TextIO

from graphlab.errors import SourceError
from graphlab.sources import SourceSpec, module_file
from graphlab.sources.failures import describe_failure
from graphlab.sources.packages import Package, package_around

MOST_HEARD = 4_000  # characters of a script's last output
PLOTTING = "MPLBACKEND"  # names what matplotlib draws with
USAGE_EXIT = 2  # the exit code of a script that rejects its arguments


def load_module(spec: SourceSpec) -> ModuleType:
    """Run the source's module anew and return it. Raises SourceError with the user's own line if it fails.

    A script may end with sys.exit() after it has made the object that the source names.
    """
    sys.dont_write_bytecode = True
    sys.argv = [_script_name(spec), *spec.arguments]
    modules: list[ModuleType] = []
    try:
        with _without_a_person() as stderr, _ending_forks():
            return _run(spec, modules)
    except ModuleNotFoundError as error:
        if spec.module and error.name and (spec.module == error.name or spec.module.startswith(error.name + ".")):
            raise SourceError(f"no module {error.name!r}; is it on PYTHONPATH or in this folder?") from error
        raise SourceError(describe_failure(f"loading {spec.text!r} failed", error)) from error
    except SystemExit as error:
        if modules and not error.code and hasattr(modules[0], spec.name.partition(".")[0]):
            return modules[0]
        raise SourceError(_ended(spec, error, stderr.text)) from error
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt) and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            raise  # a person's Ctrl-C; if that raises nothing, the code itself raised it
        raise SourceError(describe_failure(f"loading {spec.text!r} failed", error)) from error


@contextlib.contextmanager
def _ending_forks() -> Iterator[None]:
    """A process that the module's code forks ends where that code ends, as under Python; only the first continues."""
    loading, error = os.getpid(), None
    try:
        yield
    except BaseException as raised:
        error = raised
        raise
    finally:
        if os.getpid() != loading:
            _end_fork(error)


def _end_fork(error: BaseException | None) -> NoReturn:
    """End this process as Python ends a script, without running what the original process registered."""
    code = 1
    if error is None or (isinstance(error, SystemExit) and error.code is None):
        code = 0
    elif isinstance(error, SystemExit) and isinstance(error.code, int):
        code = error.code
    else:
        traceback.print_exception(error)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # user code may have replaced it, even with None
            stream.flush()
    os._exit(code & 0xFF)


def _ended(spec: SourceSpec, error: SystemExit, error_text: str) -> str:
    """Why a script that exited did not make the object that the source names, with its own message if it has one."""
    lines = [line.strip() for line in error_text.splitlines() if line.strip()]
    usage = next((index for index, line in enumerate(lines) if line.lower().startswith("usage:")), None)
    if error.code == USAGE_EXIT and usage is not None:
        return f"{spec.text!r} rejects its arguments: {lines[-1]} ({' '.join(lines[usage:-1])}); put them after --"
    if not error.code:
        name = spec.name.partition(".")[0]
        return describe_failure(f"loading {spec.text!r} failed before {name!r} was created", error)
    output = f"; it printed: {lines[-1]}" if lines and not isinstance(error.code, str) else ""
    return f"{describe_failure(f'loading {spec.text!r} failed', error)}{output}"


def _script_name(spec: SourceSpec) -> str:
    """The script's sys.argv[0]: its path as typed, as with `python FILE`."""
    typed = spec.text.rpartition(":")[0]
    if spec.file is None:
        return str(module_file(spec.module or "") or spec.module)
    return typed if Path(typed).exists() else str(spec.file)


def _run(spec: SourceSpec, modules: list[ModuleType]) -> ModuleType:
    """The source's module after its code has run. It is in `modules` before that."""
    if spec.file is None:
        _put_first(Path.cwd())
        return _run_module(spec.module or "", modules)
    _put_first(spec.file.parent)
    package = package_around(spec.file)
    if package is not None:
        return _run_in_package(spec.file, package, modules)
    # A name that no import can refer to: the file may have the name of a module that it or a library imports.
    digest = hashlib.sha256(str(spec.file).encode()).hexdigest()[:8]
    module_spec = importlib.util.spec_from_file_location(f"_graphlab_{spec.file.stem}_{digest}", spec.file)
    return _execute(module_spec, str(spec.file), modules)


def _run_module(name: str, modules: list[ModuleType]) -> ModuleType:
    if name in sys.modules:
        return sys.modules[name]
    module_spec = importlib.util.find_spec(name)  # runs the enclosing packages
    if module_spec is None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    return sys.modules.get(name) or _execute(module_spec, name, modules)


def _run_in_package(file: Path, package: Package, modules: list[ModuleType]) -> ModuleType:
    """The file as a member of its package, so that `from .. import` finds the package."""
    _put_first(package.root, after=1)  # the file's own folder comes first, as for any script
    outer = package.name if file.stem != "__init__" else package.name.rpartition(".")[0]
    if outer:
        importlib.import_module(outer)
    name = package.name if file.stem == "__init__" else f"{package.name}.{file.stem}"
    loaded = sys.modules.get(name)
    if loaded is not None and Path(str(loaded.__file__)).resolve() == file:
        return loaded  # the package itself has imported it
    inside = [str(file.parent)] if file.stem == "__init__" else None
    module_spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=inside)
    return _execute(module_spec, str(file), modules)


def _execute(module_spec: ModuleSpec | None, what: str, modules: list[ModuleType]) -> ModuleType:
    if module_spec is None or module_spec.loader is None:
        raise SourceError(f"{what!r} is not a Python file; use FILE.py:NAME")
    module = importlib.util.module_from_spec(module_spec)
    sys.modules[module_spec.name] = module
    modules.append(module)
    try:
        module_spec.loader.exec_module(module)
    except Exception:
        sys.modules.pop(module_spec.name, None)
        raise
    return sys.modules.get(module_spec.name, module)  # a module may replace itself with another


def _put_first(folder: Path, after: int = 0) -> None:
    if str(folder) not in sys.path:
        sys.path.insert(after, str(folder))


class _StderrTail:
    """A stream that passes on what is written to it, argparse's error last, and keeps the end."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.text = ""
        self._usage = ""

    def write(self, text: str) -> int:
        """As in the wrapped stream."""
        self.text = (self.text + text)[-MOST_HEARD:]
        if text.lower().startswith("usage:") or (self._usage and ": error: " in text):
            self._usage += text
            return len(text)
        self.tell_usage()
        return int(self._stream.write(text) or 0)

    def tell_usage(self) -> None:
        """Pass on the usage message that was held back. If the script exits instead, one sentence replaces it."""
        usage, self._usage = self._usage, ""
        if usage:
            self._stream.write(usage)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _nobody(*_args: object, **_kwargs: object) -> str:
    """Replaces getpass.getpass(). Raises EOFError, like input() at the end of its input."""
    raise EOFError("EOF when reading a line")


def _leave_terminal() -> None:
    """Let nothing in this process read /dev/tty. Ctrl-C still reaches it: it stays in the terminal's foreground."""
    with contextlib.suppress(ImportError, OSError):  # not POSIX, or there is no terminal
        import fcntl
        import termios

        if os.getsid(0) == os.getpid():
            return  # the terminal's session leader: if it detached, every other process would lose the terminal too
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
        try:
            fcntl.ioctl(terminal, termios.TIOCNOTTY)
        finally:
            os.close(terminal)


@contextlib.contextmanager
def _without_a_person() -> Iterator[_StderrTail]:
    """No script may wait for a person: input() and getpass() find nothing, plt.show() returns at once.

    Captures its standard error.
    """
    _leave_terminal()
    if "matplotlib.pyplot" not in sys.modules:
        os.environ[PLOTTING] = "Agg"
        warnings.filterwarnings("ignore", message=".*is non-interactive, and thus cannot be shown")
    stderr, is_refusal = _StderrTail(sys.stderr), False
    before, out, ask = sys.stdin, sys.stdout, getpass.getpass
    with open(os.devnull, encoding="utf-8") as nothing, contextlib.redirect_stderr(stderr):
        sys.stdin, getpass.getpass = nothing, _nobody
        try:
            yield stderr
        except SystemExit as error:
            is_refusal = error.code == USAGE_EXIT
            raise
        finally:
            if not is_refusal:
                stderr.tell_usage()
            sys.stdin, getpass.getpass = before, ask
            sys.stdout = sys.stdout or out  # a script may leave None there, but later code writes to it
