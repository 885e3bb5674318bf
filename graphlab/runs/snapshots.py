"""A run as the page draws it. Independent of the log's form and of TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from graphlab.json_value import JsonObject, JsonValue, finite
from graphlab.runs.run import Curve, Run
from graphlab.runs.sample import Sample
from graphlab.runs.settings import TrainSettings

MAX_POINTS = 400


@dataclass(frozen=True)
class Chart:
    """The curves of one metric: at most MAX_POINTS points (epochs done, value) each, the value NaN for a gap."""

    train: Curve = ()
    validation: Curve = ()


@dataclass(frozen=True)
class RunSnapshot:
    """The state of a run at one moment; most fields are those of `Run`."""

    run: str
    settings: TrainSettings
    status: str
    stage: str
    message: str
    warning: str
    baseline: str
    uses: tuple[str, ...]
    batch_size: int | None
    learning_rate: float | None
    seed: int | None
    started_s: float | None
    checkpoint: int
    resumed: int
    model: str
    device: str
    data: str
    train_size: int | None
    validation_size: int | None
    epoch: int
    epochs: int
    step: int
    steps: int | None
    progress: float
    examples_per_s: float | None
    eta_s: float | None
    curves: Mapping[str, Chart]
    samples: tuple[Sample, ...]
    latest: Mapping[str, float]
    final: Mapping[str, float]

    def to_json(self) -> JsonObject:
        """The snapshot as valid JSON, null for numbers that are not finite."""
        return _to_json(self)


@dataclass(frozen=True)
class LogSnapshot:
    """The charts of a log as the snapshot of a run that is over: its curves hold (step, value)."""

    data: str
    curves: Mapping[str, Chart]
    final: Mapping[str, float]
    status: str = "logged"

    def to_json(self) -> JsonObject:
        """The snapshot as valid JSON, null for numbers that are not finite."""
        return _to_json(self)


def snapshot_of(run: Run) -> RunSnapshot:
    """The run's state."""
    return RunSnapshot(
        run=run.run_dir.name,
        settings=run.settings,
        status=run.status,
        stage=run.stage,
        message=run.message,
        warning=run.warning,
        baseline=run.baseline,
        uses=run.uses,
        batch_size=run.batch_size,
        learning_rate=run.learning_rate,
        seed=run.seed,
        started_s=run.started_s,
        checkpoint=run.checkpoint,
        resumed=run.resumed,
        model=run.model,
        device=run.device,
        data=run.data,
        train_size=run.train_size,
        validation_size=run.validation_size,
        epoch=run.epoch,
        epochs=run.epochs,
        step=run.step,
        steps=run.steps,
        progress=run.progress,
        examples_per_s=run.examples_per_s,
        eta_s=run.eta_s,
        curves=_charts(run),
        samples=run.samples,
        latest=run.latest,
        final=run.final,
    )


def _charts(run: Run) -> dict[str, Chart]:
    charts = {
        name: chart_of(run.train_curves.get(name, ()), run.validation_curves.get(name, ()))
        for name in dict.fromkeys([*run.train_curves, *run.validation_curves])
    }
    if len({rate for _, rate in run.learning_rates}) > 1:
        charts["learning_rate"] = chart_of(run.learning_rates, ())
    return charts


def chart_of(train: Curve, validation: Curve) -> Chart:
    """The chart of two curves of any length."""
    return Chart(decimate(train, MAX_POINTS), decimate(validation, MAX_POINTS))


def decimate(points: Curve, limit: int) -> Curve:
    """At most `limit` points, evenly chosen by index; the first and the last stay."""
    if len(points) <= limit:
        return points
    last = len(points) - 1
    return tuple(points[round(index * last / (limit - 1))] for index in range(limit))


def _to_json(snapshot: RunSnapshot | LogSnapshot) -> JsonObject:
    fields: dict[str, JsonValue] = asdict(snapshot)
    return {name: finite(value) for name, value in fields.items()}
