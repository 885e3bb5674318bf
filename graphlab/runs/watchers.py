"""Threads that wait for training processes, and log the end of those that ended without logging it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

PATIENCE_S = 2.0

_watchers: dict[Path, threading.Thread] = {}


def watch(run_dir: Path, wait: Callable[[], None]) -> None:
    """Start a thread that waits for a run's process; `wait` returns once the log says how it ended."""
    thread = threading.Thread(target=wait, daemon=True)
    _watchers[run_dir.resolve()] = thread
    thread.start()


def wait_for_watcher(run_dir: Path) -> None:
    """Wait until a process's end is in its run's log; returns at once if another process started it."""
    thread = _watchers.get(run_dir.resolve())
    if thread is not None and run_dir.is_dir():
        thread.join(PATIENCE_S)
