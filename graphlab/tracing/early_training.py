"""A source that trains while it is loaded: how long that takes, which line does it, and how to avoid it."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from graphlab.graph import Source
from graphlab.tracing.lines import caller_line
from graphlab.tracing.record import replaced

SHORTEST_LOOP_S = 1.0  # of a training loop: less is a step that builds the optimizer
GUARD = 'if __name__ == "__main__":'


@dataclass
class EarlyTraining:
    """What trained, where, and for how long; `name` is "" for nothing."""

    name: str = ""
    line: Source | None = None
    seconds: float = 0.0
    depth: int = 0
    loop: tuple[float, Source | None] | None = None  # when an optimizer was first applied outside of fit(), and where

    def words(self) -> str:
        """One sentence for the page and the terminal; "" where nothing was trained."""
        if not self.name:
            return ""
        place = f"{Path(self.line.file).name}:{self.line.line}" if self.line else "This file"
        return (
            f"{place} trains while the file is loaded: {self.name} took {self.seconds:.1f} s. Put it under {GUARD} "
            "to open the file without training."
        )


@contextmanager
def note_training(on_stage: Callable[[str], None]) -> Iterator[EarlyTraining]:
    """Note the training in the block, which loads a source; `on_stage` is told when it begins."""
    noted = EarlyTraining()
    with ExitStack() as stack:
        for name in ("fit", "train_on_batch"):
            stack.enter_context(replaced(keras.Model, name, functools.partial(_timed, noted, name, on_stage)))
        stack.enter_context(replaced(keras.optimizers.Optimizer, "apply", functools.partial(_applied, noted)))
        try:
            yield noted
        finally:
            _note_loop(noted)


def _timed(noted: EarlyTraining, name: str, on_stage: Callable[[str], None], method: Any) -> Any:
    @functools.wraps(method)
    def timed(*args: Any, **kwargs: Any) -> Any:
        if not noted.name:
            noted.name, noted.line = f"model.{name}()", caller_line()
            on_stage(f"Training: the file calls model.{name}() while it is loaded")
        started = time.monotonic()
        noted.depth += 1
        try:
            return method(*args, **kwargs)
        finally:
            noted.depth -= 1
            noted.seconds += 0.0 if noted.depth else time.monotonic() - started

    return timed


def _applied(noted: EarlyTraining, method: Any) -> Any:
    @functools.wraps(method)
    def applied(*args: Any, **kwargs: Any) -> Any:
        if noted.loop is None and not noted.depth:
            noted.loop = time.monotonic(), caller_line()
        return method(*args, **kwargs)

    return applied


def _note_loop(noted: EarlyTraining) -> None:
    """A loop of the user's own calls no fit(): it lasts from its first update of weights on."""
    if noted.name or noted.loop is None:
        return
    started, line = noted.loop
    seconds = time.monotonic() - started
    if seconds >= SHORTEST_LOOP_S:
        noted.name, noted.line, noted.seconds = "its training loop", line, seconds
