"""What the user's code finds on Python's path is what `python FILE` gives it, in a trace and in a training."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import graphlab
from graphlab.errors import GraphlabError
from graphlab.loading.ask import ask_trace
from graphlab.loading.fresh import WORKER_MODULE
from graphlab.processes.worker import Worker
from graphlab.runs.reader import read_run
from graphlab.runs.settings import TrainSettings
from graphlab.sources import parse_source
from graphlab.training.launch.process import start_run

HOME = str(Path(graphlab.__file__).parent.parent)
CODE = """
import json, os, sys
from pathlib import Path
import graphlab
told = [sys.path, os.environ.get("PYTHONPATH"), os.getcwd(), graphlab.__file__]
Path(__file__).with_name("told.json").write_text(json.dumps(told))
raise ValueError("that is all")
"""


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A user's file beside a graphlab.py of the user's own."""
    monkeypatch.setenv("GRAPHLAB_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("PYTHONPATH", "/mine")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    (tmp_path / "graphlab.py").write_text("")
    (tmp_path / "own.py").write_text(CODE)
    return tmp_path / "own.py"


def traced(file):
    worker = Worker(WORKER_MODULE)
    try:
        with pytest.raises(GraphlabError, match="that is all"):
            ask_trace(worker, parse_source(f"{file}:model"), lambda stage: None)
    finally:
        worker.close()


def trained(file):
    run_dir = start_run(TrainSettings(source=f"{file}:model", epochs=1))
    deadline = time.monotonic() + 120
    while not (run := read_run(run_dir)).ended:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert "that is all" in run.message


@pytest.mark.tf
@pytest.mark.parametrize("start", [traced, trained])
def test_python_looks_for_modules_where_it_does_for_a_script(file, start):
    subprocess.run([sys.executable, str(file)], capture_output=True)
    plain, variable, folder, own = json.loads(file.with_name("told.json").read_text())
    file.with_name("told.json").unlink()

    start(file)

    path, told, there, package = json.loads(file.with_name("told.json").read_text())
    assert path == [*plain, *([] if HOME in plain else [HOME])]
    assert told == variable == "/mine"
    assert there == folder == str(file.with_name("elsewhere"))
    assert (own, package) == (str(file.with_name("graphlab.py")), graphlab.__file__)
    assert os.path.isabs(path[0])
