import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphlab.errors import GraphlabError, SourceError
from graphlab.processes.worker import Message, Worker, WorkerDied, WorkerFailed, WorkerTimeout
from tests.support.places import ROOT

CHILD = "tests.support.odd_worker"


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """One worker for all tests: after those that end its process, it starts another at the next request."""
    worker = Worker(CHILD, env={"GRAPHLAB_TEST": "on", "PYTHONPATH": str(ROOT)})
    yield worker
    worker.close()


def test_worker_answers_twice_from_the_same_process(worker: Worker) -> None:
    first = worker.ask({"do": "echo", "text": "é\n☃"}, timeout_s=20)
    second = worker.ask({"do": "echo", "text": "b"}, timeout_s=20)
    assert (first["text"], second["text"]) == ("é\n☃", "b")
    assert first["pid"] == second["pid"] == worker.pid != os.getpid()


def test_prints_do_not_reach_the_wire_when_user_code_prints(worker: Worker) -> None:
    assert worker.ask({"do": "chatter"}, timeout_s=20) == {"read": "", "env": "on"}
    assert worker.ask({"do": "echo", "text": "still in step"}, timeout_s=20)["text"] == "still in step"


def test_progress_is_reported_and_prolongs_the_wait(worker: Worker) -> None:
    told: list[str] = []
    worker.ask({"do": "echo", "text": ""}, timeout_s=20)
    assert worker.ask({"do": "count", "to": 4, "every_s": 0.4}, timeout_s=1.5, on_progress=told.append) == {}
    assert told == ["0", "1", "2", "3"]


def test_worker_starts_anew_when_it_took_too_long(worker: Worker) -> None:
    old = worker.ask({"do": "echo", "text": ""}, timeout_s=20)["pid"]
    with pytest.raises(WorkerTimeout, match="did not answer for"):
        worker.ask({"do": "count", "to": 1, "every_s": 30}, timeout_s=0.2)
    assert worker.ask({"do": "echo", "text": ""}, timeout_s=20)["pid"] != old


def test_worker_starts_anew_when_it_died(worker: Worker) -> None:
    with pytest.raises(WorkerDied):
        worker.ask({"do": "die"}, timeout_s=20)
    assert worker.ask({"do": "echo", "text": "back"}, timeout_s=20)["text"] == "back"


@pytest.mark.parametrize(
    ("end", "how"),
    [
        ({"code": 3}, "exited with os._exit(3)"),
        ({"code": 0}, "exited with os._exit(0)"),
        ({"signal": signal.SIGKILL}, "was ended by SIGKILL, probably because memory ran out"),
        ({"signal": signal.SIGSEGV}, "was ended by SIGSEGV, a crash in native code"),
        ({"signal": signal.SIGTERM}, "was ended by SIGTERM, sent by another process"),
    ],
)
def test_how_a_worker_ended_is_described_in_words(worker: Worker, end: Message, how: str) -> None:
    with pytest.raises(WorkerDied) as died:
        worker.ask({"do": "die", **end}, timeout_s=20)

    assert died.value.how == how


def test_errors_keep_their_class_and_words_when_the_child_raises(worker: Worker) -> None:
    with pytest.raises(SourceError, match=r"^no such file: 'x\.py'$"):
        worker.ask({"do": "refuse"}, timeout_s=20)
    with pytest.raises(WorkerFailed, match=r"^ZeroDivisionError: division by zero$"):
        worker.ask({"do": "fail"}, timeout_s=20)
    with pytest.raises(WorkerFailed, match=r"^OddError: a picture$"):
        worker.ask({"do": "fail_oddly"}, timeout_s=20)
    with pytest.raises(GraphlabError, match="no request 'dance'; this worker knows chatter, count"):
        worker.ask({"do": "dance"}, timeout_s=20)
    assert worker.ask({"do": "echo", "text": "alive"}, timeout_s=20)["text"] == "alive"


def test_worker_goes_on_when_a_handler_ends_python(worker: Worker) -> None:
    pid = worker.ask({"do": "echo", "text": ""}, timeout_s=20)["pid"]
    for _ in range(2):
        with pytest.raises(GraphlabError, match=r"the code called sys\.exit\(3\)"):
            worker.ask({"do": "leave"}, timeout_s=20)
    assert worker.pid == pid


def test_only_one_process_answers_where_the_code_forks(worker: Worker) -> None:
    told: list[str] = []

    assert worker.ask({"do": "fork"}, timeout_s=20, on_progress=told.append) == {"forked": False}
    assert told == []
    assert worker.ask({"do": "echo", "text": "next"}, timeout_s=20)["text"] == "next"


def test_answer_in_work_is_dropped_when_the_caller_leaves(worker: Worker) -> None:
    def leave(_text: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        worker.ask({"do": "count", "to": 3, "every_s": 0.01}, timeout_s=20, on_progress=leave)
    assert worker.ask({"do": "echo", "text": "clean"}, timeout_s=20)["text"] == "clean"


def test_threads_take_turns(worker: Worker) -> None:
    answers: dict[int, str] = {}

    def ask(number: int) -> None:
        answers[number] = worker.ask({"do": "echo", "text": str(number)}, timeout_s=20)["text"]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: str(number) for number in range(8)}


def test_close_ends_the_child_and_refuses_more() -> None:
    worker = Worker(CHILD, env={"PYTHONPATH": str(ROOT)})
    pid = worker.ask({"do": "echo", "text": ""}, timeout_s=20)["pid"]
    worker.close()
    worker.close()
    assert worker.pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(WorkerDied, match="is closed"):
        worker.ask({"do": "echo", "text": ""}, timeout_s=20)


def test_child_ends_when_its_parent_is_gone() -> None:
    code = (
        "from graphlab.processes.worker import Worker; import os\n"
        f"worker = Worker({CHILD!r}, env={{'PYTHONPATH': {str(ROOT)!r}}})\n"
        "print(worker.ask({'do': 'echo', 'text': ''}, timeout_s=20)['pid'], flush=True)\n"
        "os._exit(1)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=str(ROOT))
    pid = int(done.stdout)
    for _ in range(400):
        if not is_running(pid):
            return
        time.sleep(0.05)
    pytest.fail(f"the child {pid} outlived its parent")


def is_running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_users_unguarded_script_runs_once_when_it_starts_a_worker(tmp_path: Path) -> None:
    script = tmp_path / "unguarded.py"
    script.write_text(
        "from graphlab.processes.worker import Worker\n"
        "print('script')\n"
        "worker = Worker('graphlab.layout.dot_worker')\n"
        "print(worker.ask({'do': 'wake'}, timeout_s=30))\n"
        "worker.close()\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60, env=env)
    assert done.stdout == "script\n{}\n"
