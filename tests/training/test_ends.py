"""How a training ends: a loss that is not finite, callbacks, signals, a full disk, a folder that goes."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graphlab.errors import RunError
from graphlab.runs.disk import RESERVE_FILE
from graphlab.runs.events import StageEvent
from graphlab.runs.find import list_runs
from graphlab.runs.log import RunLog
from graphlab.runs.reader import RunReader, find_process, read_run
from graphlab.runs.settings import TrainSettings
from graphlab.training.launch.process import new_run_dir, start_run, stop_run
from graphlab.training.terminal import train_in_terminal
from tests.support.train_here import train_here
from tests.training.test_launch import SLOW, wait_for

NET = """
import keras
import numpy as np
import tensorflow as tf

x = np.ones((40, 4), "float32")
y = np.ones((40, 1), "float32")
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(keras.optimizers.SGD(1e-3), "mse")


class Loud(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        print("LOUD", epoch)


def datasets():
    return tf.data.Dataset.from_tensor_slices((x, y)).batch(4), (x[:8], y[:8])

"""
FORKS = """
import os, sys
whole = datasets
if os.fork() == 0:
    sys.exit(0)
os.wait()


def datasets():
    if os.fork() == 0:
        sys.exit(0)
    os.wait()
    return whole()
"""
NAN_AT_7 = "\nx[25, 2] = np.nan\n"
INFINITE = "\ny[0] = np.inf\n"
WHAT_TO_DO = (
    "; try a learning rate below 0.001, and look for NaN or infinite values in the data; "
    "to keep it running: --no-stop-on-nan, or turn off 'Stop on NaN or infinite loss' on the page"
)
EARLY_STOPPING = "keras.callbacks.EarlyStopping('loss', patience=0, min_delta=1e9)"
EARLY_STOPPING_WORDS = "EarlyStopping ended the run after epoch 2: loss had not improved by 1e+09 for 1 epoch"


@pytest.fixture(autouse=True)
def runs_folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("GRAPHLAB_RUNS", str(tmp_path / "runs"))
    return tmp_path / "runs"


@pytest.fixture
def net(tmp_path):
    """Writes the small network with what is added to it; returns its source."""

    def write(added: str = "", text: str = NET) -> str:
        (tmp_path / "net.py").write_text(text + added)
        return f"{tmp_path / 'net.py'}:model"

    return write


@pytest.mark.tf
@pytest.mark.parametrize(
    ("added", "words", "step"),
    [
        (NAN_AT_7, "the loss became NaN at step 7 of epoch 1", 7),
        (INFINITE, "the loss became infinite at step 1 of epoch 1", 1),
    ],
)
def test_run_diverges_at_the_first_step_whose_loss_is_not_finite(net, added, words, step):
    run = train_here(TrainSettings(net(added), epochs=3))

    assert (run.status, run.message, run.checkpoint) == ("diverged", words + WHAT_TO_DO, 0)
    assert (run.epoch, run.step) == (1, step)


@pytest.mark.tf
def test_command_ends_with_the_words_of_a_run_that_diverged(net, command):
    code, out, err = command("train", net(NAN_AT_7), "--epochs", "3")

    run = read_run(list_runs()[0])
    assert (code, err) == (1, f"graphlab: {run.message}\n")
    assert "epoch 1 of 3" not in out
    assert (run.status, run.message) == ("diverged", f"the loss became NaN at step 7 of epoch 1{WHAT_TO_DO}")


@pytest.mark.tf
def test_run_goes_on_where_it_was_told_to(net, command):
    code, out, err = command("train", net(NAN_AT_7), "--epochs", "2", "--no-stop-on-nan")

    run = read_run(list_runs()[0])
    assert (code, run.status, run.epoch) == (0, "finished", 2)
    assert err.splitlines()[0] == "graphlab: the loss became NaN at step 7 of epoch 1"
    assert "epoch 2 of 2 loss=nan" in out


@pytest.mark.tf
@pytest.mark.parametrize(
    ("callback", "words"),
    [
        (EARLY_STOPPING, EARLY_STOPPING_WORDS),
        (
            "keras.callbacks.EarlyStopping('val_loss', patience=2, min_delta=1e9, restore_best_weights=True)",
            "EarlyStopping ended the run after epoch 3: val_loss had not improved by 1e+09 for 2 epochs; "
            "the model has the weights of epoch 1",
        ),
        (
            "keras.callbacks.EarlyStopping('loss', patience=2, min_delta=1e9, baseline=-1)",
            "EarlyStopping ended the run after epoch 2: loss had not improved by 1e+09 on its best value and on "
            "the baseline -1 "
            "for 2 epochs",
        ),
        (
            "keras.callbacks.EarlyStopping('loss', patience=1, mode='max')",
            "EarlyStopping ended the run after epoch 2: loss had not improved for 1 epoch",
        ),
        (
            "keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: setattr(model, 'stop_training', True))",
            "LambdaCallback ended the run after epoch 1",
        ),
    ],
)
def test_run_says_which_callback_ended_it(net, callback, words):
    run = train_here(TrainSettings(net(f"\nCALLBACKS = [Loud(), {callback}]\n"), epochs=5))

    assert (run.status, run.message) == ("finished", words)
    assert run.uses[0] == "Loud"


@pytest.mark.tf
def test_terminal_shows_which_callback_ended_the_run_and_not_what_callbacks_print(net, capfd):
    run = train_in_terminal(TrainSettings(net(f"\nCALLBACKS = [Loud(), {EARLY_STOPPING}]\n"), epochs=5))

    out, err = capfd.readouterr()
    assert out.splitlines()[-1] == run.message == EARLY_STOPPING_WORDS
    assert "LOUD" not in out + err
    assert "LOUD 0\n" in (run.run_dir / "output.txt").read_text()


@pytest.mark.tf
@pytest.mark.parametrize("epochs", [1, 3])
def test_terminate_on_nan_is_told_as_diverged(net, epochs):
    added = f"{NAN_AT_7}\ndef callbacks():\n    return [keras.callbacks.TerminateOnNaN()]\n"

    run = train_here(TrainSettings(net(added), epochs=epochs, stop_on_nan=False))

    assert run.status == "diverged"
    assert run.message == (
        "TerminateOnNaN ended the run after epoch 1: the loss became NaN at step 7 of epoch 1; "
        "try a learning rate below 0.001, and look for NaN or infinite values in the data"
    )


@pytest.mark.tf
def test_users_files_go_where_the_user_says(net, tmp_path):
    kept = tmp_path / "mine" / "best.keras"
    run = train_here(TrainSettings(net(f"\nCALLBACKS = keras.callbacks.ModelCheckpoint({str(kept)!r})\n"), epochs=1))

    assert (run.status, kept.is_file()) == ("finished", True)


@pytest.mark.tf
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_signals_end_a_training_in_the_terminal_as_stopped(net, number):
    with subprocess.Popen(
        [sys.executable, "-m", "graphlab", "train", net(text=SLOW), "--epochs", "3"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        end = time.monotonic() + 90
        while not (list_runs() and read_run(list_runs()[0]).step > 1):
            assert time.monotonic() < end
            time.sleep(0.1)
        process.send_signal(number)
        _, err = process.communicate(timeout=30)

    run = read_run(list_runs()[0])
    assert (process.returncode, run.status) == (0, "stopped")
    assert run.train_curves["loss"]
    assert err == f"stopped; the log is kept in {run.run_dir}\n"
    assert find_process(run.pid, run.created_s) is None


def test_full_disk_at_the_start_is_one_line(net, runs_folder, monkeypatch):
    def refuse(path: Path, content: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    source = net()
    monkeypatch.setattr(Path, "write_bytes", refuse)

    with pytest.raises(RunError, match=f"^no space left in '{runs_folder}/[^ ]+-model'$"):
        new_run_dir(TrainSettings(source))
    assert list(runs_folder.iterdir()) == []


def test_log_keeps_its_whole_lines_and_last_words_where_the_disk_gets_full(net):
    """A limit on the size of files stands in for the disk: the system refuses in the same place."""
    run_dir = new_run_dir(TrainSettings(net()))
    script = f"""
import json, resource, signal
from pathlib import Path
from graphlab.runs import log as log_module
from graphlab.runs.events import EndEvent, StageEvent, StepEvent
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
log_module.is_full.__globals__["FULL"] = (27,)  # EFBIG
log = log_module.RunLog(Path({str(run_dir)!r}))
free = log_module.free_reserve
def freed(folder):
    resource.setrlimit(resource.RLIMIT_FSIZE, (1600, -1))
    free(folder)
log_module.free_reserve = freed
log_module.has_room = lambda file: False
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, -1))
said = [log.write(StepEvent(epoch=1, step=n, logs={{"loss": 1.0}}, examples_per_s=None)) for n in range(1, 40)]
print(json.dumps([one.to_json() for one in said if one]))
log.write(EndEvent("finished"))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    (warning,) = json.loads(done.stdout)
    lines = (run_dir / "log.jsonl").read_bytes().splitlines()
    run = read_run(run_dir)
    assert warning["message"] == f"no space left in {str(run_dir)!r}"
    assert all(json.loads(line) for line in lines)
    assert (run.status, run.warning) == ("finished", warning["message"])
    assert 5 < run.step < 39


