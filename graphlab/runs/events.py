"""The events of a run's log, as plain JSON objects: how they are made, and which lines of a log are events."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

import psutil

ENDED = frozenset({"finished", "stopped", "failed", "interrupted", "diverged"})

Event = dict[str, Any]
EventSink = Callable[[Event], None]


def make_event(kind: str, **fields: Any) -> Event:
    """An event of this moment."""
    return {"event": kind, "time": round(time.time(), 3), **fields}


def process_event(pid: int) -> Event:
    """The event that says which process trains; raises psutil.NoSuchProcess when it is gone."""
    return make_event("process", pid=pid, created=psutil.Process(pid).create_time())


def finite(value: Any) -> Any:
    """The JSON value with null in place of each number that is NaN or infinite."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return value


def is_event(value: object) -> bool:
    """Whether a line's JSON is an event that a reader knows, with every field that it needs, of the right type."""
    if not isinstance(value, dict):
        return False
    fields = FIELDS.get(str(value.get("event")))
    return fields is not None and all(right(value.get(name)) for name, right in fields.items())


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_logs(value: object) -> bool:
    return isinstance(value, dict) and all(_is_number(number) or number is None for number in value.values())


def _or_none(right: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: value is None or right(value)


def _is_samples(value: object) -> bool:
    return isinstance(value, list) and all(_is_sample(item) for item in value)


def _is_sample(value: object) -> bool:
    texts = ("image", "predicted", "true")
    return (
        isinstance(value, dict)
        and value.keys() == {*texts, "correct", "confidence"}
        and all(_is_text(value[name]) for name in texts)
        and isinstance(value["correct"], bool)
        and (value["confidence"] is None or _is_number(value["confidence"]))
    )


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(_is_text(item) for item in value)


FIELDS: dict[str, dict[str, Callable[[object], bool]]] = {
    "process": {"pid": _is_count, "created": _is_number},
    "stage": {"stage": _is_text},
    "start": {
        **dict.fromkeys(("model", "device", "data"), _is_text),
        **dict.fromkeys(("train_size", "validation_size", "steps", "batch_size", "seed"), _or_none(_is_count)),
        "learning_rate": _or_none(_is_number),
        "baseline": _or_none(_is_text),
        "uses": _or_none(_is_texts),
    },
    "step": {
        **dict.fromkeys(("epoch", "step"), _is_count),
        "logs": _is_logs,
        "examples_per_s": _or_none(_is_number),
        "time": _is_number,
    },
    "epoch": {
        **dict.fromkeys(("epoch", "steps"), _is_count),
        "logs": _is_logs,
        "learning_rate": _or_none(_is_number),
        "time": _is_number,
    },
    "samples": {"samples": _is_samples},
    "checkpoint": {"epoch": _is_count},
    "warning": {"message": _is_text},
    "resume": {"epoch": _is_count, "epochs": _is_count, "time": _is_number},
    "end": {
        "reason": lambda value: value in ENDED,
        "message": _is_text,
        **dict.fromkeys(("epoch", "step"), _or_none(_is_count)),
    },
}
