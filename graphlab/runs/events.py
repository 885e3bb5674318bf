"""The events of a run's log: their fields, their JSON, and which lines of a log are events."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import ClassVar

import psutil

from graphlab.json_value import JsonObject, JsonValue
from graphlab.runs.sample import Sample

ENDED = frozenset({"finished", "stopped", "failed", "interrupted", "diverged"})
Logs = Mapping[str, float]  # a metric's name and its value, which may be NaN or infinite


def _now() -> float:
    return round(time.time(), 3)


@dataclass(frozen=True)
class Event:
    """What a training reports; `time` is in seconds since 1970."""

    kind: ClassVar[str] = ""

    time: float = field(default_factory=_now, kw_only=True)

    def to_json(self) -> JsonObject:
        """The event as a line of a log; numbers that are not finite stay unchanged."""
        values = {spec.name: _to_json(getattr(self, spec.name)) for spec in fields(self)}
        return {"event": self.kind, **values}


EventSink = Callable[[Event], object]


@dataclass(frozen=True)
class ProcessEvent(Event):
    """Which process trains: its id and its create time."""

    kind = "process"

    pid: int
    created: float


@dataclass(frozen=True)
class StageEvent(Event):
    """What happens before, between and after the steps."""

    kind = "stage"

    stage: str


@dataclass(frozen=True)
class StartEvent(Event):
    """What is trained, on which device, with which data; None for an unknown number."""

    kind = "start"

    model: str
    device: str
    data: str
    train_size: int | None = None
    validation_size: int | None = None
    steps: int | None = None
    batch_size: int | None = None
    learning_rate: float | None = None
    seed: int | None = None
    baseline: str = ""
    uses: tuple[str, ...] = ()


@dataclass(frozen=True)
class StepEvent(Event):
    """The metrics after a step. Epochs and steps count from 1."""

    kind = "step"

    epoch: int
    step: int
    logs: Logs
    examples_per_s: float | None = None


@dataclass(frozen=True)
class EpochEvent(Event):
    """The metrics of an epoch that has ended; those of the validation are named `val_...`."""

    kind = "epoch"

    epoch: int
    steps: int
    logs: Logs
    learning_rate: float | None = None


@dataclass(frozen=True)
class SamplesEvent(Event):
    """What the model predicts for some images of the validation data after an epoch."""

    kind = "samples"

    samples: tuple[Sample, ...]
    epoch: int | None = None


@dataclass(frozen=True)
class CheckpointEvent(Event):
    """The epoch after which a checkpoint was saved."""

    kind = "checkpoint"

    epoch: int


@dataclass(frozen=True)
class WarningEvent(Event):
    """A warning for a person; the training continues."""

    kind = "warning"

    message: str


@dataclass(frozen=True)
class ResumeEvent(Event):
    """A run continues after the checkpoint of `epoch`; `epochs` is the new total."""

    kind = "resume"

    epoch: int
    epochs: int


@dataclass(frozen=True)
class EndEvent(Event):
    """How a run ended (one of ENDED), the reason if it is not obvious, and the epoch and step if known."""

    kind = "end"

    reason: str
    message: str = ""
    epoch: int | None = None
    step: int | None = None


def process_event(pid: int) -> ProcessEvent:
    """The event that names the training process. Raises psutil.NoSuchProcess if it no longer exists."""
    return ProcessEvent(pid, psutil.Process(pid).create_time())


def event_from_json(value: object) -> Event | None:
    """The event in a line's JSON; None if its kind is unknown, or a field is missing or of another type."""
    if not isinstance(value, dict):
        return None
    kind = KINDS.get(str(value.get("event")))
    if kind is None:
        return None
    make: Callable[..., Event] = kind
    try:
        event = make(**{spec.name: READ[str(spec.type)](value.get(spec.name)) for spec in fields(kind)})
    except (TypeError, OverflowError):
        return None
    return None if isinstance(event, EndEvent) and event.reason not in ENDED else event


def _to_json(value: object) -> JsonValue:
    """A field's value as JSON."""
    if isinstance(value, Sample):
        return value.to_json()
    if isinstance(value, tuple):
        return [_to_json(item) for item in value]
    if isinstance(value, Mapping):
        return dict(value)
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(value)


def _count(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise TypeError(value)


def _number(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise TypeError(value)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise TypeError(value)


def _logs(value: object) -> Logs:
    """The metrics; a number that was not finite is NaN."""
    if not isinstance(value, dict):
        raise TypeError(value)
    return {str(name): math.nan if number is None else _number(number) for name, number in value.items()}


def _texts(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, list):
        return tuple(map(_text, value))
    raise TypeError(value)


def _samples(value: object) -> tuple[Sample, ...]:
    if isinstance(value, list):
        return tuple(map(Sample.from_json, value))
    raise TypeError(value)


KINDS: dict[str, type[Event]] = {
    kind.kind: kind
    for kind in (
        *(ProcessEvent, StageEvent, StartEvent, StepEvent, EpochEvent),
        *(SamplesEvent, CheckpointEvent, WarningEvent, ResumeEvent, EndEvent),
    )
}
# How a field of this type is read; each function raises TypeError for a value of another type.
READ: dict[str, Callable[[object], object]] = {
    "int": _count,
    "int | None": lambda value: None if value is None else _count(value),
    "float": _number,
    "float | None": lambda value: None if value is None else _number(value),
    "str": _text,
    "Logs": _logs,
    "tuple[str, ...]": _texts,
    "tuple[Sample, ...]": _samples,
}
