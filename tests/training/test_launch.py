import json
import re
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from graphlab.errors import DataError, RunError, SourceError
from graphlab.runs.find import latest_run, list_runs, runs_dir
from graphlab.runs.log import LOG_FILE
from graphlab.runs.reader import RunReader, find_process, read_run
from graphlab.runs.run import Run
from graphlab.runs.settings import TrainSettings
from graphlab.training.launch import process as launch
from graphlab.training.launch.process import new_run_dir, start_process, start_run, stop_run

STOP_S = 10  # a stop that waited for its training would take longer; on a quiet machine it takes under 2 s
SLOW = """
import time

import keras
import numpy as np
import tensorflow as tf

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)], name="slow")
model.compile("sgd", "mse")


def numbers():
    for _ in range(1_000):
        time.sleep(0.01)
        yield np.ones(4, "float32"), 1.0


def datasets():
    spec = tf.TensorSpec((4,)), tf.TensorSpec(())
    train = tf.data.Dataset.from_generator(numbers, output_signature=spec)
    return train.batch(2), train.take(2).batch(2)
"""


QUICK = """
import keras
import tensorflow as tf

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)], name="quick")
model.compile("sgd", "mse")


def datasets():
    data = tf.data.Dataset.from_tensors((tf.ones((2, 4)), tf.ones((2, 1))))
    return data, data
"""


@pytest.fixture(autouse=True)
def runs_folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("GRAPHLAB_RUNS", str(tmp_path / "runs"))
    return tmp_path / "runs"


@pytest.fixture
def slow(tmp_path) -> str:
    (tmp_path / "slow.py").write_text(SLOW)
    return f"{tmp_path / 'slow.py'}:model"


def wait_for(run_dir: Path, reached, timeout_s: float = 60) -> Run:
    """The run as soon as it has reached the state; fails after the time limit."""
    reader, end = RunReader(run_dir), time.monotonic() + timeout_s
    while not reached(run := reader.read()):
        assert time.monotonic() < end, f"still {run.status}, {run.stage!r}: {(run_dir / 'output.txt').read_text()}"
        time.sleep(0.05)
    return run


def timed_stop(run_dir: Path) -> float:
    before = time.monotonic()
    stop_run(run_dir)
    return time.monotonic() - before


@pytest.mark.tf
def test_stop_when_a_training_outlives_what_started_it(slow):
    start = "import sys; from graphlab.training.launch.process import *; print(start_run(TrainSettings(sys.argv[1])))"
    started = subprocess.run([sys.executable, "-c", start, slow], capture_output=True, text=True, check=True)
    run_dir = Path(started.stdout.strip())
    running = wait_for(run_dir, lambda run: run.step > 1)

    took_s = timed_stop(run_dir)

    run = read_run(run_dir)
    assert took_s < STOP_S
    assert (run.status, run.message) == ("stopped", "")
    assert run.train_curves["loss"][: len(running.train_curves["loss"])] == running.train_curves["loss"]
    assert find_process(running.pid, running.created_s) is None
    assert (run.model, run.steps) == ("slow", None)


@pytest.mark.tf
def test_stop_when_tensorflow_is_still_loading(slow):
    run_dir = start_run(TrainSettings(slow))
    wait_for(run_dir, lambda run: run.stage == "loading TensorFlow")

    took_s = timed_stop(run_dir)

    assert took_s < STOP_S
    assert read_run(run_dir).status == "stopped"


def test_stop_when_the_process_has_only_just_begun(slow):
    run_dir = start_run(TrainSettings(slow))

    took_s = timed_stop(run_dir)

    assert took_s < STOP_S
    assert read_run(run_dir).status == "stopped"


def test_stop_when_the_process_does_not_listen(slow, monkeypatch):
    monkeypatch.setattr(launch, "STOP_PATIENCE_S", 0.2)
    run_dir = start_run(TrainSettings(slow))
    process = psutil.Process(wait_for(run_dir, lambda run: run.pid is not None).pid)
    process.suspend()

    took_s = timed_stop(run_dir)

    assert took_s < STOP_S
    assert not process.is_running()
    assert read_run(run_dir).status == "stopped"


@pytest.mark.tf
def test_run_when_its_process_is_killed(slow):
    run_dir = start_run(TrainSettings(slow))
    run = wait_for(run_dir, lambda run: run.pid is not None)

    psutil.Process(run.pid).kill()

    run = wait_for(run_dir, lambda run: run.ended)
    words = "was ended by SIGKILL, probably because memory ran out"
    assert (run.status, run.message) == ("interrupted", f"the training process {words}{pointer_to_output(run_dir)}")
    assert last_message(run_dir) == run.message


