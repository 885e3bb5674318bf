import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from graphlab.errors import RunError, SourceError
from graphlab.runs.events import (
    CheckpointEvent,
    EndEvent,
    EpochEvent,
    Event,
    ProcessEvent,
    ResumeEvent,
    SamplesEvent,
    StageEvent,
    StartEvent,
    StepEvent,
    process_event,
)
from graphlab.runs.log import RunLog
from graphlab.runs.reader import RunReader, read_run
from graphlab.runs.sample import Sample
from graphlab.runs.settings import TrainSettings, read_settings, source_key, write_settings
from graphlab.runs.snapshots import decimate, snapshot_of

SAMPLE = {"image": "data:image/png;base64,AA==", "predicted": "7", "true": "1", "correct": False, "confidence": 0.5}


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    write_settings(tmp_path, TrainSettings("examples/mnist_mlp.py:model", epochs=2))
    return tmp_path


def start_event(steps: int | None = 10) -> StartEvent:
    sizes = {"train_size": 320, "validation_size": 64, "steps": steps}
    return StartEvent(model="mlp", device="CPU: test", data="digits", **sizes)


def step_event(epoch: int, step: int, loss: float, time_s: float = 0.0) -> StepEvent:
    return StepEvent(epoch, step, {"loss": loss}, examples_per_s=100.0, time=time_s)


def write_events(run_dir: Path, *events: Event) -> None:
    log = RunLog(run_dir)
    for event in (process_event(os.getpid()), *events):
        log.write(event)
    log.close()


