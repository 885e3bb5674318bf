"""What user code prints: it goes on where its file's disk is full, and out of the way of a progress bar."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TextIO

STDOUT, STDERR = 1, 2


@dataclass(frozen=True)
class Terminal:
    """The real standard output and standard error."""

    out: TextIO
    err: TextIO


class _Forgiving(io.FileIO):
    """A file that loses what has no space on the disk, instead of raising in the midst of a user's print."""

    def write(self, content: object) -> int:
        try:
            return super().write(content)  # type: ignore[arg-type]
        except OSError:
            return memoryview(content).nbytes  # type: ignore[arg-type]


def keep_output_going() -> None:
    """Let nothing that is printed fail."""
    sys.stdout, sys.stderr = (_forgiving(number) for number in (STDOUT, STDERR))


def leave(code: int) -> NoReturn:
    """End this process at once: a generator that TensorFlow still waits for would keep its own teardown waiting."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _forgiving(number: int) -> TextIO:
    raw = _Forgiving(number, "wb", closefd=False)
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8", errors="replace", line_buffering=True)


@contextlib.contextmanager
def output_to(path: Path) -> Iterator[Terminal]:
    """Send what TensorFlow and user code write into a file; yields the terminal for what is meant for it."""
    before = sys.stdout, sys.stderr
    for stream in before:
        stream.flush()
    with (
        os.fdopen(os.dup(STDOUT), "w") as out,
        os.fdopen(os.dup(STDERR), "w") as err,
        path.open("ab") as file,
    ):
        os.dup2(file.fileno(), STDOUT)
        os.dup2(file.fileno(), STDERR)
        keep_output_going()
        try:
            yield Terminal(out, err)
        finally:
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
            sys.stdout, sys.stderr = before
            os.dup2(out.fileno(), STDOUT)
            os.dup2(err.fileno(), STDERR)
