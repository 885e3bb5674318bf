"""Programs checked one after the other, here or in several processes that each import TensorFlow once."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache

from graphlab.layout.engine import LayoutEngine
from graphlab.processes.tensorflow_start import start_tensorflow
from tests.truth.run import Report, run

NEW_AFTER = 50  # programs for a process before another takes over: TensorFlow keeps some of each


def reports(seeds: Sequence[int], jobs: int) -> Iterator[Report]:
    """The report of each seed's program, in their order."""
    if jobs < 2:
        _start()
        yield from map(_run, seeds)
        return
    context = multiprocessing.get_context("spawn")
    for first in range(0, len(seeds), NEW_AFTER * jobs):
        pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_start)
        try:
            yield from pool.map(_run, seeds[first : first + NEW_AFTER * jobs])
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _start() -> None:
    start_tensorflow()
    gc.freeze()  # Keras collects garbage before each program, and TensorFlow's own objects are most of what that reads


@cache
def _engine() -> LayoutEngine:
    return LayoutEngine()


def _run(seed: int) -> Report:
    from tests.truth.programs import build

    return run(seed, _engine(), build)
