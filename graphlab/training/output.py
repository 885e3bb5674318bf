"""Captures what user code prints, and continues if the disk is full."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import NoReturn, TextIO

STDOUT, STDERR = 1, 2


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
        with contextlib.suppress(Exception):  # user code may have put anything in its place, None too
            stream.flush()
    os._exit(code)


def _forgiving(number: int) -> TextIO:
    raw = _Forgiving(number, "wb", closefd=False)
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8", errors="replace", line_buffering=True)
