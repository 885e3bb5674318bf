"""A run's log on disk: events appended one JSON object a line, and read back while it grows. Imports no TensorFlow."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil

from graphlab.runs.settings import SETTINGS_FILE, TrainSettings, read_settings

LOG_FILE = "log.jsonl"
OUTPUT_FILE = "output.txt"
ENDED = frozenset({"finished", "stopped", "failed", "interrupted"})
CREATE_TIME_TOLERANCE_S = 5.0  # the clock behind a process's create time may be corrected while it runs
SPAWN_LIMIT_S = 30.0  # how long a run's folder may stand without a process
MAX_CURVE_POINTS = 5_000

Event = dict[str, Any]
EventSink = Callable[[Event], None]
Curve = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Sample:
    """A validation image (a PNG data URI) with what the model says; `confidence` is from 0 to 1, or NaN."""

    image: str
    predicted: str
    true: str
    correct: bool
    confidence: float


@dataclass(frozen=True)
class Run:
    """What a log says by now. `status` is starting, running, finished, stopped, failed or interrupted.

    `epoch` and `step` count from 1 (0: not begun). `steps` is None where the data's length is unknown. Curves hold
    (epochs done, value) per metric; `latest` and `final` are the newest numbers within an epoch and at an epoch's end.
    """

    run_dir: Path
    settings: TrainSettings
    status: str = "starting"
    stage: str = ""
    message: str = ""
    model: str = ""
    device: str = ""
    data: str = ""
    train_size: int | None = None
    validation_size: int | None = None
    epoch: int = 0
    epochs: int = 0
    step: int = 0
    steps: int | None = None
    examples_per_s: float | None = None
    eta_s: float | None = None
    train_curves: Mapping[str, Curve] = field(default_factory=dict)
    validation_curves: Mapping[str, Curve] = field(default_factory=dict)
    latest: Mapping[str, float] = field(default_factory=dict)
    final: Mapping[str, float] = field(default_factory=dict)
    samples: tuple[Sample, ...] = ()
    pid: int | None = None
    created_s: float | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.status in ENDED

    @property
    def progress(self) -> float:
        """The share of all epochs that is done, from 0 to 1."""
        if not self.epochs or not self.epoch:
            return 0.0
        within = self.step / self.steps if self.steps else 0.0
        return min(1.0, (self.epoch - 1 + within) / self.epochs)


def make_event(kind: str, **fields: Any) -> Event:
    """An event of this moment."""
    return {"event": kind, "time": round(time.time(), 3), **fields}


def process_event(pid: int) -> Event:
    """The event that says which process trains; raises psutil.NoSuchProcess when it is gone."""
    return make_event("process", pid=pid, created=psutil.Process(pid).create_time())


class RunLog:
    """Appends events to a run's log. Each event is one write, so a signal or a second writer cannot tear it."""

    def __init__(self, run_dir: Path) -> None:
        self._file = os.open(run_dir / LOG_FILE, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        size = os.fstat(self._file).st_size
        if size and os.pread(self._file, 1, size - 1) != b"\n":
            os.write(self._file, b"\n")  # closes the line that a killed process left half written

    def write(self, event: Event) -> None:
        """Append one event; numbers that are not finite become null, so that each line is valid JSON."""
        os.write(self._file, json.dumps(finite(event), allow_nan=False).encode() + b"\n")

    def close(self) -> None:
        """Close the file; the log can be opened again."""
        os.close(self._file)


class RunReader:
    """Reads a growing log; each `read` parses only what was added since the last."""

    def __init__(self, run_dir: Path) -> None:
        self._run = Run(run_dir, settings := read_settings(run_dir), epochs=settings.epochs)
        self._path = run_dir / LOG_FILE
        self._offset = 0
        self._train: dict[str, list[tuple[int, int, float]]] = {}
        self._validation: dict[str, list[tuple[float, float]]] = {}
        self._first_step: tuple[float, float] | None = None  # (time, progress)

    def read(self) -> Run:
        """The run as its log stands now."""
        self._apply_new()
        if not self._run.ended and is_gone(self._run):
            self._apply_new()  # its last words may have come in between
            if not self._run.ended:
                message = f"the training process ended without a word; see {OUTPUT_FILE} in {self._run.run_dir}"
                self._run = replace(self._run, status="interrupted", stage="", eta_s=None, message=message)
        train = {name: self._fractional(points) for name, points in self._train.items()}
        validation = {name: tuple(points) for name, points in self._validation.items()}
        return replace(self._run, train_curves=train, validation_curves=validation)

    def _apply_new(self) -> None:
        for event in self._new_events():
            apply = APPLY.get(str(event.get("event")))
            if apply and not self._run.ended:
                apply(self, event)

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
            try:
                event = json.loads(line)
            except ValueError:
                continue  # a torn line that a later writer closed
            if isinstance(event, dict):
                yield event

    def _process(self, event: Event) -> None:
        self._run = replace(self._run, pid=event["pid"], created_s=event["created"])

    def _stage(self, event: Event) -> None:
        self._run = replace(self._run, stage=event["stage"])

    def _start(self, event: Event) -> None:
        told = {name: event[name] for name in ("model", "device", "data", "train_size", "validation_size", "steps")}
        self._run = replace(self._run, status="running", **told)

    def _step(self, event: Event) -> None:
        logs = _numbers(event["logs"])
        for name, value in logs.items():
            points = self._train.setdefault(name, [])
            points.append((event["epoch"], event["step"], value))
            if len(points) > MAX_CURVE_POINTS:
                del points[1::2]
        self._run = replace(
            self._run,
            stage="",
            epoch=event["epoch"],
            step=event["step"],
            latest=logs,
            examples_per_s=event["examples_per_s"],
        )
        self._run = replace(self._run, eta_s=self._eta(event["time"]))

    def _epoch(self, event: Event) -> None:
        logs = _numbers(event["logs"])
        for name, value in logs.items():
            if name.startswith("val_"):
                self._validation.setdefault(name.removeprefix("val_"), []).append((float(event["epoch"]), value))
            else:
                self._train.setdefault(name, []).append((event["epoch"], event["steps"], value))
        self._run = replace(self._run, stage="", epoch=event["epoch"], step=event["steps"], steps=event["steps"])
        self._run = replace(self._run, final=logs, eta_s=self._eta(event["time"]))

    def _samples(self, event: Event) -> None:
        samples = tuple(Sample(**sample | {"confidence": _number(sample["confidence"])}) for sample in event["samples"])
        self._run = replace(self._run, samples=samples)

    def _end(self, event: Event) -> None:
        self._run = replace(self._run, status=event["reason"], message=event["message"], stage="", eta_s=None)

    def _eta(self, time_s: float) -> float | None:
        """Seconds left at the pace since the first step, which alone holds the compiling."""
        done = self._run.progress
        if self._first_step is None:
            self._first_step = (time_s, done)
        start_s, start = self._first_step
        return (time_s - start_s) / (done - start) * (1 - done) if done > start else None

    def _fractional(self, points: list[tuple[int, int, float]]) -> Curve:
        # Where the length of the data is unknown, the first epoch is drawn as if it ended at the newest step.
        steps = self._run.steps or max((step for _, step, _ in points), default=1)
        return tuple((epoch - 1 + step / steps, value) for epoch, step, value in points)


APPLY: dict[str, Callable[[RunReader, Event], None]] = {
    "process": RunReader._process,
    "stage": RunReader._stage,
    "start": RunReader._start,
    "step": RunReader._step,
    "epoch": RunReader._epoch,
    "samples": RunReader._samples,
    "end": RunReader._end,
}


def read_run(run_dir: Path) -> Run:
    """The run as its log stands now; raises RunError where the folder holds no run."""
    return RunReader(run_dir).read()


def is_gone(run: Run) -> bool:
    """Whether the process that should write the log no longer runs."""
    if run.pid is None or run.created_s is None:
        try:
            return time.time() - (run.run_dir / SETTINGS_FILE).stat().st_mtime > SPAWN_LIMIT_S
        except FileNotFoundError:
            return True
    return find_process(run.pid, run.created_s) is None


def find_process(pid: int, created_s: float) -> psutil.Process | None:
    """The living process of that id and create time; None when it ended, even if its id was given to another."""
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - created_s) < CREATE_TIME_TOLERANCE_S
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.NoSuchProcess:
        return None


def finite(value: Any) -> Any:
    """The JSON value with null in place of each number that is NaN or infinite."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return value


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _numbers(logs: Mapping[str, float | None]) -> dict[str, float]:
    return {name: _number(value) for name, value in logs.items()}