def can_mount() -> bool:
    return os.geteuid() == 0 and shutil.which("mount") is not None


@pytest.fixture
def small_disk(tmp_path, monkeypatch):
    """A disk of 300 kB for the runs; skipped where none can be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = (
        can_mount()
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(folder)], capture_output=True, check=False
        ).returncode
    )
    if not mounted:
        pytest.skip("no disk can be mounted here")
    monkeypatch.setenv("GRAPHLAB_RUNS", str(folder))
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.tf
def test_training_goes_on_where_the_disk_gets_full(net, small_disk):
    big = NET.replace("keras.layers.Dense(1)", "keras.layers.Dense(9000), keras.layers.Dense(1)")

    run = train_here(TrainSettings(net(text=big), epochs=3))

    assert (run.status, run.epoch) == ("finished", 3)
    assert f"no space left in {str(run.run_dir)!r}" in run.warning


@pytest.mark.tf
def test_full_disk_before_the_start_is_one_line_of_the_command(net, small_disk, command):
    source = net()
    (small_disk / "full").write_bytes(bytes(295_000))

    code, _, err = command("train", source)

    assert (code, err.count("\n")) == (2, 1)
    assert err.startswith(f"graphlab: no space left in '{small_disk}/")


@pytest.mark.tf
def test_failed_checkpoint_does_not_end_the_training(net, monkeypatch):
    import keras

    def refuse(self: object, path: object) -> None:
        raise OSError("Unable to synchronously write (errno = 28, error message = 'No space left on device')")

    monkeypatch.setattr(keras.Model, "save_weights", refuse)
    run = train_here(TrainSettings(net(), epochs=2))

    words = f"the checkpoint of epoch 2 could not be written: no space left in {str(run.run_dir)!r}"
    assert (run.status, run.checkpoint) == ("finished", 0)
    assert run.warning.splitlines() == [words.replace("epoch 2", "epoch 1"), words]


@pytest.mark.tf
def test_deleted_folder_ends_the_run_with_one_line(net):
    run_dir = start_run(TrainSettings(net(text=SLOW)))
    running = wait_for(run_dir, lambda run: run.step > 1)
    reader = RunReader(run_dir)
    shutil.rmtree(run_dir)

    end = time.monotonic() + 20
    while find_process(running.pid, running.created_s) is not None:
        assert time.monotonic() < end, "it trains on"
        time.sleep(0.1)
    run = reader.read()
    assert (run.status, run.message) == ("interrupted", f"the run's folder {str(run_dir)!r} was deleted")


def test_deleted_folder_is_noticed_by_the_log(net):
    run_dir = new_run_dir(TrainSettings(net()))
    log = RunLog(run_dir)
    shutil.rmtree(run_dir)

    with pytest.raises(RunError, match=r"the run's folder '.*' was deleted"):
        log.write(StageEvent("loading data"))


@pytest.mark.tf
def test_only_the_process_that_began_a_training_writes_its_log(net):
    run = train_in_terminal(TrainSettings(net(FORKS), epochs=1))

    events = [json.loads(line) for line in (run.run_dir / "log.jsonl").read_text().splitlines()]
    assert run.status == "finished"
    assert [event["reason"] for event in events if event["event"] == "end"] == ["finished"]


@pytest.mark.tf
def test_runs_are_listed_and_stopped_by_command(net, command):
    assert command("runs")[1].startswith("no runs in ")
    run_dir = start_run(TrainSettings(net(text=SLOW)))
    wait_for(run_dir, lambda run: run.pid is not None)

    _, table, _ = command("runs")
    _, listed, _ = command("runs", "--json")
    code, stopped, _ = command("runs", "stop", run_dir.name)
    again = command("runs", "stop", "latest", "--json")[1]

    assert table.splitlines()[0].split() == ["RUN", "STATUS", "EPOCH", "SOURCE"]
    assert table.splitlines()[1].split()[0] == run_dir.name
    assert json.loads(listed)[0]["run"] == run_dir.name
    assert (code, stopped) == (0, f"{run_dir.name}: stopped\n")
    assert json.loads(again)["status"] == "stopped"
    code, _, err = command("runs", "stop", "nothing")
    assert (code, err) == (2, f"graphlab: no such run: 'nothing'; there are {run_dir.name}\n")
    assert not (run_dir / RESERVE_FILE).exists()
    stop_run(run_dir)  # nothing where it has ended


def test_train_command_says_what_it_lacks(command, monkeypatch):
    assert command("train")[2] == "graphlab: train needs a SOURCE, or --resume RUN\n"
    assert "no such run: 'x'" in command("train", "--resume", "x")[2]
    assert "omit --seed" in command("train", "--resume", "x", "--seed", "3")[2]
    assert "keeps its own settings; omit --data" in command("train", "--resume", "x", "--data", "/tmp")[2]
    monkeypatch.setenv("GRAPHLAB_DATA", "/tmp")
    assert "no such run: 'x'" in command("train", "--resume", "x")[2]
