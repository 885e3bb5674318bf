"""The values that a picture carries, as plain data. Independent of how they were computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

from graphlab.overlay.types import Readout
from graphlab.view import ShownOutput

Readouts = tuple[Readout, ...]


@dataclass(frozen=True)
class CarriedInput:
    """An input that the values are for, in words: `x`, `float32[]`, `3` or where it is from."""

    name: str
    tensor: str
    words: str


@dataclass(frozen=True)
class CarriedSlider:
    """An input that can be moved: its numbers from left to right; `at` is the place of the one that it has at first."""

    name: str
    numbers: tuple[float, ...]
    at: int


@dataclass(frozen=True, eq=False)
class CarriedValues:
    """What the outputs of ops show, at each position of the sliders.

    `places` has for an output (op id, port) the places of its readouts in `distinct`: a single one if they are the same
    at all positions. Positions count with the last slider first. `gradient` names the number whose gradients are shown,
    "" for none. `notes` are sentences about the inputs and the data.
    """

    inputs: tuple[CarriedInput, ...]
    distinct: tuple[Readouts, ...]
    places: Mapping[tuple[str, int], tuple[int, ...]]
    sliders: tuple[CarriedSlider, ...] = ()
    gradient: str = ""
    notes: tuple[str, ...] = ()

    @property
    def position(self) -> int:
        """The position of the sliders at first."""
        sizes = [len(slider.numbers) for slider in self.sliders]
        return sum(slider.at * prod(sizes[index + 1 :]) for index, slider in enumerate(self.sliders))

    @property
    def positions(self) -> int:
        """How many positions the sliders have together."""
        return prod(len(slider.numbers) for slider in self.sliders)

    def readouts(self, output: ShownOutput | None) -> Readouts:
        """What an output shows at first; () if it has no value."""
        places = () if output is None else self.places.get((output.op_id, output.port), ())
        if not places:
            return ()
        return self.distinct[places[0] if len(places) == 1 else places[self.position]]
