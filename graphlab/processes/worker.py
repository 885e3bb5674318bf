"""A warm child process that answers JSON requests over pipes. Independent of what is asked.

The child is started by its module's name, never by multiprocessing's spawn, which would run a user's
unguarded script a second time. Each request and each answer is one JSON object on one line.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO, TypeAlias

from graphlab.errors import GraphlabError, exit_words, words_of

EXIT_S = 5.0  # seconds between a process's last message and its exit

Message: TypeAlias = dict[str, Any]  # a JSON object; each kind of request and answer has its own fields
Handler = Callable[[Message, Callable[[str], None]], Message]


class WorkerTimeout(GraphlabError):  # noqa: N818 - a fact, like TimeoutExpired
    """The child sent nothing for longer than allowed, and was stopped."""


class WorkerDied(GraphlabError):  # noqa: N818
    """The child ended before it answered. `code` is its exit code, negative for a signal, None if unknown."""

    def __init__(self, words: str, code: int | None = None) -> None:
        super().__init__(words)
        self.code = code

    @property
    def how(self) -> str:
        """How the process ended, in words: `exited with os._exit(3)`."""
        if self.code is None:
            return "stopped answering"
        if self.code >= 0:
            return f"exited with os._exit({self.code})"
        name = signal.Signals(-self.code).name if -self.code in set(signal.Signals) else f"signal {-self.code}"
        return f"was ended by {name}, {_WHY.get(name, 'sent by another process')}"


_WHY = {
    "SIGKILL": "probably because memory ran out",
    "SIGSEGV": "a crash in native code",
    "SIGABRT": "a crash in native code",
    "SIGBUS": "a crash in native code",
    "SIGILL": "a crash in native code",
    "SIGFPE": "a crash in native code",
}


class WorkerFailed(GraphlabError):  # noqa: N818
    """The child answered with an exception that is not a GraphlabError."""


class Worker:
    """One child process running `module`. Thread-safe. Handles one request at a time; starts at the first."""

    def __init__(self, module: str, *, env: Mapping[str, str] | None = None) -> None:
        self._module = module
        self._env = dict(env or {})
        self._turn = threading.Lock()
        self._state = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The child's process id; None if there is no child."""
        process = self._process
        return process.pid if process and process.poll() is None else None

    def start(self) -> None:
        """Start the child unless it is running. Raises WorkerDied after `close`."""
        with self._state:
            if self._closed:
                raise WorkerDied(f"the worker {self._module} is closed; make a new one")
            if self._process and self._process.poll() is None:
                return
            self._process = _spawn(self._module, self._env)
            self._lines = queue.Queue()
            threading.Thread(target=_read_lines, args=(self._process, self._lines), daemon=True).start()

    def ask(self, request: Message, *, timeout_s: float, on_progress: Callable[[str], None] | None = None) -> Message:
        """The child's answer. `timeout_s` is the longest wait for the next message, whether progress or answer.

        Raises WorkerTimeout or WorkerDied (the next request gets a new child), WorkerFailed, or the
        GraphlabError that the child raised.
        """
        with self._turn:
            self.start()
            process, lines = self._process, self._lines
            assert process is not None
            try:
                _send(process, request)
                return self._await_answer(process, lines, timeout_s, on_progress)
            except (WorkerTimeout, WorkerDied):
                _stop(process)
                raise
            except _AnsweredError as answered:
                raise answered.error from None
            except BaseException:
                # The caller left in the middle of an answer: discard what is still on the wire.
                _stop(process)
                raise

    def close(self) -> None:
        """Stop the child, even in the middle of a request. A second call does nothing."""
        with self._state:
            self._closed = True
            process = self._process
        if process:
            _stop(process)

    def _await_answer(
        self,
        process: subprocess.Popen[str],
        lines: queue.Queue[str | None],
        timeout_s: float,
        on_progress: Callable[[str], None] | None,
    ) -> Message:
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                line = lines.get(timeout=max(deadline - time.monotonic(), 0.0))
            except queue.Empty:
                raise WorkerTimeout(f"the worker {self._module} did not answer for {timeout_s:g} s") from None
            if line is None:
                code = None if self._closed else _exit_code(process)
                raise WorkerDied(f"the worker {self._module} ended before it answered", code)
            message: Message = json.loads(line)
            if "error" in message:
                raise _AnsweredError(_rebuild_error(message["error"]))
            if "answer" in message:
                answer: Message = message["answer"]
                return answer
            if on_progress:
                on_progress(message["progress"])
            deadline = time.monotonic() + timeout_s


