"""Detects a loss that becomes NaN or infinite, at its first step."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tensorflow as tf

CHECK_GAP_S = 0.2  # reading a number makes a GPU wait for its step


@dataclass(frozen=True)
class BadLoss:
    """The first step and epoch, from 1, whose loss was not a finite number, and that loss."""

    epoch: int
    step: int
    value: float
    part: str = "loss"

    def __str__(self) -> str:
        kind = "NaN" if math.isnan(self.value) else "infinite"
        if self.part != "loss":
            return f"the validation loss became {kind} in epoch {self.epoch}"
        return f"the loss became {kind} at step {self.step:,} of epoch {self.epoch}"


def way_out(learning_rate: float | None) -> str:
    """What to try if the loss was not finite at this learning rate; None if the rate is unknown."""
    smaller = "a smaller learning rate" if learning_rate is None else f"a learning rate below {learning_rate:g}"
    return f"try {smaller}, and look for NaN or infinite values in the data"


class Diverged(Exception):  # noqa: N818
    """Ends a training whose loss is no longer a finite number."""

    def __init__(self, bad: BadLoss) -> None:
        super().__init__(str(bad))
        self.bad = bad


class LossWatch:
    """Checks every step's loss and calls `on_bad` once, with the first bad one.

    `prompt`: read each number at once. Otherwise they are collected and read together, so that a device does not wait
    at every step; the step that is reported is the same.
    """

    def __init__(self, on_bad: Callable[[BadLoss], None], *, prompt: bool) -> None:
        self._on_bad = on_bad
        self._prompt = prompt
        self._losses: list[tuple[int, int, tf.Tensor]] = []
        self._next_s = 0.0
        self._has_reported = False

    def see(self, epoch: int, step: int, logs: Mapping[str, float]) -> None:
        """Collect a step's loss, and check the collected ones when it is time. Keras' loss is the epoch's mean so far.

        That mean is finite as long as every step's loss is.
        """
        if self._has_reported or "loss" not in logs:
            return
        self._losses.append((epoch, step, logs["loss"]))
        if self._prompt or time.monotonic() >= self._next_s:
            self.check()

    def check(self) -> None:
        """Check all collected losses."""
        losses, self._losses = self._losses, []
        self._next_s = time.monotonic() + CHECK_GAP_S
        for epoch, step, loss in losses:
            value = float(loss)
            if not math.isfinite(value):
                self._has_reported = True
                self._on_bad(BadLoss(epoch, step, value))
                return
