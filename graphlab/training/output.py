"""Captures what user code prints, and continues if the disk is full."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import NoReturn, TextIO

STDOUT, STDERR = 1, 2


class _Forgiving(io.FileIO):
    """A file that drops output if the disk is full, instead of raising inside a user's print."""

    def write(self, content: object) -> int:
        try:
            return super().write(content)  # type: ignore[arg-type]
        except OSError:
            return memoryview(content).nbytes  # type: ignore[arg-type]


def keep_output_going() -> None:
    """Let no print fail."""
    sys.stdout, sys.stderr = (_forgiving(number) for number in (STDOUT, STDERR))


def leave(code: int) -> NoReturn:
    """End this process at once: a generator that TensorFlow still waits for would delay its own teardown."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # user code may have replaced it, even with None
            stream.flush()
    os._exit(code)


def _forgiving(number: int) -> TextIO:
    raw = _Forgiving(number, "wb", closefd=False)
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8", errors="replace", line_buffering=True)
