"""A run as the JSON that the page draws. Knows nothing about the log's form or about TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from graphlab.runs.events import finite
from graphlab.runs.run import Curve, Run

MAX_POINTS = 400
PLAIN = (
    "status",
    "stage",
    "message",
    "warning",
    "baseline",
    "uses",
    "batch_size",
    "learning_rate",
    "seed",
    "started_s",
    "checkpoint",
    "resumed",
    "model",
    "device",
    "data",
    "train_size",
    "validation_size",
    "epoch",
    "epochs",
    "step",
    "steps",
    "progress",
    "examples_per_s",
    "eta_s",
)


def frame(run: Run) -> dict[str, Any]:
    """The run's state as valid JSON: at most 400 points a curve, null for numbers that are not finite."""
    metrics = list(dict.fromkeys([*run.train_curves, *run.validation_curves]))
    curves = {
        name: {"train": _points(run.train_curves, name), "validation": _points(run.validation_curves, name)}
        for name in metrics
    }
    if len({rate for _, rate in run.learning_rates}) > 1:
        curves["learning_rate"] = {"train": _points({"": run.learning_rates}, ""), "validation": []}
    content = {
        "run": run.run_dir.name,
        "settings": asdict(run.settings),
        **{name: getattr(run, name) for name in PLAIN},
        "curves": curves,
        "samples": [asdict(sample) for sample in run.samples],
        "latest": dict(run.latest),
        "final": dict(run.final),
    }
    result: dict[str, Any] = finite(content)
    return result


def decimate(points: Curve, limit: int) -> Curve:
    """At most `limit` points, evenly chosen by index; the first and the last stay."""
    if len(points) <= limit:
        return points
    last = len(points) - 1
    return tuple(points[round(index * last / (limit - 1))] for index in range(limit))


def _points(curves: Mapping[str, Curve], name: str) -> list[list[float]]:
    return [list(point) for point in decimate(curves.get(name, ()), MAX_POINTS)]
