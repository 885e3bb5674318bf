"""A scale of numbers in a few steps, from little to much. Knows nothing about pixels or Dash."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log

from graphlab.shared_constants import SCALE_STEPS

WIDE = 50  # from this ratio of the largest number to the smallest on, the scale is logarithmic,
SPAN = 10_000  # and what is less than this part of the largest is at its beginning


@dataclass(frozen=True)
class Scale:
    """The ends of a scale: the least number that counts and the largest, both above 0; or both 0 for no numbers."""

    least: float
    most: float

    def level(self, value: float) -> float:
        """Where a number lies on the scale, from 0 to 1."""
        if not self.most or not value > 0:
            return 0.0
        if self.most > self.least * WIDE:
            return min(1.0, max(0.0, log(value / self.least) / log(self.most / self.least)))
        return min(1.0, value / self.most)

    def edge(self, step: int) -> int:
        """The number at which a step of the scale begins."""
        if self.most > self.least * WIDE:
            return round(self.least * exp(log(self.most / self.least) * step / SCALE_STEPS))
        return round(self.most * step / SCALE_STEPS)

    def step(self, value: float) -> int:
        """The step that a number lies on."""
        return min(SCALE_STEPS - 1, int(self.level(value) * SCALE_STEPS))


def scale_of(numbers: Iterable[int]) -> Scale:
    """The scale of whole numbers, of which 0 is none."""
    found = [number for number in numbers if number]
    most = max(found, default=0)
    return Scale(max(min(found, default=0), most // SPAN), most)