@pytest.mark.tf
def test_failure_when_the_source_raises(tmp_path):
    (tmp_path / "bad.py").write_text("import keras\n\nmodel = keras.Sequential(5)\nraise ValueError('half done')\n")

    run = wait_for(start_run(TrainSettings(f"{tmp_path / 'bad.py'}:model")), lambda run: run.ended)

    assert run.status == "failed"
    assert run.message.endswith(f"({tmp_path / 'bad.py'}:3)")
    assert "\n" not in run.message
    assert "Traceback" in (run.run_dir / "output.txt").read_text()


def pointer_to_output(run_dir: Path) -> str:
    """What a message ends with where the process has printed something."""
    return f"; see output.txt in {run_dir}" if (run_dir / "output.txt").read_text() else ""


def last_message(run_dir: Path) -> str:
    """The message of the log's last event."""
    return str(json.loads((run_dir / LOG_FILE).read_text().splitlines()[-1])["message"])


@pytest.mark.tf
def test_failure_when_the_process_ends_without_a_word(tmp_path):
    (tmp_path / "ends.py").write_text("import os\nos._exit(4)\nmodel = None\n")

    run = wait_for(start_run(TrainSettings(f"{tmp_path / 'ends.py'}:model")), lambda run: run.ended)

    words = "exited with os._exit(4)"
    assert (run.status, run.message) == ("interrupted", f"the training process {words}{pointer_to_output(run.run_dir)}")
    assert last_message(run.run_dir) == run.message


def test_start_when_the_log_cannot_be_written(tmp_path, runs_folder):
    (tmp_path / "quick.py").write_text(QUICK)
    run_dir = new_run_dir(TrainSettings(f"{tmp_path / 'quick.py'}:model"))
    (run_dir / LOG_FILE).mkdir()

    with pytest.raises(RunError, match=r"cannot write the log in '.*'"):
        start_process(run_dir)

    assert not [child for child in psutil.Process().children() if str(run_dir) in child.cmdline()]


@pytest.mark.tf
def test_training_of_a_module_when_the_current_folder_has_a_random_of_its_own(tmp_path, monkeypatch):
    (tmp_path / "random.py").write_text("raise RuntimeError('this is not the random of Python')\n")
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "quick.py").write_text(QUICK)
    monkeypatch.chdir(tmp_path)

    run = wait_for(start_run(TrainSettings("pack.quick:model", epochs=1)), lambda run: run.ended)

    assert (run.status, run.message) == ("finished", "")


def test_start_when_the_source_does_not_exist(runs_folder):
    with pytest.raises(SourceError, match=r"no such file: 'nowhere\.py'"):
        start_run(TrainSettings("nowhere.py:model"))

    assert not runs_folder.exists()


def test_start_when_the_data_folder_does_not_exist(slow):
    with pytest.raises(DataError, match="no such data folder: '/nowhere'"):
        start_run(TrainSettings(slow, data="/nowhere"))


def test_runs_when_there_are_several(slow, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.py").write_text("")
    first = new_run_dir(TrainSettings(slow))
    second = new_run_dir(TrainSettings("other.py:model"))
    third = new_run_dir(TrainSettings("slow.py:model"))

    assert list_runs() == [third, second, first]
    assert list_runs(slow) == [third, first]
    assert list_runs("./slow.py:model") == [third, first]
    assert latest_run("other.py:model") == second
    assert latest_run("other.py:another") is None


def test_runs_when_many_start_in_the_same_second(slow):
    folders = [new_run_dir(TrainSettings(slow)) for _ in range(20)]

    assert len(set(folders)) == 20
    assert list_runs() == folders[::-1]


def test_runs_folder_when_nothing_names_it(monkeypatch):
    monkeypatch.delenv("GRAPHLAB_RUNS")

    assert runs_dir().parts[-2:] == ("graphlab", "runs")


def test_start_when_no_folder_can_be_made_for_runs(slow, monkeypatch):
    monkeypatch.setenv("GRAPHLAB_RUNS", "/proc/x")

    with pytest.raises(RunError) as caught:
        start_run(TrainSettings(slow))

    assert re.fullmatch(
        r"cannot make the run's folder '/proc/x/[^']+-model': No such file or directory", str(caught.value)
    )
