"""The commands on training runs: train, resume, list, stop. Prints nothing itself."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypedDict

import click
from click.core import ParameterSource

from graphlab.errors import GraphlabError, RunError
from graphlab.runs.find import find_run, list_runs, running_runs, runs_dir
from graphlab.runs.reader import read_run
from graphlab.runs.run import Run, place_of
from graphlab.runs.settings import TrainSettings
from graphlab.sources import SourceSpec
from graphlab.sources.data_folders import FILE_HAS_NONE
from graphlab.training.launch.process import stop_run

NEWEST = 20
EXIT_CODES = {"diverged": 1, "failed": 1, "interrupted": 1}  # a failure that the run itself reports is raised
RESUMABLE = ("epochs", "learning_rate", "stop_on_nan")  # the options that a resumed run may change


class TrainOptions(TypedDict, total=False):
    """The options passed to `graphlab train`, see TrainSettings."""

    epochs: int
    batch_size: int
    learning_rate: float
    data: str
    seed: int
    stop_on_nan: bool


def train_command(spec: SourceSpec, options: TrainOptions, complain: Callable[[str], None]) -> Run:
    """Train in this terminal, after reporting other runs of this source that are training."""
    from graphlab.training.terminal import train_in_terminal

    if spec.path is not None:
        words = f"{FILE_HAS_NONE[0].lower()}{FILE_HAS_NONE[1:].rstrip('.')}"
        raise GraphlabError(f"{spec.text!r} cannot be trained: {words}")
    settings = TrainSettings(spec.text, spec.inputs, arguments=spec.arguments, **options)
    for run in running_runs(spec.text):
        name = run.run_dir.name
        complain(
            f"another run is training this source: {name} ({place_of(run)}); to stop it, run: graphlab runs stop {name}"
        )
    return train_in_terminal(settings)


def resume_command(text: str, options: TrainOptions) -> Run:
    """Resume a run from its last checkpoint in this terminal. Raises RunError for options that it cannot change."""
    from graphlab.training.terminal import resume_in_terminal

    fixed = [f"--{name.replace('_', '-')}" for name in options if name not in RESUMABLE and _is_typed(name)]
    if fixed:
        raise RunError(f"a resumed run keeps its own settings; omit {', '.join(fixed)}")
    return resume_in_terminal(
        find_run(text),
        epochs=options.get("epochs"),
        learning_rate=options.get("learning_rate"),
        stop_on_nan=options.get("stop_on_nan"),
    )


def _is_typed(name: str) -> bool:
    """Whether the option comes from the command line, not from an environment variable."""
    return click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE


def end_command(run: Run, complain: Callable[[str], None]) -> None:
    """Exit with the code for how the run ended, and why; after a stop at once, before another signal arrives."""
    from graphlab.training.output import leave

    if run.status in EXIT_CODES:
        complain(run.message)
    if run.status == "stopped":
        leave(0)
    if run.status in EXIT_CODES:
        sys.exit(EXIT_CODES[run.status])


def list_command(*, everything: bool, as_json: bool) -> str:
    """The runs as a table or as JSON."""
    runs = list_runs() if everything else list_runs()[:NEWEST]
    rows = [row for row in map(_row, runs) if row is not None]
    if as_json:
        return json.dumps(rows, indent=1)
    if not rows:
        return f"no runs in {runs_dir()}"
    table = [("RUN", "STATUS", "EPOCH", "SOURCE"), *((r["run"], r["status"], _epochs(r), r["source"]) for r in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(3)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]]) for row in table
    ]
    return "\n".join(lines)


def stop_command(text: str, *, as_json: bool) -> str:
    """Stop the run and report it; a run that has ended stays unchanged."""
    run_dir = find_run(text)
    before = read_run(run_dir)
    stop_run(run_dir)
    if as_json:
        return json.dumps(_row(run_dir), indent=1)
    status = read_run(run_dir).status
    return f"{run_dir.name}: {'had already ended: ' if before.ended else ''}{status}"


class RunRow(TypedDict):
    """A run in the table of runs; `started` as ISO 8601."""

    run: str
    status: str
    source: str
    epoch: int
    epochs: int
    checkpoint: int | None
    started: str | None
    message: str
    folder: str


def _row(run_dir: Path) -> RunRow | None:
    try:
        run = read_run(run_dir)
    except GraphlabError:  # a folder with invalid settings is not a run
        return None
    started = datetime.fromtimestamp(run.started_s).isoformat(timespec="seconds") if run.started_s else None
    return {
        "run": run.run_dir.name,
        "status": run.status,
        "source": run.settings.source,
        "epoch": run.epoch,
        "epochs": run.epochs,
        "checkpoint": run.checkpoint,
        "started": started,
        "message": run.message,
        "folder": str(run.run_dir),
    }


def _epochs(row: RunRow) -> str:
    return f"{row['epoch']} of {row['epochs']}"
