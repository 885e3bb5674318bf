"""A training in a process that ends with its parent, which receives every event. Prints nothing."""

from __future__ import annotations

import contextlib
import os
import subprocess
from pathlib import Path

from graphlab.errors import GraphlabError, RunError
from graphlab.runs.events import EndEvent, EventSink
from graphlab.runs.log import write_once
from graphlab.runs.reader import has_ended
from graphlab.training.launch.process import PIPE, RESUME, STOP_SIGNALS, start_process, stop_run, wordless_end
from graphlab.training.launch.wire import received


def train_followed(run_dir: Path, on_event: EventSink, *, resume: bool) -> None:
    """Run the training of the folder's run.json. `on_event` receives each event, even if a full disk drops it.

    Raises RunError with the reason if it fails. The log records how it ended, even if the process could not.
    Any other exception in here, such as the KeyboardInterrupt of Ctrl-C, stops the run.
    """
    reading, writing = os.pipe()
    try:
        try:
            # In this process' own group, so that Ctrl-C and Ctrl-Z reach both.
            child = start_process(run_dir, *([RESUME] if resume else []), f"{PIPE}{writing}", pass_fds=(writing,))
        finally:
            os.close(writing)
        try:
            _follow(run_dir, child, reading, on_event)
        except BaseException:
            _stop(run_dir, child)
            raise
    finally:
        os.close(reading)


def _follow(run_dir: Path, child: subprocess.Popen[bytes], pipe: int, on_event: EventSink) -> None:
    end: EndEvent | None = None
    for event in received(pipe, child):
        end = event if isinstance(event, EndEvent) else end
        on_event(event)
    code = child.wait()
    if end is not None:
        if end.reason == "failed":
            raise RunError(end.message)
        return
    stopped = -code in STOP_SIGNALS  # before it could handle them
    end = EndEvent("stopped") if stopped else wordless_end(run_dir, code)
    if not has_ended(run_dir):  # a process that does not respond is logged by whoever stops it
        write_once(run_dir, end)


def _stop(run_dir: Path, child: subprocess.Popen[bytes]) -> None:
    try:
        with contextlib.suppress(GraphlabError):
            stop_run(run_dir)
    finally:
        child.kill()  # it may train in a folder that was deleted
        child.wait()
