"""The scalars of a log folder as the snapshot of a finished run. Knows nothing about event files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graphlab.runs.run import Curve
from graphlab.runs.snapshots import LogSnapshot, chart_of

Series = Sequence[tuple[float, float, float | str]]  # (step, seconds since 1970, value) each
PARTS = {"train": "train", "validation": "validation", "val": "validation", "eval": "validation", "test": "validation"}
END = ("train", "validation")


def snapshot_of_scalars(scalars: Mapping[str, Mapping[str, Series]]) -> LogSnapshot:
    """The charts of a log, by run and tag. `epoch_loss` of the runs `train` and `validation` shares one chart.

    Other runs' charts are named after them.
    """
    curves: dict[str, dict[str, Curve]] = {}
    for run, tags in sorted(scalars.items()):
        experiment, part = _parts(run)
        for tag, series in sorted(tags.items()):
            name = f"{experiment} · {tag}" if experiment else tag
            chart = curves.setdefault(name, {"train": (), "validation": ()})
            chart[part] = tuple((float(step), float(value)) for step, _, value in sorted(series))
    final = {
        f"{'val_' if part == 'validation' else ''}{name}": chart[part][-1][1]
        for name, chart in curves.items()
        for part in END
        if chart[part]
    }
    charts = {name: chart_of(chart["train"], chart["validation"]) for name, chart in curves.items()}
    data = f"{_count(len(curves), 'scalar')} of {_count(len(scalars), 'run')} in the log"
    return LogSnapshot(data, charts, final)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _parts(run: str) -> tuple[str, str]:
    """(experiment, "train" or "validation") of a run's folder: ("a", "validation") for `a/validation`."""
    outer, _, last = run.rpartition("/")
    if last in PARTS:
        return outer, PARTS[last]
    return "" if run in ("", ".") else run, "train"
