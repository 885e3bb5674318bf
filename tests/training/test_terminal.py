"""`graphlab train` and the process that trains for it: however that ends, the command tells how, and nothing stays."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from graphlab.errors import RunError
from graphlab.runs.events import EndEvent, StageEvent
from graphlab.runs.find import list_runs
from graphlab.runs.reader import read_run
from graphlab.runs.run import Run
from graphlab.runs.settings import TrainSettings
from graphlab.training.launch.process import stop_run
from graphlab.training.launch.wire import received, sender
from graphlab.training.terminal import train_in_terminal
from tests.support.train_here import train_here
from tests.training.test_launch import SLOW

QUICK = """
import os
import signal
import sys

import keras
import numpy as np

print("SAID by the source")
x = np.ones((40, 4), "float32")
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")


def act(place):
    pass


class Act(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        act(epoch)


CALLBACKS = [Act()]


def datasets():
    act("datasets")
    return x, x[:, :1]

"""
TRAIN = [sys.executable, "-m", "graphlab", "train"]


@pytest.fixture(autouse=True)
def runs_folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.delenv("GRAPHLAB_DATA", raising=False)
    monkeypatch.setenv("GRAPHLAB_RUNS", str(tmp_path / "runs"))
    return tmp_path / "runs"


@pytest.fixture
def net(tmp_path) -> Callable[..., str]:
    """Writes a network with what its `act` does; returns its source."""

    def write(act: str = "pass", text: str = QUICK) -> str:
        (tmp_path / "net.py").write_text(text.replace("    pass\n", f"    {act}\n"))
        return f"{tmp_path / 'net.py'}:model"

    return write


def run_once_it_trains(timeout_s: float = 120) -> Run:
    """The newest run, as soon as it has trained a step."""
    end = time.monotonic() + timeout_s
    while not (list_runs() and (run := read_run(list_runs()[0])).step > 1):
        assert time.monotonic() < end
        time.sleep(0.1)
    return run


def wait_until(reached: Callable[[], bool], timeout_s: float = 30) -> None:
    end = time.monotonic() + timeout_s
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.tf
@pytest.mark.parametrize(
    ("act", "status", "how"),
    [
        ("os._exit(3)", "failed", "exited with os._exit(3)"),
        (
            "os.kill(os.getpid(), signal.SIGKILL)",
            "interrupted",
            "was ended by SIGKILL, probably because memory ran out",
        ),
    ],
)
def test_a_training_that_dies_is_told_in_one_sentence(net, command, act, status, how):
    code, out, err = command("train", net(f"if place == 1: {act}"), "--epochs", "3")

    run = read_run(list_runs()[0])
    assert (code, run.status) == (1, status)
    assert run.message.startswith(f"the training process {how}; see output.txt in ")
    assert err == f"graphlab: {run.message}\n"
    assert out.splitlines()[-1].startswith("epoch 1 of 3 loss=")
    assert json.loads((run.run_dir / "log.jsonl").read_text().splitlines()[-1])["reason"] == status
    assert (run.run_dir / "output.txt").read_text().startswith("SAID by the source\n")


@pytest.mark.tf
@pytest.mark.parametrize("place", ["'datasets'", "0"])
def test_a_keyboard_interrupt_of_the_source_is_its_failure(net, place):
    source = net(f"if place == {place}: raise KeyboardInterrupt")
    line = QUICK.splitlines().index("    pass") + 1

    with pytest.raises(RunError) as caught:
        train_here(TrainSettings(source, epochs=2))

    message = f"training failed: the code raised KeyboardInterrupt ({source.removesuffix(':model')}:{line})"
    assert str(caught.value) == message
    assert (read_run(list_runs()[0]).status, read_run(list_runs()[0]).message) == ("failed", message)


@pytest.mark.tf
def test_a_keyboard_interrupt_of_the_file_is_its_failure(tmp_path):
    (tmp_path / "net.py").write_text("raise KeyboardInterrupt\n")

    with pytest.raises(RunError, match=r"loading '.*' failed: the code raised KeyboardInterrupt \(.*net.py:1\)"):
        train_in_terminal(TrainSettings(f"{tmp_path / 'net.py'}:model"))

    assert read_run(list_runs()[0]).status == "failed"


@pytest.mark.tf
def test_a_training_without_standard_streams_finishes(net, capfd):
    run = train_in_terminal(TrainSettings(net("sys.stdout = sys.stderr = None"), epochs=1))

    assert run.status == "finished"
    assert capfd.readouterr().out.splitlines()[-1].startswith("epoch 1 of 1 loss=")


@pytest.mark.tf
def test_ctrl_c_at_a_terminal_stops_the_run_and_leaves_the_terminal_clean(net):
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*TRAIN, net(text=SLOW)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)),
    ) as process:
        os.close(theirs)
        running = run_once_it_trains()
        os.write(ours, b"\x03")
        shown = read_all(ours)
        code = process.wait(30)

    run = read_run(running.run_dir)
    assert (code, run.status) == (0, "stopped")
    assert not psutil.pid_exists(running.pid)
    assert "epoch 1 of 5" in shown
    assert shown.rstrip().endswith(f"stopped; the log is kept in {run.run_dir}")
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")  # the cursor is back
    assert "Traceback" not in shown


def read_all(terminal: int) -> str:
    """What the terminal shows until its last process has closed it."""
    pieces = []
    while True:
        try:
            piece = os.read(terminal, 65_536)
        except OSError:
            piece = b""
        if not piece:
            return b"".join(pieces).decode(errors="ignore")
        pieces.append(piece)


@pytest.mark.tf
def test_a_command_that_is_killed_takes_its_training_with_it(net):
    with subprocess.Popen([*TRAIN, net(text=SLOW)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        running = run_once_it_trains()
        process.kill()
        wait_until(lambda: not psutil.pid_exists(running.pid))

    assert read_run(running.run_dir).status == "interrupted"


@pytest.mark.tf
def test_a_training_that_does_not_listen_is_stopped_from_elsewhere(net):
    with subprocess.Popen([*TRAIN, net(text=SLOW)], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as it:
        running = run_once_it_trains()
        psutil.Process(running.pid).suspend()
        stop_run(running.run_dir)
        _, err = it.communicate(timeout=30)

    assert (it.returncode, err) == (0, f"stopped; the log is kept in {running.run_dir}\n")
    assert read_run(running.run_dir).status == "stopped"


@pytest.mark.tf
def test_a_hangup_that_is_ignored_stays_ignored(net):
    command = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *TRAIN, net(text=SLOW)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        running = run_once_it_trains()
        process.send_signal(signal.SIGHUP)
        psutil.Process(running.pid).send_signal(signal.SIGHUP)
        wait_until(lambda: read_run(running.run_dir).step > running.step + 1)
        process.send_signal(signal.SIGTERM)
        code = process.wait(30)

    assert (code, read_run(running.run_dir).status) == (0, "stopped")


def test_events_arrive_whole_while_another_process_holds_the_pipe():
    reading, writing = os.pipe()
    program = "import subprocess, sys; print(subprocess.Popen(['sleep', '600'], pass_fds=[int(sys.argv[1])]).pid)"
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(writing)], pass_fds=[writing], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    holder = psutil.Process(int(child.stdout.readline()))
    send = sender(writing)
    os.write(writing, b'{"event": "sta')  # interrupted by a signal, whose handler sends
    events = [StageEvent("x" * 5_000), EndEvent("stopped")]
    for event in events:
        send(event)
    os.close(writing)

    try:
        assert list(received(reading, child)) == events
        assert holder.is_running()  # what holds the pipe was not waited for
    finally:
        holder.kill()
        child.stdout.close()
        os.close(reading)
