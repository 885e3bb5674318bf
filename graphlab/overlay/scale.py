"""A scale of numbers in a few steps, from little to much. Independent of pixels and Dash."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log

from graphlab.shared_constants import SCALE_STEPS

WIDE = 50  # from this ratio of the largest to the smallest number on, the scale is logarithmic,
SPAN = 10_000  # and numbers below this share of the largest are at its start


@dataclass(frozen=True)
class Scale:
    """The ends of a scale: the smallest number that counts and the largest, both above 0; both 0 without numbers."""

    least: float
    most: float

    def level(self, value: float) -> float:
        """A number's position on the scale, from 0 to 1."""
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
        """The step that contains a number."""
        return min(SCALE_STEPS - 1, int(self.level(value) * SCALE_STEPS))


def scale_of(numbers: Iterable[int]) -> Scale:
    """The scale of whole numbers, ignoring 0."""
    positive_numbers = [number for number in numbers if number]
    most = max(positive_numbers, default=0)
    return Scale(max(min(positive_numbers, default=0), most // SPAN), most)
