"""The runs in progress, polled at little cost. Imports no TensorFlow."""

from __future__ import annotations

import threading
from dataclasses import dataclass, fields
from pathlib import Path

from graphlab.errors import GraphlabError
from graphlab.json_value import JsonObject, finite
from graphlab.runs.find import list_runs
from graphlab.runs.reader import RunReader, has_ended
from graphlab.runs.run import Run, place_of


class RunningRuns:
    """The running runs of all sources. Each call reads only what was added to their logs. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readers: dict[Path, RunReader] = {}

    def read(self) -> list[Run]:
        """These runs according to their logs now, newest first."""
        with self._lock:
            going = [run_dir for run_dir in list_runs() if not has_ended(run_dir)]
            readers = [(run_dir, reader) for run_dir in going if (reader := self._reader(run_dir)) is not None]
            self._readers = dict(readers)
            runs = [reader.read() for _, reader in readers]
        return [run for run in runs if not run.ended]

    def _reader(self, run_dir: Path) -> RunReader | None:
        try:
            return self._readers.get(run_dir) or RunReader(run_dir)
        except GraphlabError:  # deleted, or its settings are broken
            return None


@dataclass(frozen=True)
class RunningRun:
    """What tells a run that is going from others, and where it is; `url` is where its snapshots are."""

    run: str
    source: str
    name: str
    progress: str
    started_s: float | None
    epochs: int
    batch_size: int | None
    learning_rate: float | None
    seed: int
    url: str

    def to_json(self) -> JsonObject:
        """The run as valid JSON, null for numbers that are not finite."""
        return {spec.name: finite(getattr(self, spec.name)) for spec in fields(self)}


def running_run(run: Run, url: str) -> RunningRun:
    """The summary of this run."""
    settings = run.settings
    return RunningRun(
        run=run.run_dir.name,
        source=settings.source,
        name=Path(settings.source).name,
        progress=place_of(run),
        started_s=run.started_s,
        epochs=run.epochs,
        batch_size=run.batch_size or settings.batch_size,
        learning_rate=run.learning_rate or settings.learning_rate,
        seed=settings.seed,
        url=url,
    )
