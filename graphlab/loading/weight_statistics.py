"""Statistics of the values in model files, computed in a separate process."""

from __future__ import annotations

from graphlab.formats.statistics import Statistics
from graphlab.loading.ask import ask_values
from graphlab.loading.fresh import WORKER_MODULE
from graphlab.processes.worker import Worker
from graphlab.sources import SourceSpec


class WeightStatistics:
    """Reads the values at one place of a model file at a time. The process starts at the first read."""

    def __init__(self) -> None:
        self._worker = Worker(WORKER_MODULE)

    def read(self, spec: SourceSpec, where: str) -> Statistics | None:
        """Statistics of the values at that place of the source's file; None if the source is not a file."""
        return Statistics(**ask_values(self._worker, spec, where)) if spec.path is not None else None

    def close(self) -> None:
        """End the process."""
        self._worker.close()