def serve(handlers: Mapping[str, Handler]) -> None:
    """Answer requests by `handlers[request["do"]](request, progress)` until stdin closes. The child's main."""
    requests, answers = _take_wire()
    # Ctrl-C in a terminal reaches the whole process group; the parent decides when this child ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    inbox: queue.Queue[str] = queue.Queue()
    answering = os.getpid()

    def read_requests() -> None:
        for line in requests:
            inbox.put(line)
        os._exit(0)  # the parent is gone: nobody waits for the answer

    def send(message: Message) -> None:
        if os.getpid() != answering:
            os._exit(0)  # the code has forked: only one process answers
        try:
            answers.write(json.dumps(message) + "\n")
            answers.flush()
        except BrokenPipeError:
            os._exit(0)  # as above, noticed here first

    threading.Thread(target=read_requests, daemon=True).start()
    while True:
        send(_answer(handlers, json.loads(inbox.get()), lambda text: send({"progress": text})))


class _AnsweredError(Exception):
    """Carries an error that the child reported past the handling of a broken child."""

    def __init__(self, error: GraphlabError) -> None:
        super().__init__(str(error))
        self.error = error


def _answer(handlers: Mapping[str, Handler], request: Message, progress: Callable[[str], None]) -> Message:
    try:
        handler = handlers.get(request["do"])
        if handler is None:
            raise GraphlabError(f"no request {request['do']!r}; this worker knows {', '.join(sorted(handlers))}")
        return {"answer": handler(request, progress)}
    except SystemExit as error:
        return {"error": {"type": GraphlabError.__name__, "message": exit_words(error), "known": True}}
    except BaseException as error:  # also KeyboardInterrupt: Ctrl-C does not reach this process, so the code raised it
        is_known = isinstance(error, GraphlabError)
        return {"error": {"type": type(error).__name__, "message": words_of(error), "known": is_known}}


def _rebuild_error(report: Message) -> GraphlabError:
    """The error as an instance of the class with that name; WorkerFailed if it is not a GraphlabError."""
    classes: list[type[GraphlabError]] = [GraphlabError]
    for error_class in classes:
        if report["known"] and error_class.__name__ == report["type"]:
            return error_class(report["message"])
        classes.extend(error_class.__subclasses__())
    return WorkerFailed(f"{report['type']}: {report['message']}")


# The user's code in the child runs as with `python FILE`: same environment, same Python path. So graphlab is loaded
# by its location, even if the user has a graphlab.py; it is last on the path for processes that the child starts.
_RUN = """
import importlib.util, os, runpy, sys
home, module = sys.argv[1:3]
del sys.argv[1:3]
inside = os.path.join(home, "graphlab")
spec = importlib.util.spec_from_file_location("graphlab", os.path.join(inside, "__init__.py"))
sys.modules["graphlab"] = importlib.util.module_from_spec(spec)
if home not in sys.path:
    sys.path.append(home)
spec.loader.exec_module(sys.modules["graphlab"])
runpy.run_module(module, run_name="__main__", alter_sys=True)
"""


def module_command(module: str, *arguments: str) -> list[str]:
    """The command that runs one of graphlab's modules, or one on PYTHONPATH, in a new process."""
    home = str(Path(__file__).parents[2].absolute())
    # -P: a user's random.py in the current folder must not replace Python's own.
    return [sys.executable, "-P", "-c", _RUN, home, module, *arguments]


def _spawn(module: str, env: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        module_command(module),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, **env},
    )


def _read_lines(process: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)
    lines.put(None)


def _send(process: subprocess.Popen[str], request: Message) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
    except (OSError, ValueError) as error:
        raise WorkerDied("the worker ended before it could be asked") from error


def _exit_code(process: subprocess.Popen[str]) -> int | None:
    """The exit code of a process that has closed its pipe; None if it is still running."""
    try:
        return process.wait(timeout=EXIT_S)
    except subprocess.TimeoutExpired:
        return None


def _stop(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()


def _take_wire() -> tuple[TextIO, TextIO]:
    """Private copies of stdin and stdout. What user code prints goes to stderr, and it reads nothing."""
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, answers