def dead_process() -> ProcessEvent:
    """The event of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        return process_event(child.pid)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"epochs": 0}, "epochs must be a whole number from 1 to 10,000, not 0"),
        ({"epochs": 2.5}, "epochs must be a whole number from 1 to 10,000, not 2.5"),
        ({"batch_size": -1}, "batch size must be a whole number from 1 to 65,536, not -1"),
        ({"batch_size": True}, "batch size must be a whole number from 1 to 65,536, not True"),
        ({"learning_rate": 0.0}, "learning rate must be a number above 0, such as 0.001, not 0.0"),
        ({"learning_rate": math.nan}, "learning rate must be a number above 0, such as 0.001, not nan"),
        ({"learning_rate": math.inf}, "learning rate must be a number above 0, such as 0.001, not inf"),
        ({"seed": -1}, "seed must be a whole number from 0 to 4,294,967,295, not -1"),
        ({"learning_rate": "fast"}, "learning rate must be a number above 0, such as 0.001, not 'fast'"),
    ],
)
def test_settings_when_a_number_is_out_of_range(change, words):
    with pytest.raises(RunError) as caught:
        TrainSettings("a.py:model", **change)

    assert str(caught.value) == words


@pytest.mark.parametrize("learning_rate", [1e-30, 1e-7, 5, 5.0, 1e6])
def test_settings_when_the_learning_rate_is_any_positive_number(learning_rate):
    assert TrainSettings("a.py:model", learning_rate=learning_rate).learning_rate == learning_rate


def test_settings_when_written_and_read(tmp_path):
    given = ("--units", "64")
    settings = TrainSettings(
        "examples/quadratic.py:f", ("x=float32[]",), 3, 16, 0.01, "/data", given, seed=11, stop_on_nan=False
    )

    write_settings(tmp_path, settings)

    assert read_settings(tmp_path) == settings


def test_settings_when_the_folder_holds_no_run(tmp_path):
    with pytest.raises(RunError, match=r"is not a run: it has no run\.json"):
        read_settings(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({}, "contains no run settings: source must be text, not None"),
        ({"source": 5}, "contains no run settings: source must be text, not 5"),
        ({"source": "a.py:model", "inputs": "x"}, "contains no run settings: inputs must be a list, not 'x'"),
        ({"source": "a.py:model", "epochs": "3"}, "epochs must be a whole number from 1 to 10,000, not '3'"),
    ],
)
def test_settings_when_the_file_holds_something_else(tmp_path, content, words):
    (tmp_path / "run.json").write_text(json.dumps(content))

    with pytest.raises(RunError, match=f"{re.escape(words)}$"):
        read_settings(tmp_path)


def test_settings_when_the_file_is_of_an_older_version(tmp_path):
    (tmp_path / "run.json").write_text(json.dumps({"source": "a.py:model", "colour": "red"}))

    assert read_settings(tmp_path) == TrainSettings("a.py:model")


def test_source_key_when_a_file_is_spelled_in_two_ways(tmp_path, monkeypatch):
    (tmp_path / "net.py").write_text("")
    monkeypatch.chdir(tmp_path)

    assert source_key("net.py:model") == f"{tmp_path / 'net.py'}:model"
    assert source_key("./net.py:model") == source_key(f"{tmp_path}/net.py:model")
    assert source_key("net.py:model") != source_key("net.py:other")
    assert source_key("package.module:model") == "package.module:model"


def test_source_key_when_the_file_does_not_exist():
    with pytest.raises(SourceError, match="no such file"):
        source_key("nowhere.py:model")


def test_run_when_nothing_was_logged(run_dir):
    run = read_run(run_dir)

    assert (run.status, run.epoch, run.epochs, run.progress) == ("starting", 0, 2, 0.0)


def test_run_when_stages_went_by(run_dir):
    write_events(run_dir, StageEvent("loading TensorFlow"))

    run = read_run(run_dir)

    assert (run.status, run.stage, run.pid) == ("starting", "loading TensorFlow", os.getpid())


def test_run_when_it_is_in_its_second_epoch(run_dir):
    epoch = EpochEvent(1, 10, {"loss": 0.5, "val_loss": 0.25}, time=10.0)
    steps = step_event(1, 1, 2.0, 1.0), step_event(1, 5, 1.0, 5.0)
    write_events(run_dir, start_event(), *steps, epoch, step_event(2, 1, 0.5, 11.0))

    run = read_run(run_dir)

    assert (run.status, run.epoch, run.step, run.steps) == ("running", 2, 1, 10)
    assert (run.model, run.device, run.data, run.train_size) == ("mlp", "CPU: test", "digits", 320)
    assert run.train_curves == {"loss": ((0.1, 2.0), (0.5, 1.0), (1.0, 0.5), (1.1, 0.5))}
    assert run.validation_curves == {"loss": ((1.0, 0.25),)}
    assert run.final == {"loss": 0.5, "val_loss": 0.25}
    assert run.progress == pytest.approx(0.55)
    assert run.eta_s == pytest.approx(9.0)  # ten steps took 10 s, nine are left
    assert run.examples_per_s == 100.0


def test_curve_when_the_length_of_the_data_is_unknown(run_dir):
    write_events(run_dir, start_event(None), step_event(1, 1, 2.0), step_event(1, 4, 1.0))
    reader = RunReader(run_dir)

    assert reader.read().train_curves["loss"] == ((0.25, 2.0), (1.0, 1.0))
    assert reader.read().progress == 0.0

    write_events(run_dir, EpochEvent(epoch=1, steps=8, logs={"loss": 0.5}))

    assert reader.read().train_curves["loss"] == ((0.125, 2.0), (0.5, 1.0), (1.0, 0.5))


def test_run_when_its_last_line_is_torn(run_dir):
    write_events(run_dir, start_event(), step_event(1, 1, 2.0))
    whole = json.dumps(step_event(1, 2, 1.0).to_json()) + "\n"
    path = run_dir / "log.jsonl"
    with path.open("a") as file:
        file.write(whole[:20])
    reader = RunReader(run_dir)

    assert reader.read().step == 1

    with path.open("a") as file:
        file.write(whole[20:])

    assert reader.read().step == 2


def test_run_when_a_torn_line_is_followed_by_others(run_dir):
    write_events(run_dir, start_event())
    with (run_dir / "log.jsonl").open("a") as file:
        file.write('{"event": "step", "epo')
    write_events(run_dir, EndEvent("stopped"))

    assert read_run(run_dir).status == "stopped"


def test_reading_when_the_log_grows(run_dir):
    write_events(run_dir, start_event(), step_event(1, 1, 2.0))
    reader = RunReader(run_dir)
    reader.read()
    # What was read is not read again: were it, this would take the first events away.
    size = (run_dir / "log.jsonl").stat().st_size
    with (run_dir / "log.jsonl").open("r+b") as file:
        file.write(b" " * (size - 1))
    write_events(run_dir, step_event(1, 2, 1.0))

    assert reader.read().train_curves["loss"] == ((0.1, 2.0), (0.2, 1.0))


def test_run_when_its_process_is_gone(run_dir):
    log = RunLog(run_dir)
    log.write(dead_process())
    log.write(start_event())

    run = read_run(run_dir)

    assert run.status == "interrupted"
    assert run.message == "the training process exited without reporting a reason"

    (run_dir / "output.txt").write_text("Killed\n")
    assert read_run(run_dir).message == f"{run.message}; see output.txt in {run_dir}"


def test_run_that_is_known_to_be_stopped_once_its_process_is_gone(run_dir):
    log = RunLog(run_dir)
    log.write(dead_process())
    reader = RunReader(run_dir)
    assert reader.read().status == "interrupted"

    log.write(EndEvent("stopped"))

    assert (reader.read().status, reader.read().message) == ("stopped", "")


def test_run_when_its_process_ended_in_time(run_dir):
    log = RunLog(run_dir)
    log.write(dead_process())
    log.write(EndEvent("finished"))

    assert read_run(run_dir).status == "finished"


def test_run_when_no_process_came(run_dir):
    os.utime(run_dir / "run.json", (0, 0))

    assert read_run(run_dir).status == "interrupted"


def test_run_when_something_follows_its_end(run_dir):
    failed = EndEvent(reason="failed", message="no memory")
    write_events(run_dir, failed, EndEvent("stopped"))

    run = read_run(run_dir)

    assert (run.status, run.message) == ("failed", "no memory")


def test_log_when_numbers_are_not_finite(run_dir):
    write_events(run_dir, start_event(), step_event(1, 1, math.nan), step_event(1, 2, math.inf))

    lines = (run_dir / "log.jsonl").read_text().splitlines()
    run = read_run(run_dir)

    assert json.loads(lines[2])["logs"] == {"loss": None}
    assert [math.isnan(value) for _, value in run.train_curves["loss"]] == [True, True]
    assert snapshot_of(run).to_json()["curves"]["loss"]["train"] == [[0.1, None], [0.2, None]]


def test_snapshot_when_a_run_is_finished(run_dir):
    logs = {"loss": 0.5, "accuracy": 0.75, "val_loss": 0.25, "val_accuracy": 0.875}
    epoch = EpochEvent(epoch=2, steps=10, logs=logs)
    samples = SamplesEvent((Sample(**SAMPLE),), epoch=2)
    end = EndEvent("finished")
    write_events(run_dir, start_event(), step_event(1, 1, 2.0), epoch, samples, end)

    content = snapshot_of(read_run(run_dir)).to_json()

    assert json.loads(json.dumps(content, allow_nan=False)) == content
    assert content["status"] == "finished"
    assert content["progress"] == 1.0
    assert content["eta_s"] is None
    assert content["curves"] == {
        "loss": {"train": [[0.1, 2.0], [2.0, 0.5]], "validation": [[2.0, 0.25]]},
        "accuracy": {"train": [[2.0, 0.75]], "validation": [[2.0, 0.875]]},
    }
    assert content["samples"] == [SAMPLE]
    assert content["final"] == logs
    assert content["settings"]["source"] == "examples/mnist_mlp.py:model"


def test_snapshot_when_the_log_is_long(run_dir):
    write_events(run_dir, start_event(10_000), *(step_event(1, step, 1.0 / step) for step in range(1, 8_001)))
    reader = RunReader(run_dir)

    run = reader.read()
    points = snapshot_of(run).to_json()["curves"]["loss"]["train"]

    assert len(run.train_curves["loss"]) <= 5_000
    assert len(points) == 400
    assert points[0] == [0.0001, 1.0]
    assert points[-1] == [0.8, 0.000125]


def test_decimate_when_there_are_too_many_points():
    points = tuple((float(index), 0.0) for index in range(9))

    assert [x for x, _ in decimate(points, 5)] == [0.0, 2.0, 4.0, 6.0, 8.0]
    assert decimate(points, 9) == points


@pytest.mark.parametrize(
    "line",
    [
        "3",
        "[]",
        '"step"',
        '{"event": "step"}',
        '{"event": "step", "epoch": "1", "step": 1, "logs": {}, "examples_per_s": null, "time": 0}',
        '{"event": "step", "epoch": 1, "step": 1, "logs": [1], "examples_per_s": null, "time": 0}',
        '{"event": "epoch", "epoch": 1, "steps": 1, "logs": {"loss": "low"}, "time": 0}',
        '{"event": "process", "pid": "me", "created": 0}',
        '{"event": "samples", "samples": [{"image": 3}]}',
        '{"event": "end", "reason": "boredom", "message": ""}',
        '{"event": "resume", "epoch": -1, "epochs": 2, "time": 0}',
        '{"event": ["end"]}',
        "null",
    ],
)
def test_run_when_a_line_is_json_but_no_event(run_dir, line):
    write_events(run_dir, start_event(), step_event(1, 1, 2.0))
    with (run_dir / "log.jsonl").open("a") as file:
        file.write(line + "\n")
    write_events(run_dir, step_event(1, 2, 1.0))

    run = read_run(run_dir)

    assert (run.status, run.step) == ("running", 2)
    assert run.train_curves == {"loss": ((0.1, 2.0), (0.2, 1.0))}


def test_run_when_it_was_resumed(run_dir):
    epoch = EpochEvent(epoch=1, steps=10, logs={"loss": 0.5, "val_loss": 0.25}, learning_rate=0.1)
    end = EndEvent("stopped")
    write_events(run_dir, start_event(), epoch, CheckpointEvent(epoch=1), step_event(2, 5, 9.0), end)
    resume = ResumeEvent(epoch=1, epochs=4)
    write_events(run_dir, resume, start_event(), step_event(2, 3, 0.25))

    run = read_run(run_dir)

    assert (run.status, run.epoch, run.epochs, run.resumed, run.checkpoint) == ("running", 2, 4, 1, 1)
    assert run.train_curves == {"loss": ((1.0, 0.5), (1.3, 0.25))}
    assert run.learning_rates == ((1.0, 0.1),)
