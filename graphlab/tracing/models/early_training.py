"""Detects a source that trains while it is loaded: for how long, on which line, and how to avoid it."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from graphlab.graph import Source
from graphlab.tracing.lines import caller_line
from graphlab.tracing.models.record import Method, replaced

SHORTEST_LOOP_S = 1.0  # in a training loop
FEWEST_UPDATES = 2  # in a training loop: a single update only builds an optimizer
GUARD = 'if __name__ == "__main__":'


@dataclass
class Loop:
    """The weight updates outside of fit(): the start and end, the count, and the line of the first.

    `steps` are the tf.functions that update weights, of which Python sees only the trace; `running` those now running.
    """

    began_s: float = 0.0
    ended_s: float = 0.0
    updates: int = 0
    line: Source | None = None
    steps: list[Method] = field(default_factory=list)
    running: list[Method] = field(default_factory=list)
    counters: dict[int, tuple[keras.Variable, int]] = field(
        default_factory=dict
    )  # by optimizer: its counter, and how far it had counted

    def counted(self) -> int:
        """How many updates there were; a tf.function with a loop in it makes many in one call."""
        return max([self.updates, *(_number(counter) - before for counter, before in self.counters.values())])


@dataclass
class EarlyTraining:
    """What trained, where, and for how long; `name` is "" if nothing did."""

    name: str = ""
    line: Source | None = None
    seconds: float = 0.0
    depth: int = 0
    loop: Loop = field(default_factory=Loop)

    def words(self) -> str:
        """One sentence for the page and the terminal; "" if nothing was trained."""
        if not self.name:
            return ""
        location = f"{Path(self.line.file).name}:{self.line.line}" if self.line else "This file"
        return (
            f"{location} trains while the file is loaded: {self.name} took {self.seconds:.1f} s. To open the "
            f"file without training, put this call under {GUARD}"
        )


@contextmanager
def note_training(on_progress: Callable[[str], None]) -> Iterator[EarlyTraining]:
    """Detect training in the block, which loads a source. Calls `on_progress` when it begins."""
    training = EarlyTraining()
    with ExitStack() as stack:
        for name in ("fit", "train_on_batch"):
            stack.enter_context(replaced(keras.Model, name, functools.partial(_timed, training, name, on_progress)))
        stack.enter_context(replaced(keras.optimizers.Optimizer, "apply", functools.partial(_applied, training)))
        function = type(tf.function(lambda: None))
        stack.enter_context(replaced(function, "__call__", functools.partial(_called, training)))
        try:
            yield training
        finally:
            _note_loop(training)


def _timed(training: EarlyTraining, name: str, on_progress: Callable[[str], None], method: Method) -> Method:
    @functools.wraps(method)
    def timed(*args: object, **kwargs: object) -> object:
        if not training.name:
            training.name, training.line = f"model.{name}()", caller_line()
            on_progress(f"Training: the file calls model.{name}() while it is loaded")
        started = time.monotonic()
        training.depth += 1
        try:
            return method(*args, **kwargs)
        finally:
            training.depth -= 1
            training.seconds += 0.0 if training.depth else time.monotonic() - started

    return timed


def _applied(training: EarlyTraining, method: Method) -> Method:
    @functools.wraps(method)
    def applied(optimizer: keras.Optimizer, *args: object, **kwargs: object) -> object:
        loop = training.loop
        if training.depth:
            return method(optimizer, *args, **kwargs)
        if not loop.began_s:
            loop.began_s, loop.line = time.monotonic(), caller_line()
        if id(optimizer) not in loop.counters:
            loop.counters[id(optimizer)] = optimizer.iterations, _number(optimizer.iterations)
        loop.steps += loop.running
        result = method(optimizer, *args, **kwargs)
        if not loop.running:
            loop.updates, loop.ended_s = loop.updates + 1, time.monotonic()
        return result

    return applied


def _called(training: EarlyTraining, method: Method) -> Method:
    """Count a call of a tf.function that updates weights as an update, the first call with its trace."""

    @functools.wraps(method)
    def called(function: Method, *args: object, **kwargs: object) -> object:
        loop = training.loop
        if training.depth or loop.running:  # one called inside another runs as part of it
            return method(function, *args, **kwargs)
        loop.running.append(function)
        try:
            result = method(function, *args, **kwargs)
        finally:
            loop.running.clear()
        if any(function is step for step in loop.steps):
            loop.updates, loop.ended_s = loop.updates + 1, time.monotonic()
        return result

    return called


def _number(counter: keras.Variable) -> int:
    with tf.init_scope():  # outside of the tf.function being traced
        return int(np.asarray(counter)) if tf.executing_eagerly() else 0


def _note_loop(training: EarlyTraining) -> None:
    """A user's own loop does not call fit(); it lasts from its first weight update to its last."""
    loop = training.loop
    seconds = loop.ended_s - loop.began_s
    if not training.name and seconds >= SHORTEST_LOOP_S and loop.counted() >= FEWEST_UPDATES:
        training.name, training.line, training.seconds = "its training loop", loop.line, seconds
