"""One source, one version, one process; and what is said when such a process ends or does not answer."""

from __future__ import annotations

import threading
import time

import psutil
import pytest

from graphlab.app.server.jobs import TraceJob
from graphlab.app.server.library import Library
from graphlab.errors import TraceError
from graphlab.formats.node_link import from_node_link
from graphlab.loading import ask
from graphlab.loading.ask import ask_trace
from graphlab.loading.fresh import FreshWorkers, Job
from graphlab.processes.worker import WorkerDied
from graphlab.sources import parse_source
from tests.support.shared_processes import running

pytestmark = [pytest.mark.usefixtures("own_cache"), pytest.mark.tf]

SWITCHES = """
import os
import keras, numpy as np, tensorflow as tf
tf.debugging.enable_check_numerics()
keras.config.set_floatx("float64")
keras.config.set_image_data_format("channels_first")
keras.config.set_dtype_policy("mixed_float16")
np.seterr(all="raise")
os.chdir("/")
os.environ["GRAPHLAB_TEST_LEAK"] = "1"
"""
MODEL = """
import os
import keras, numpy as np
def made():
    leaked = keras.layers.Lambda(lambda x: x * LEAK)
    return keras.Sequential([keras.Input((4, 4, 3)), keras.layers.Conv2D(2, 3), leaked])
LEAK = float(os.environ.get("GRAPHLAB_TEST_LEAK", 0)) + (os.getcwd() == "/") + (np.geterr()["divide"] == "raise")
model = made()
"""
OUTPUT = ("float32", (None, 2, 2, 2))


@pytest.fixture(scope="module")
def workers():
    workers = FreshWorkers()
    yield workers
    workers.close()


def say_nothing(stage):
    pass


def forward(workers, source):
    return from_node_link(ask_trace(workers, parse_source(source), say_nothing)["graphs"]["forward"])


def output(graph):
    tensor = graph.op(graph.output_ids[0]).outputs[0]
    return tensor.dtype, tensor.shape


def test_no_switch_of_another_source_or_of_an_earlier_version_reaches_a_trace(tmp_path, workers):
    (tmp_path / "switches.py").write_text(SWITCHES + MODEL)
    (tmp_path / "plain.py").write_text(MODEL)
    workers.warm()

    switched = forward(workers, f"{tmp_path}/switches.py:model")
    other = forward(workers, f"{tmp_path}/plain.py:model")
    (tmp_path / "switches.py").write_text(MODEL)
    later = forward(workers, f"{tmp_path}/switches.py:model")

    assert output(switched) != OUTPUT
    assert "CheckNumericsV2" in {op.type for op in switched.ops()}
    for graph in (other, later):
        assert output(graph) == OUTPUT
        assert "CheckNumericsV2" not in {op.type for op in graph.ops()}
        assert 3.0 not in [op.attrs.get("value") for op in graph.ops()]  # LEAK


def test_the_process_that_waits_has_tensorflow_and_answers_look_ups_without_being_spent(workers):
    workers.warm()
    docs = workers.ask_idle({"do": "docs", "types": ["MatMul"]}, timeout_s=60)
    (pid,) = running(workers)

    assert docs["MatMul"].startswith("Multiply the matrix")
    assert workers.ask_idle({"do": "start"}, timeout_s=60)["seconds"] == 0  # TensorFlow is loaded
    assert running(workers) == [pid]


def waiting(workers):
    """The processes, once there is one."""
    deadline = time.monotonic() + 30
    while not running(workers):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return running(workers)


def test_there_is_at_most_one_process_that_waits(tmp_path, workers):
    (tmp_path / "f.py").write_text("def f(x):\n    return x\n")
    workers.warm()
    workers.warm()
    before = waiting(workers)

    ask_trace(workers, parse_source(f"{tmp_path}/f.py:f", ("x=float32[]",)), say_nothing)

    assert len(waiting(workers)) == 1
    assert waiting(workers) != before
    assert not any(psutil.pid_exists(old) for old in before)


