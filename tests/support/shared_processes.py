"""Processes that outlive a test: one that traces for all tests, one that lays out for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from graphlab.layout.engine import LayoutEngine
from graphlab.loading.fresh import FreshWorkers
from graphlab.processes.worker import Message, Worker


def running(workers: FreshWorkers) -> list[int]:
    """The processes that run now."""
    return sorted(worker.pid for worker in [*workers._all] if worker.pid is not None)


class OneWorker(FreshWorkers):
    """One process for all traces: starting one takes several seconds, and most tests have no switches to leak."""

    def __init__(self, worker: Worker) -> None:
        super().__init__()
        self.worker = worker

    @contextmanager
    def lent(self, is_wanted: Callable[[], bool] = lambda: True) -> Iterator[Worker]:
        yield self.worker

    def ask_idle(self, request: Message, *, timeout_s: float) -> Message:
        return self.worker.ask(request, timeout_s=timeout_s)

    def warm(self) -> None:
        """It has what it needs."""


class OpenEngine(LayoutEngine):
    """A layout engine that outlives a picture."""

    def close(self) -> None:
        """The next picture uses it."""

    def end(self) -> None:
        """End the worker process."""
        super().close()
