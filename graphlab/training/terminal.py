"""Training in the terminal: a progress bar on stderr, one plain line per epoch on stdout, the same log as any run.

If stderr is not a terminal, it gets only errors and warnings. The training has its own process, so that
its end can always be reported; what the user's code prints goes to the run's output.txt.
"""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from graphlab.number_text import measure_text, setting_text
from graphlab.runs.events import EndEvent, EpochEvent, Event, EventSink, StageEvent, StartEvent, StepEvent, WarningEvent
from graphlab.runs.reader import read_run
from graphlab.runs.run import Run
from graphlab.runs.settings import TrainSettings
from graphlab.training.launch.followed import train_followed
from graphlab.training.launch.process import STOP_SIGNALS, new_run_dir, prepare_resume

FIRST_METRICS = ("loss", "accuracy", "val_loss", "val_accuracy")


def train_in_terminal(settings: TrainSettings) -> Run:
    """The run after its training; Ctrl-C, SIGTERM and SIGHUP end it as stopped.

    Raises RunError with the reason if it fails. A run whose process ended without a message is returned as failed.
    """
    return _train_in(new_run_dir(settings), settings, epochs_done=0)


def resume_in_terminal(
    run_dir: Path, *, epochs: int | None = None, learning_rate: float | None = None, stop_on_nan: bool | None = None
) -> Run:
    """The run after it was resumed from its last checkpoint; `epochs` includes those already trained."""
    settings = prepare_resume(run_dir, epochs=epochs, learning_rate=learning_rate, stop_on_nan=stop_on_nan)
    return _train_in(run_dir, settings, epochs_done=read_run(run_dir).checkpoint)


def _train_in(run_dir: Path, settings: TrainSettings, *, epochs_done: int) -> Run:
    console = Console(stderr=True)
    with contextlib.suppress(KeyboardInterrupt), _interrupted_by_signals(), _progress(console) as progress:
        show = _shower(progress, run_dir, settings.epochs, epochs_done)
        train_followed(run_dir, show, resume=epochs_done > 0)
    run = read_run(run_dir)
    if run.status == "stopped":  # here, by `graphlab runs stop`, or on the page
        with contextlib.suppress(OSError):  # the terminal itself may be gone
            words = f"stopped; the log is kept in {run_dir}"
            console.print(words, soft_wrap=True, markup=False, highlight=False)
    return run


@contextlib.contextmanager
def _interrupted_by_signals() -> Iterator[None]:
    """Ctrl-C, SIGTERM and SIGHUP raise KeyboardInterrupt, once. An ignored signal stays ignored."""
    was_interrupted = False

    def interrupt(signal_number: int, frame: FrameType | None) -> None:
        nonlocal was_interrupted
        if not was_interrupted:
            was_interrupted = True
            raise KeyboardInterrupt

    before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    numbers = [number for number in before if before[number] is not signal.SIG_IGN]
    try:
        for number in numbers:
            signal.signal(number, interrupt)
    except ValueError:  # not in the main thread, which receives signals
        numbers = []
    try:
        yield
    finally:
        for number in numbers:
            signal.signal(number, before[number])


def epoch_line(epoch: int, epochs: int, logs: Mapping[str, float], learning_rate: float | None = None) -> str:
    """`epoch 1 of 5 loss=0.2345 accuracy=0.9312 val_loss=0.1123 val_accuracy=0.9660`, other metrics, the rate."""
    names = [name for name in FIRST_METRICS if name in logs] + [name for name in logs if name not in FIRST_METRICS]
    rate = [] if learning_rate is None else [f"learning_rate={setting_text(learning_rate)}"]
    return " ".join([f"epoch {epoch} of {epochs}", *(f"{name}={measure_text(logs[name])}" for name in names), *rate])


@contextlib.contextmanager
def _progress(console: Console) -> Iterator[Progress]:
    """A bar that is not drawn before the training starts."""
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
        console=console,
        redirect_stdout=False,  # whoever writes here knows about the bar
        redirect_stderr=False,
        transient=True,
        disable=not console.file.isatty(),
    )
    try:
        yield progress
    finally:
        progress.stop()


def _shower(progress: Progress, run_dir: Path, epochs: int, epochs_done: int) -> EventSink:
    """A function that shows one event, in the bar or as a line. `epochs_done` were trained before a resumed run."""
    task = progress.add_task("starting", total=None, note="")
    say = _sayer(progress)

    def stage(event: StageEvent) -> None:
        if progress.live.is_started:
            progress.update(task, description=event.stage)
        elif not progress.disable:
            progress.console.print(f"{event.stage} …")

    def start(event: StartEvent) -> None:
        say(f"run: {run_dir}")
        if epochs_done:
            say(f"continues after epoch {epochs_done}, the last checkpoint")
        say(f"data: {event.data}")
        say(f"device: {event.device}")
        if event.uses:
            say(f"uses: {', '.join(event.uses)}")
        if event.baseline:
            say(f"baseline: {event.baseline}")
        progress.update(task, total=event.steps)
        progress.start()

    def epoch(event: EpochEvent) -> None:
        say(epoch_line(event.epoch, epochs, event.logs, event.learning_rate))
        progress.update(task, completed=event.steps, total=event.steps)

    def show(event: Event) -> None:
        match event:
            case StageEvent():
                stage(event)
            case StartEvent():
                start(event)
            case StepEvent():
                _show_step(progress, task, epochs, event)
            case EpochEvent():
                epoch(event)
            case WarningEvent():
                _warn(progress, event.message)
            case EndEvent(reason="finished", message=words) if words:
                say(words)

    return show


def _sayer(progress: Progress) -> Callable[[str], None]:
    """Prints plain lines on stdout; above the bar if both are the terminal."""

    def say(line: str) -> None:
        if sys.stdout.isatty() and progress.live.is_started:
            progress.console.print(line, soft_wrap=True, markup=False, highlight=False)
            return
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    return say


def _warn(progress: Progress, words: str) -> None:
    """Print one line on stderr, above the bar if there is one."""
    if progress.live.is_started:
        progress.console.print(f"graphlab: {words}", soft_wrap=True, markup=False, highlight=False)
        return
    sys.stderr.write(f"graphlab: {words}\n")
    sys.stderr.flush()


def _show_step(progress: Progress, task: TaskID, epochs: int, event: StepEvent) -> None:
    speed = event.examples_per_s
    progress.update(
        task,
        description=f"epoch {event.epoch} of {epochs}",
        completed=event.step,
        note=f"{speed:,.0f} examples/s" if speed else "",
    )
