"""Finds runs by name, by source, or those that are running. Imports no TensorFlow."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from graphlab.errors import GraphlabError, RunError
from graphlab.runs.reader import has_ended, read_run
from graphlab.runs.run import Run
from graphlab.runs.settings import SETTINGS_FILE, read_source_key, source_key

RUNS_VARIABLE = "GRAPHLAB_RUNS"
NEAR = 5  # how many runs an error lists


def runs_dir() -> Path:
    """The folder of all runs: GRAPHLAB_RUNS, else `runs` in the user's data folder of graphlab."""
    folder = os.environ.get(RUNS_VARIABLE)
    return Path(folder).expanduser() if folder else Path(platformdirs.user_data_dir("graphlab")) / "runs"


def list_runs(source: str | None = None) -> list[Path]:
    """The folders of all runs, or of those of one source, newest first."""
    folder = runs_dir()
    run_dirs = sorted(
        (path.parent for path in folder.glob(f"*/{SETTINGS_FILE}")), key=lambda path: path.name, reverse=True
    )
    if source is None:
        return run_dirs
    key = source_key(source)
    return [run_dir for run_dir in run_dirs if read_source_key(run_dir) == key]


def latest_run(source: str | None = None) -> Path | None:
    """The newest run's folder; None if there is none."""
    return next(iter(list_runs(source)), None)


def running_runs(source: str | None = None) -> list[Run]:
    """The runs that are running, of all sources or of one, newest first."""
    runs = (_read(run_dir) for run_dir in list_runs(source) if not has_ended(run_dir))
    return [run for run in runs if run is not None and not run.ended]


def find_run(text: str) -> Path:
    """The folder of a run by name, by the start or end of its name, or by path; `latest` is the newest.

    Raises RunError if there is none, or more than one.
    """
    path = Path(text).expanduser()
    try:
        if (path / SETTINGS_FILE).is_file():
            return path.resolve()
    except OSError:  # a name too long for a file
        pass
    runs = list_runs()
    if text == "latest" and runs:
        return runs[0]
    matches = [run_dir for run_dir in runs if text and (run_dir.name.startswith(text) or run_dir.name.endswith(text))]
    exact = [run_dir for run_dir in matches if run_dir.name == text]
    if len(exact or matches) == 1:
        return (exact or matches)[0]
    if not runs:
        raise RunError(f"no such run: {text!r}; there are no runs in {str(runs_dir())!r}")
    names = ", ".join(run_dir.name for run_dir in (matches or runs)[:NEAR])
    raise RunError(f"{'several runs match' if matches else 'no such run:'} {text!r}; there are {names}")


def _read(run_dir: Path) -> Run | None:
    try:
        return read_run(run_dir)
    except GraphlabError:  # deleted, or its settings are broken
        return None
