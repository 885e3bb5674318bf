"""The running runs, as the page polls them."""

from __future__ import annotations

import asyncio
import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from graphlab.runs.events import EndEvent, StageEvent, StepEvent, process_event
from graphlab.runs.log import RunLog
from graphlab.runs.reader import read_run
from graphlab.runs.run import started_at
from graphlab.runs.running import RunningRuns
from graphlab.runs.settings import SETTINGS_FILE, TrainSettings
from graphlab.training.launch.process import new_run_dir


@pytest.fixture(scope="module")
def run_stream():
    """The module that serves runs; it loads FastAPI."""
    from graphlab.app.server import run_stream

    return run_stream


@pytest.fixture
def begin(tmp_path, monkeypatch):
    """Begins a run of net.py, which this process claims to train, and returns its log."""
    monkeypatch.setenv("GRAPHLAB_RUNS", str(tmp_path / "runs"))
    (tmp_path / "net.py").write_text("model = None\n")
    logs = []

    def begun(**settings):
        run_dir = new_run_dir(TrainSettings(f"{tmp_path / 'net.py'}:model", **settings))
        logs.append(RunLog(run_dir))
        logs[-1].write(process_event(os.getpid()))
        return run_dir, logs[-1]

    yield begun
    for log in logs:
        log.close()


def step(epoch):
    return StepEvent(epoch=epoch, step=1, logs={"loss": 1.0}, examples_per_s=1.0)


def test_runs_are_followed_until_they_end(run_stream, begin):
    _, first = begin(epochs=30)
    _, second = begin(epochs=5)
    running = RunningRuns()

    def places():
        return [run_stream.served_run(run).progress for run in running.read()]

    first.write(StageEvent("loading TensorFlow"))
    assert places() == ["starting", "loading TensorFlow"]
    first.write(step(6))
    second.write(step(1))
    assert places() == ["epoch 1 of 5", "epoch 6 of 30"]
    first.write(step(7))
    assert places() == ["epoch 1 of 5", "epoch 7 of 30"]
    second.write(EndEvent("stopped"))
    assert places() == ["epoch 7 of 30"]
    first.write(EndEvent("finished"))
    assert places() == []


def test_a_broken_or_deleted_run_is_left_out(begin):
    run_dir, _ = begin()
    begin(epochs=3)
    running = RunningRuns()
    assert len(running.read()) == 2

    (run_dir / SETTINGS_FILE).unlink()
    assert [run.epochs for run in running.read()] == [3]


def test_runs_of_one_source_are_told_apart_by_their_start(run_stream, begin):
    before = datetime.now(UTC).timestamp()
    folders = [begin(batch_size=64, learning_rate=0.01)[0] for _ in range(2)]

    starts = [started_at(run_dir) for run_dir in folders]
    assert before - 0.001 <= starts[0] < starts[1] <= datetime.now(UTC).timestamp()
    assert [read_run(run_dir).started_s for run_dir in folders] == starts
    same = {"run": "", "url": "", "started_s": 0}
    first, second = (run_stream.served_run(read_run(folder)).to_json() for folder in folders)
    assert first | same == second | same
    assert (first["batch_size"], first["learning_rate"], first["name"]) == (64, 0.01, "net.py:model")


def test_a_run_in_a_folder_of_another_name_has_no_start(begin):
    run_dir, _ = begin()

    assert started_at(run_dir.rename(run_dir.with_name("best"))) is None
    assert read_run(run_dir.with_name("best")).started_s is None


def test_the_server_tells_the_runs_as_json(run_stream, begin):
    from fastapi import FastAPI

    server = FastAPI()
    run_stream.register_routes(server)
    (ask,) = [route.endpoint for route in server.routes if route.path == run_stream.RUNNING_ROUTE]
    with ThreadPoolExecutor(1) as pool:  # this thread may have the browser's event loop
        assert pool.submit(asyncio.run, ask()).result().body == b"[]"
        run_dir, log = begin(seed=3)
        log.write(step(2))
        answer = pool.submit(asyncio.run, ask()).result()

    assert answer.headers["Cache-Control"] == "no-store"
    (one,) = json.loads(answer.body)
    assert (one["run"], one["progress"], one["seed"]) == (run_dir.name, "epoch 2 of 5", 3)
