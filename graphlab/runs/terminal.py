"""Training in the terminal: a progress bar on stderr, one plain line an epoch on stdout, the same log as any run.

Where stderr is no terminal, nothing but errors is for it.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from graphlab.number_text import measure_text
from graphlab.runs.log import OUTPUT_FILE, Event, Run, RunLog, process_event, read_run
from graphlab.runs.process import new_run_dir
from graphlab.runs.settings import TrainSettings
from graphlab.runs.train import train

STDERR = 2
FIRST_METRICS = ("loss", "accuracy", "val_loss", "val_accuracy")


def train_in_terminal(settings: TrainSettings) -> Run:
    """The run after its training in this process; Ctrl-C ends it as stopped. Raises GraphlabError where it fails."""
    run_dir = new_run_dir(settings)
    log = RunLog(run_dir)
    log.write(process_event(os.getpid()))
    with _stderr_to(run_dir / OUTPUT_FILE) as terminal, _progress(Console(file=terminal)) as progress:
        show = _shower(progress, run_dir, settings.epochs)

        def on_event(event: Event) -> None:
            log.write(event)
            show(event)

        try:
            train(settings, run_dir, on_event)
        except KeyboardInterrupt:
            progress.console.print(f"stopped; what was logged is kept in {run_dir}", soft_wrap=True)
        finally:
            log.close()
    return read_run(run_dir)


def epoch_line(epoch: int, epochs: int, logs: Mapping[str, float]) -> str:
    """`epoch 1/5 loss=0.2345 accuracy=0.9312 val_loss=0.1123 val_accuracy=0.9660`, then the other metrics."""
    names = [name for name in FIRST_METRICS if name in logs] + [name for name in logs if name not in FIRST_METRICS]
    return " ".join([f"epoch {epoch}/{epochs}", *(f"{name}={measure_text(logs[name])}" for name in names)])


@contextlib.contextmanager
def _stderr_to(path: Path) -> Iterator[TextIO]:
    """Send what TensorFlow writes to stderr into a file, so that the bar stays whole; yields the real stderr."""
    sys.stderr.flush()
    with os.fdopen(os.dup(STDERR), "w") as terminal, path.open("ab") as file:
        os.dup2(file.fileno(), STDERR)
        try:
            yield terminal
        finally:
            sys.stderr.flush()
            os.dup2(terminal.fileno(), STDERR)


@contextlib.contextmanager
def _progress(console: Console) -> Iterator[Progress]:
    """A bar that is not drawn yet: Keras may draw one of its own while it downloads data."""
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
        console=console,
        # Else the plain lines would go to stderr too where only that is a terminal.
        redirect_stdout=sys.stdout.isatty(),
        redirect_stderr=False,
        transient=True,
        disable=not console.file.isatty(),
    )
    try:
        yield progress
    finally:
        progress.stop()


def _shower(progress: Progress, run_dir: Path, epochs: int) -> Callable[[Event], None]:
    """A function that shows one event: in the bar, or as a line."""
    task = progress.add_task("starting", total=None, note="")

    def stage(event: Event) -> None:
        if progress.live.is_started:
            progress.update(task, description=event["stage"])
        elif not progress.disable:
            progress.console.print(f"{event['stage']} …")

    def start(event: Event) -> None:
        _say(f"run: {run_dir}")
        _say(f"data: {event['data']}")
        _say(f"device: {event['device']}")
        progress.update(task, total=event["steps"])
        progress.start()

    def epoch(event: Event) -> None:
        _say(epoch_line(event["epoch"], epochs, event["logs"]))
        progress.update(task, completed=event["steps"], total=event["steps"])

    shows: dict[str, Callable[[Event], None]] = {
        "stage": stage,
        "start": start,
        "step": lambda event: _show_step(progress, task, epochs, event),
        "epoch": epoch,
    }

    def show(event: Event) -> None:
        if event["event"] in shows:
            shows[event["event"]](event)

    return show


def _say(line: str) -> None:
    """A plain line on stdout. Written to sys.stdout itself, which rich replaces while it draws the bar."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _show_step(progress: Progress, task: TaskID, epochs: int, event: Event) -> None:
    speed = event["examples_per_s"]
    progress.update(
        task,
        description=f"epoch {event['epoch']}/{epochs}",
        completed=event["step"],
        note=f"{speed:,.0f} examples/s" if speed else "",
    )