def test_a_file_that_ends_its_process_is_named_with_how(tmp_path, workers):
    (tmp_path / "ends.py").write_text("import os\nos._exit(3)\ndef f(x):\n    return x\n")

    how = r"exited with os\._exit\(3\) \(at: Loading .*ends\.py:f\)"
    with pytest.raises(TraceError, match=rf"^'.*ends\.py:f' {how}"):
        ask_trace(workers, parse_source(f"{tmp_path}/ends.py:f"), say_nothing)


def test_a_trace_that_does_not_answer_is_ended_and_said(tmp_path, workers, monkeypatch):
    (tmp_path / "hangs.py").write_text("while True:\n    pass\ndef f(x):\n    return x\n")
    workers.warm()
    workers.ask_idle({"do": "start"}, timeout_s=60)
    pids = running(workers)
    monkeypatch.setattr(ask, "SILENCE_S", 2.0)

    said = (
        r"hangs\.py:f' was stopped: it took more than 2 s \(at: Loading .*hangs\.py:f\); open it again to try once more"
    )
    with pytest.raises(TraceError, match=said):
        ask_trace(workers, parse_source(f"{tmp_path}/hangs.py:f"), say_nothing)

    assert not any(psutil.pid_exists(pid) for pid in pids)


def found(library, text):
    deadline = time.monotonic() + 90
    while isinstance(one := library.open(text), TraceJob) and not one.error:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return one


def test_an_edited_file_is_traced_although_its_earlier_version_hangs(tmp_path, workers):
    file = tmp_path / "edited.py"
    file.write_text("while True:\n    pass\ndef f(x):\n    return x\n")
    complaints: list[str] = []
    library = Library([parse_source(f"{file}:f", ("x=float32[]",))], complaints.append, workers=workers)
    library.open(f"{file}:f")
    time.sleep(0.5)

    file.write_text("def f(x):\n    return x + 1\n")

    assert found(library, f"{file}:f").names == ("function",)
    assert complaints == []


def test_a_trace_that_is_stopped_while_it_waits_takes_no_process(workers, monkeypatch):
    workers.warm()
    before = waiting(workers)
    job, errors = Job(workers), []

    def ask():
        with pytest.raises(WorkerDied) as error:
            job.ask({"do": "start"}, timeout_s=1)
        errors.append(str(error.value))

    with monkeypatch.context() as patch:
        patch.setattr(workers, "_places", 0)
        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(0.1)
        assert errors == []  # it waits
        job.stop()
        thread.join(timeout=10)
    assert errors == ["this trace was stopped"]
    with pytest.raises(WorkerDied, match="stopped"):
        job.ask({"do": "start"}, timeout_s=1)  # although there is a place
    assert running(workers) == before


def test_two_sources_are_traced_at_once(tmp_path, workers):
    for name in ("one", "two"):
        other = tmp_path / ("two" if name == "one" else "one")
        code = f"import pathlib, time\nmine = pathlib.Path({str(tmp_path / name)!r})\nmine.touch()\n"
        code += f"while not pathlib.Path({str(other)!r}).exists():\n    time.sleep(0.05)\ndef f(x):\n    return x\n"
        (tmp_path / f"{name}.py").write_text(code)
    texts = [f"{tmp_path}/{name}.py:f" for name in ("one", "two")]
    library = Library([parse_source(text, ("x=float32[]",)) for text in texts], print, workers=workers)
    for text in texts:
        library.open(text)

    assert [found(library, text).names for text in texts] == [("function",), ("function",)]


def test_closing_ends_every_process(tmp_path):
    workers = FreshWorkers()
    workers.warm()
    pids = waiting(workers)

    workers.close()

    assert not any(psutil.pid_exists(pid) for pid in pids)
    with pytest.raises(WorkerDied, match="the app has ended"):
        workers.ask({"do": "start"}, timeout_s=1)
