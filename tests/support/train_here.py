"""Trainings in the test's own process, which has TensorFlow loaded, for tests that do not depend on how they start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from graphlab.runs.log import RunLog
from graphlab.runs.reader import read_run
from graphlab.runs.run import Run
from graphlab.runs.settings import TrainSettings
from graphlab.training.launch.process import new_run_dir, prepare_resume
from graphlab.training.train import train


def train_here(settings: TrainSettings) -> Run:
    """The run after its training."""
    return _train(new_run_dir(settings), settings, resume=False)


def resume_here(run_dir: Path, **changes: Any) -> Run:
    """The run after it has followed its last checkpoint."""
    return _train(run_dir, prepare_resume(run_dir, **changes), resume=True)


def _train(run_dir: Path, settings: TrainSettings, *, resume: bool) -> Run:
    log = RunLog(run_dir)
    try:
        train(settings, run_dir, log.write, resume=resume)
    finally:
        log.close()
    return read_run(run_dir)
