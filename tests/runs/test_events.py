"""The events of a run's log: reading returns what was written."""

from __future__ import annotations

import dataclasses
import json
import math

import pytest

from graphlab.runs.events import (
    KINDS,
    CheckpointEvent,
    EndEvent,
    EpochEvent,
    ProcessEvent,
    ResumeEvent,
    SamplesEvent,
    StageEvent,
    StartEvent,
    StepEvent,
    WarningEvent,
    event_from_json,
)
from graphlab.runs.sample import Sample

SAMPLE = Sample("data:image/png;base64,AA==", "7", "1", correct=False, confidence=0.5)
EVENTS = (
    ProcessEvent(4, 12.5),
    StageEvent("loading data"),
    StartEvent("mlp", "CPU", "digits", 320, 64, 10, 32, 0.1, 7, "class 1", ("Early",)),
    StartEvent("mlp", "CPU", "digits"),
    StepEvent(1, 2, {"loss": 0.5, "low": -math.inf}, 100.0),
    EpochEvent(1, 10, {"loss": 0.5}, 0.1),
    SamplesEvent((SAMPLE,), 1),
    CheckpointEvent(3),
    WarningEvent("no space left"),
    ResumeEvent(1, 4),
    EndEvent("diverged", "loss is NaN", 2, 3),
)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.kind)
def test_an_event_when_written_and_read(event):
    assert event_from_json(json.loads(json.dumps(event.to_json()))) == event


def test_every_kind_has_its_own_name():
    assert {event.kind for event in EVENTS} == KINDS.keys()
    assert all(kind.kind == name for name, kind in KINDS.items())


def test_numbers_that_were_not_finite_come_back_as_nan():
    event = event_from_json({"event": "step", "epoch": 1, "step": 1, "logs": {"loss": None}, "time": 0})

    assert isinstance(event, StepEvent)
    assert math.isnan(event.logs["loss"])


@pytest.mark.parametrize("name", ["epoch", "step", "logs", "time"])
@pytest.mark.parametrize("wrong", [None, True, "1", [1], {"loss": "low"}])
def test_a_field_of_another_type_is_no_event(name, wrong):
    right = {"event": "step", "epoch": 1, "step": 1, "logs": {}, "time": 0}

    assert event_from_json(right) is not None
    assert event_from_json({**right, name: wrong}) is None


def test_an_event_keeps_its_moment():
    assert dataclasses.replace(EVENTS[0], pid=5).time == EVENTS[0].time
