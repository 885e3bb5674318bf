"""Turns what Keras reports during a training into events. Independent of where they go."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping

import numpy as np

from graphlab.runs.events import EpochEvent, EventSink, StageEvent, StepEvent
from graphlab.training.nan import BadLoss, LossWatch

STEP_INTERVAL_S = 0.2
SPEED_SMOOTHING = 0.3

AfterEpoch = Callable[[int], None]


class Reporter:
    """The callbacks of one training. Calls `after_epoch` with each epoch that ended, counted from 1."""

    def __init__(
        self,
        emit: EventSink,
        examples_per_step: float | None,
        after_epoch: AfterEpoch,
        watch: LossWatch,
        on_bad: Callable[[BadLoss], None],
    ) -> None:
        self._emit = emit
        self._examples_per_step = examples_per_step
        self._after_epoch = after_epoch
        self._watch = watch
        self._on_bad = on_bad
        self._rate: float | None = None
        self._validation_reported = False
        self.epoch = 0
        self._steps_done = 0
        self._logs: Mapping[str, float] = {}
        self._next_s = 0.0
        self._mark: tuple[float, int] | None = None  # (time, step) from which the speed is measured
        self._examples_per_s: float | None = None

    def begin_epoch(self, epoch: int, logs: object = None) -> None:
        """Count an epoch. Speed is measured anew, without the validation before it."""
        self.epoch, self._steps_done, self._mark = epoch + 1, 0, None

    def end_batch(self, batch: int, logs: Mapping[str, float] | None = None) -> None:
        """Emit a step event, at most five per second: reading the numbers makes a device wait."""
        self._steps_done, self._logs = batch + 1, logs or {}
        self._watch.see(self.epoch, self._steps_done, self._logs)
        if time.monotonic() >= self._next_s:
            self._emit_step()

    def begin_validation(self, logs: object = None) -> None:
        """Emit the epoch's last step and the next stage."""
        self._watch.check()
        self._emit_step()
        self._emit(StageEvent("validating"))

    def end_epoch(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Emit an epoch event with the epoch's metrics and learning rate, then call `after_epoch`."""
        self._watch.check()
        numbers = scalars(logs or {})
        numbers.pop("learning_rate", None)  # added by some callbacks; it has its own field
        rate, steps = self._rate, self._steps_done
        self._emit(EpochEvent(epoch + 1, steps, numbers, rate))
        if not math.isfinite(numbers.get("val_loss", 0.0)) and not self._validation_reported:
            self._validation_reported = True
            self._on_bad(BadLoss(epoch + 1, steps, numbers["val_loss"], "val_loss"))
        self._after_epoch(epoch + 1)

    def note_rate(self, rate: float | None) -> None:
        """Record the learning rate of the epoch that is about to end."""
        self._rate = rate

    def _emit_step(self) -> None:
        numbers = scalars(self._logs)
        now = time.monotonic()
        self._next_s = now + STEP_INTERVAL_S
        self._measure(now)
        self._emit(StepEvent(self.epoch, self._steps_done, numbers, self._examples_per_s))

    def _measure(self, now: float) -> None:
        if self._mark and self._examples_per_step and self._steps_done > self._mark[1]:
            since_s, step = self._mark
            speed = (self._steps_done - step) * self._examples_per_step / (now - since_s)
            before = self._examples_per_s or speed
            self._examples_per_s = round(before + SPEED_SMOOTHING * (speed - before), 2)
        self._mark = now, self._steps_done


def scalars(logs: Mapping[str, float]) -> dict[str, float]:
    """The metrics that are one number each, as floats."""
    return {str(name): float(value) for name, value in logs.items() if np.ndim(value) == 0}
