"""The training form when runs are damaged or deleted."""

from __future__ import annotations

import json
import os
import shutil

import pytest

from graphlab.runs.events import CheckpointEvent, process_event
from graphlab.runs.log import RunLog
from graphlab.runs.reader import RunReader
from graphlab.runs.settings import SETTINGS_FILE, TrainSettings
from graphlab.runs.snapshots import snapshot_of
from graphlab.training.launch.process import new_run_dir

FORM = (None, 5, None, None, 7, True)


@pytest.fixture(scope="module")
def form():
    """The module with the form's callbacks; it loads Dash."""
    from graphlab.app.callbacks import training_form

    return training_form


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """Two runs of one source, the older one first."""
    monkeypatch.setenv("GRAPHLAB_RUNS", str(tmp_path / "runs"))
    (tmp_path / "net.py").write_text("model = None\n")
    settings = TrainSettings(f"{tmp_path / 'net.py'}:model", data=str(tmp_path))
    return settings.source, [new_run_dir(settings), new_run_dir(settings)]


def test_a_broken_run_is_passed_over_for_the_newest_that_can_be_read(form, runs, tmp_path):
    source, (older, newer) = runs
    content = json.loads((newer / SETTINGS_FILE).read_text())
    assert form._newest_run(source) == (newer, str(tmp_path))

    (newer / SETTINGS_FILE).write_text(json.dumps(content | {"epochs": "many"}))
    assert form._newest_run(source) == (older, str(tmp_path))

    shutil.rmtree(older)
    assert form._newest_run(source) == (None, None)


def test_opening_a_broken_run_says_why(form, runs):
    source, (_, newer) = runs
    content = json.loads((newer / SETTINGS_FILE).read_text())
    (newer / SETTINGS_FILE).write_text(json.dumps(content | {"epochs": "many"}))

    _, words = form._act(None, source, "open", newer.name, FORM)

    assert words == "epochs must be a whole number from 1 to 10,000, not 'many'"


def test_a_deleted_run_cannot_be_resumed_and_is_not_offered(form, runs):
    from graphlab.app.server.run_stream import run_url

    _, (_, newer) = runs
    log = RunLog(newer)
    log.write(process_event(os.getpid()))
    log.write(CheckpointEvent(epoch=1))
    log.close()
    reader = RunReader(newer)
    assert snapshot_of(reader.read()).to_json()["checkpoint"] == 1

    shutil.rmtree(newer)
    seen = snapshot_of(reader.read()).to_json()
    assert (seen["status"], seen["checkpoint"]) == ("interrupted", 0)
    assert seen["message"] == f"the run's folder {str(newer)!r} was deleted"

    _, words = form._resume(run_url(newer), None)
    assert words == f"{newer.name!r} was deleted; start it again"
