"""Reads a run's log while it grows. Imports no TensorFlow."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil

from graphlab.runs.events import (
    CheckpointEvent,
    EndEvent,
    EpochEvent,
    Event,
    ProcessEvent,
    ResumeEvent,
    SamplesEvent,
    StageEvent,
    StartEvent,
    StepEvent,
    WarningEvent,
    event_from_json,
)
from graphlab.runs.log import LOG_FILE, see_output
from graphlab.runs.run import Curve, Run, started_at
from graphlab.runs.settings import SETTINGS_FILE, read_settings
from graphlab.runs.watchers import wait_for_watcher

CREATE_TIME_TOLERANCE_S = 5.0  # the clock behind a process's create time may be corrected while it runs
SPAWN_LIMIT_S = 30.0  # how long a run's folder may exist without a process
MAX_CURVE_POINTS = 5_000


class RunReader:
    """Reads a growing log; each `read` parses only what was added since the last."""

    def __init__(self, run_dir: Path) -> None:
        settings, started_s = read_settings(run_dir), started_at(run_dir)
        self._run = Run(run_dir, settings, epochs=settings.epochs, started_s=started_s)
        self._path = run_dir / LOG_FILE
        self._offset = 0
        self._train: dict[str, list[tuple[int, int, float]]] = {}
        self._validation: dict[str, list[tuple[float, float]]] = {}
        self._first_step: tuple[float, float] | None = None  # (time, progress)
        self._newest_step: StepEvent | None = None  # not applied to the run yet

    def read(self) -> Run:
        """The run according to its log now."""
        self._apply_new()
        if not self._run.ended and is_gone(self._run):
            wait_for_watcher(self._run.run_dir)
            self._apply_new()  # its last events may have arrived in between
            if not self._run.ended:
                self._run = _interrupted(self._run)
        train = {name: self._fractional(points) for name, points in self._train.items()}
        validation = {name: tuple(points) for name, points in self._validation.items()}
        return replace(self._run, train_curves=train, validation_curves=validation)

    def _apply_new(self) -> None:
        for event in self._new_events():
            # An interruption is only inferred; whoever stopped the run knows better.
            news = (ResumeEvent, EndEvent) if self._run.status == "interrupted" else ResumeEvent
            if not self._run.ended or isinstance(event, news):
                self._apply(event)
        self._apply_newest_step()

    def _new_events(self) -> Iterator[Event]:
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                added = file.read()
        except FileNotFoundError:
            return
        whole = added[: added.rfind(b"\n") + 1]
        self._offset += len(whole)
        for line in whole.splitlines():
            event = _event_in(line)  # none in an incomplete line that a later writer ended
            if event is not None:
                yield event

    def _apply(self, event: Event) -> None:
        if not isinstance(event, StepEvent):
            self._apply_newest_step()
        run = self._run
        match event:
            case ProcessEvent():
                self._run = replace(run, pid=event.pid, created_s=event.created)
            case StageEvent():
                self._run = replace(run, stage=event.stage)
            case StartEvent():
                self._start(event)
            case StepEvent():
                self._step(event)
            case EpochEvent():
                self._epoch(event)
            case SamplesEvent():
                self._run = replace(run, samples=event.samples)
            case CheckpointEvent():
                self._run = replace(run, checkpoint=event.epoch)
            case WarningEvent():
                self._run = replace(run, warning=_with_line(run.warning, event.message))
            case ResumeEvent():
                self._resume(event)
            case EndEvent():
                self._end(event)

    def _start(self, event: StartEvent) -> None:
        self._run = replace(
            self._run,
            status="running",
            started_s=self._run.started_s or event.time,
            model=event.model,
            device=event.device,
            data=event.data,
            train_size=event.train_size,
            validation_size=event.validation_size,
            steps=event.steps,
            batch_size=event.batch_size,
            learning_rate=event.learning_rate,
            seed=event.seed,
            baseline=event.baseline,
            uses=event.uses,
        )

    def _step(self, event: StepEvent) -> None:
        for name, value in event.logs.items():
            points = self._train.setdefault(name, [])
            points.append((event.epoch, event.step, value))
            if len(points) > MAX_CURVE_POINTS:
                del points[1::2]
        self._newest_step = event
        if self._first_step is None:
            self._apply_newest_step()

    def _apply_newest_step(self) -> None:
        """Bring the run to the newest step. Copying a run takes longer than reading a step, so others are skipped."""
        event, self._newest_step = self._newest_step, None
        if event is None:
            return
        self._run = replace(
            self._run,
            stage="",
            epoch=event.epoch,
            step=event.step,
            latest=event.logs,
            examples_per_s=event.examples_per_s,
        )
        self._run = replace(self._run, eta_s=self._eta(event.time))

    def _epoch(self, event: EpochEvent) -> None:
        epoch, rate = event.epoch, event.learning_rate
        for name, value in event.logs.items():
            if name.startswith("val_"):
                self._validation.setdefault(name.removeprefix("val_"), []).append((float(epoch), value))
            else:
                self._train.setdefault(name, []).append((epoch, event.steps, value))
        if rate is not None:
            rates = (*self._run.learning_rates, (float(epoch), rate))
            self._run = replace(self._run, learning_rate=rate, learning_rates=rates)
        self._run = replace(self._run, stage="", epoch=epoch, step=event.steps, steps=event.steps)
        self._run = replace(self._run, final=event.logs, eta_s=self._eta(event.time))

    def _resume(self, event: ResumeEvent) -> None:
        """Back to the checkpoint: what came after it is trained again, so its points are dropped."""
        epoch = event.epoch
        for name, steps in self._train.items():
            self._train[name] = [point for point in steps if point[0] <= epoch]
        for name, points in self._validation.items():
            self._validation[name] = [point for point in points if point[0] <= epoch]
        rates = tuple(point for point in self._run.learning_rates if point[0] <= epoch)
        self._first_step = None
        self._run = replace(
            self._run,
            status="starting",
            stage="",
            message="",
            warning="",
            pid=None,
            created_s=None,
            epoch=epoch,
            epochs=event.epochs,
            step=self._run.steps or 0,
            learning_rates=rates,
            resumed=self._run.resumed + 1,
        )

    def _end(self, event: EndEvent) -> None:
        # A diverged run reports its step: the last logged step may be an earlier one.
        epoch = self._run.epoch if event.epoch is None else event.epoch
        step = self._run.step if event.step is None else event.step
        ended = replace(self._run, status=event.reason, message=event.message)
        self._run = replace(ended, epoch=epoch, step=step, stage="", eta_s=None)

    def _eta(self, time_s: float) -> float | None:
        """Seconds left at the pace since the first step, which is excluded because it includes compilation."""
        done = self._run.progress
        if self._first_step is None:
            self._first_step = (time_s, done)
        start_s, start = self._first_step
        return (time_s - start_s) / (done - start) * (1 - done) if done > start else None

    def _fractional(self, points: list[tuple[int, int, float]]) -> Curve:
        # If the length of the data is unknown, the first epoch is drawn as if it ended at the newest step.
        steps = self._run.steps or max((step for _, step, _ in points), default=1)
        return tuple((epoch - 1 + step / (steps or 1), value) for epoch, step, value in points)


def _event_in(line: bytes) -> Event | None:
    """The event in a line of a log; None if it is not of a known kind."""
    try:
        return event_from_json(json.loads(line))
    except ValueError:
        return None


def _with_line(warning: str, message: str) -> str:
    """The first and the newest warning, one per line."""
    return "\n".join(dict.fromkeys([*warning.splitlines()[:1], message]))


def read_run(run_dir: Path) -> Run:
    """The run according to its log now. Raises RunError if the folder does not contain a run."""
    return RunReader(run_dir).read()


def has_ended(run_dir: Path) -> bool:
    """Whether the log's last line says that the run has ended; quick, for searching many runs."""
    try:
        with (run_dir / LOG_FILE).open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - 4096))
            last = file.read().rstrip(b"\n").rpartition(b"\n")[2]
    except OSError:
        return False
    return isinstance(_event_in(last), EndEvent)


def is_gone(run: Run) -> bool:
    """Whether the process that should write the log no longer runs, or has no folder to write to."""
    try:
        settings_s = (run.run_dir / SETTINGS_FILE).stat().st_mtime
    except FileNotFoundError:
        return True
    if run.pid is None or run.created_s is None:
        return time.time() - settings_s > SPAWN_LIMIT_S
    return find_process(run.pid, run.created_s) is None


def find_process(pid: int, created_s: float) -> psutil.Process | None:
    """The living process with that id and create time; None if it ended, even if its id was reused."""
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - created_s) < CREATE_TIME_TOLERANCE_S
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.NoSuchProcess:
        return None


def _interrupted(run: Run) -> Run:
    """The run of a process that ended without logging it; without its folder, it has no checkpoint either."""
    run = replace(run, status="interrupted", stage="", eta_s=None)
    if not run.run_dir.is_dir():
        return replace(run, checkpoint=0, message=f"the run's folder {str(run.run_dir)!r} was deleted")
    return replace(run, message=f"the training process exited without reporting a reason{see_output(run.run_dir)}")
