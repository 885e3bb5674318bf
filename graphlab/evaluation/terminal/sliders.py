"""Sliders of a picture that were moved ahead: which inputs have one, and the numbers that they pass through."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import tensorflow as tf

from graphlab.evaluation.inputs import Argument
from graphlab.json_value import JsonObject

MOST_SLIDERS = 2
POSITIONS = {1: 21, 2: 9}  # of each slider, by the number of sliders
NICE = (1.0, 2.0, 5.0, 10.0)  # steps, times a power of ten
DIGITS = 9  # of a step; more are errors of rounding


@dataclass(frozen=True)
class Slider:
    """The numbers that an input passes through; `at` is the place of the one that it has."""

    name: str
    numbers: tuple[float, ...]
    at: int

    def to_json(self) -> JsonObject:
        """The slider as JSON."""
        return {"name": self.name, "numbers": list(self.numbers), "at": self.at}


def sliders_of(arguments: Sequence[Argument]) -> list[Slider]:
    """A slider for each of the first inputs that are single numbers."""
    moving = [argument for argument in arguments if _is_number(argument.value)][:MOST_SLIDERS]
    return [_slider(argument, POSITIONS[len(moving)]) for argument in moving]


def _is_number(value: tf.Tensor) -> bool:
    is_real = value.dtype.is_floating or value.dtype.is_integer
    return is_real and value.shape.rank == 0 and math.isfinite(float(value))


def _slider(argument: Argument, count: int) -> Slider:
    """Numbers around the value in steps that are easy to read; 0 is always among or between them."""
    dtype = argument.value.dtype
    value = float(str(argument.value.numpy()))  # 0.1, not float32's 0.10000000149
    half = count // 2
    step = _nice(abs(value) / half) if value else 1.0
    least, most = (-math.inf, math.inf) if dtype.is_floating else (float(dtype.min), float(dtype.max))
    step = step if dtype.is_floating else max(1.0, step)
    decimals = DIGITS - math.floor(math.log10(step))
    places = [place for place in range(-half, half + 1) if least <= value + step * place <= most]
    numbers = [round(value + step * place, decimals) if place else value for place in places]
    return Slider(argument.name, tuple(numbers), places.index(0))


def _nice(number: float) -> float:
    """The smallest 1, 2 or 5 times a power of ten that is at least this number."""
    power = 10.0 ** math.floor(math.log10(number))
    return next(power * nice for nice in NICE if power * nice >= number * (1 - 1e-9))


def moved(arguments: Sequence[Argument], sliders: Sequence[Slider]) -> Iterator[list[Argument]]:
    """The arguments for each combination of positions; the last slider moves first."""
    for numbers in product(*(slider.numbers for slider in sliders)):
        values = {slider.name: number for slider, number in zip(sliders, numbers, strict=True)}
        yield [_with(argument, values.get(argument.name)) for argument in arguments]


def _with(argument: Argument, number: float | None) -> Argument:
    if number is None:
        return argument
    dtype = argument.value.dtype
    whole = np.float64(number) if dtype.is_floating else int(number)
    return replace(argument, value=tf.cast(tf.constant(whole), dtype), origin="moved")
