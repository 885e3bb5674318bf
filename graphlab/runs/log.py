"""Writes a run's log: one JSON object per line, appended. Imports no TensorFlow."""

from __future__ import annotations

import json
import os
from pathlib import Path

from graphlab.errors import RunError
from graphlab.json_value import finite
from graphlab.runs.disk import RESERVE_BYTES, folder_error, free_reserve, is_full, no_space
from graphlab.runs.events import EndEvent, Event, SamplesEvent, StageEvent, StepEvent, WarningEvent

LOG_FILE = "log.jsonl"
OUTPUT_FILE = "output.txt"
OFTEN = (StepEvent, StageEvent, SamplesEvent)  # lost if the disk is full


class RunLog:
    """Appends events to a run's log. Each event is one write, so that no signal and no second writer can split it."""

    def __init__(self, run_dir: Path) -> None:
        self._run_dir = run_dir
        self._warned = False
        self._process = os.getpid()
        try:
            self._file = os.open(run_dir / LOG_FILE, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
            size = os.fstat(self._file).st_size
            if size and os.pread(self._file, 1, size - 1) != b"\n":
                os.write(self._file, b"\n")  # ends a line that a killed process left incomplete
        except OSError as error:
            raise folder_error(run_dir, error, "cannot write the log in") from error

    def write(self, event: Event) -> Event | None:
        """Append one event. Numbers that are not finite become null, so that each line is valid JSON.

        Returns the warning that was written before it when the disk became full, else None. A full disk loses
        events but does not end the training. Raises RunError if the run's folder was deleted. A process that the user's
        code has forked writes nothing, because its end is not the end of the run.
        """
        if os.getpid() != self._process:
            return None
        if os.fstat(self._file).st_nlink == 0:
            raise RunError(f"the run's folder {str(self._run_dir)!r} was deleted")
        if isinstance(event, EndEvent):
            free_reserve(self._run_dir)
        if self._warned and isinstance(event, OFTEN) and not has_room(self._file):
            return None  # the rest is reserved for the run's last events
        if self._append(event) or self._warned:
            return None
        self._warned = True
        free_reserve(self._run_dir)
        warning = WarningEvent(no_space(self._run_dir))
        self._append(warning)
        if not isinstance(event, OFTEN):
            self._append(event)
        return warning

    def close(self) -> None:
        """Close the file; the log can be opened again."""
        os.close(self._file)

    def _append(self, event: Event) -> bool:
        """Whether the line fitted on the disk; an incomplete line is removed."""
        line = json.dumps(finite(event.to_json()), allow_nan=False).encode() + b"\n"
        try:
            byte_count = os.write(self._file, line)
        except OSError as error:
            if not is_full(error):
                raise folder_error(self._run_dir, error, "cannot write the log in") from error
            return False
        if byte_count < len(line):
            size = os.fstat(self._file).st_size
            os.ftruncate(self._file, size - byte_count)
        return byte_count == len(line)


def write_once(run_dir: Path, event: Event) -> None:
    """Append one event to the log of a run."""
    log = RunLog(run_dir)
    log.write(event)
    log.close()


def see_output(run_dir: Path) -> str:
    """`; see output.txt in FOLDER` for the end of a sentence; "" if that file is empty."""
    try:
        has_output = (run_dir / OUTPUT_FILE).stat().st_size > 0
    except OSError:
        return ""
    return f"; see {OUTPUT_FILE} in {run_dir}" if has_output else ""


def has_room(file: int) -> bool:
    """Whether the disk of an open file has room for more than a run's last events."""
    disk = os.fstatvfs(file)
    return disk.f_bavail * disk.f_frsize > 2 * RESERVE_BYTES
