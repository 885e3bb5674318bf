"""The state of one training run at one moment. Independent of the log it was read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from graphlab.runs.events import ENDED
from graphlab.runs.sample import Sample
from graphlab.runs.settings import TrainSettings

Curve = tuple[tuple[float, float], ...]
NAME_TIME = "%Y-%m-%dT%H-%M-%S.%f"  # the start of a run's folder name, in UTC


@dataclass(frozen=True)
class Run:
    """The content of a log so far. `status` is starting, running, or one of ENDED.

    `epoch` and `step` count from 1 (0: not begun). `steps` is None if the data's length is unknown. Curves contain
    (epochs done, value) per metric; `latest` and `final` are the newest numbers within an epoch and at an epoch's end.
    `batch_size`, `learning_rate` and `seed` are the run's settings, `learning_rates` the rate of each epoch.
    `warning` has the first and the newest warning, one per line.
    `checkpoint` is the epoch from which the run can be resumed; 0 if none. `resumed` counts how often it was resumed.
    """

    run_dir: Path
    settings: TrainSettings
    status: str = "starting"
    stage: str = ""
    message: str = ""
    warning: str = ""
    model: str = ""
    device: str = ""
    data: str = ""
    baseline: str = ""
    uses: tuple[str, ...] = ()
    train_size: int | None = None
    validation_size: int | None = None
    batch_size: int | None = None
    learning_rate: float | None = None
    seed: int | None = None
    started_s: float | None = None
    epoch: int = 0
    epochs: int = 0
    step: int = 0
    steps: int | None = None
    checkpoint: int = 0
    resumed: int = 0
    examples_per_s: float | None = None
    eta_s: float | None = None
    train_curves: Mapping[str, Curve] = field(default_factory=dict)
    validation_curves: Mapping[str, Curve] = field(default_factory=dict)
    learning_rates: Curve = ()
    latest: Mapping[str, float] = field(default_factory=dict)
    final: Mapping[str, float] = field(default_factory=dict)
    samples: tuple[Sample, ...] = ()
    pid: int | None = None
    created_s: float | None = None

    @property
    def ended(self) -> bool:
        """Whether the run is over, unless it is resumed."""
        return self.status in ENDED

    @property
    def progress(self) -> float:
        """The completed share of all epochs, from 0 to 1."""
        if not self.epochs or not self.epoch:
            return 0.0
        within = self.step / self.steps if self.steps else 0.0
        return min(1.0, (self.epoch - 1 + within) / self.epochs)


def started_at(run_dir: Path) -> float | None:
    """When a run was started, in seconds since 1970, from its folder's name; None if the folder was renamed."""
    words = "-".join(run_dir.name.split("-")[: NAME_TIME.count("-") + 1])
    try:
        return datetime.strptime(words, NAME_TIME).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def place_of(run: Run) -> str:
    """The progress of a run in a few words: `epoch 3 of 10`, or the stage before the first epoch."""
    return f"epoch {run.epoch} of {run.epochs}" if run.epoch else run.stage or run.status
