"""The processes that compute values for pages: one for each source that is looked at, started on demand."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree

from graphlab.app.server.jobs import stamp_of
from graphlab.errors import GraphlabError
from graphlab.evaluation.limits.last_op import crash_words
from graphlab.formats.tensorflow.saved_model import FILES
from graphlab.json_value import JsonObject
from graphlab.loading.fresh import FreshWorkers
from graphlab.processes.worker import Message, WorkerDied, WorkerFailed, WorkerTimeout
from graphlab.sources import SourceSpec

MOST_PAGES = 20  # whose last runs are kept until they have the answer
ABANDONED_S = 5.0  # a page that waits asks more often
MOST_SESSIONS = 2  # each keeps TensorFlow, the source and the tensors of a few evaluations in memory
OPENING_S = 900.0  # the longest that loading and tracing a source may take without a message
RUNNING_S = 180.0  # the same for running one op
ENDING_S = 30.0  # the longest that a new run waits for the op that the last one is running
SEED = 7


@dataclass(eq=False)
class ValueJob:
    """A run of a graph for an input: what a page asked for, and the process's answer once there is one.

    `is_waiting` says that the page has not had the answer yet; `asked_s` is when it asked last.
    """

    request: Message
    stop_file: Path
    answer: Future[Message] = field(default_factory=Future)
    is_waiting: bool = True
    asked_s: float = field(default_factory=time.monotonic)

    @property
    def is_abandoned(self) -> bool:
        """Whether its page no longer asks for it: it was closed or loaded again."""
        return time.monotonic() - self.asked_s > ABANDONED_S

    def stop(self) -> None:
        """Let it end after the op that is running."""
        with suppress(OSError):  # the session has just been closed
            self.stop_file.touch()

    def result(self, timeout_s: float) -> Message | None:
        """The answer; None if it takes longer than this. Raises GraphlabError if the run failed."""
        self.asked_s = time.monotonic()
        wait([self.answer], timeout_s)
        if not self.answer.done():
            return None
        self.is_waiting = False
        return self.answer.result()


class ValueSession:
    """A process that has opened one version of a source. Thread-safe.

    `graphs` are the forms of the graphs that can be run, None until they are known; `refusals` say why others cannot.
    `error` says why it cannot compute values, "" if it can or does not know yet; `progress` is what it is doing.
    """

    def __init__(self, workers: FreshWorkers, spec: SourceSpec, data: str | None) -> None:
        self.spec = spec
        self.stamp = _stamp_of(spec)
        self.progress = "Starting TensorFlow"
        self.error = ""
        self.graphs: Mapping[str, JsonObject] | None = None
        self.refusals: Mapping[str, str] = {}
        self.is_closed = False
        self._data = data
        self._workers = workers
        self._worker = workers.keep()
        self._jobs: dict[str, ValueJob] = {}  # the last one of each page
        self._lock = threading.Lock()
        self._count = 0
        self._folder = Path(tempfile.mkdtemp(prefix="graphlab-"))
        self._op_file = self._folder / "op"
        threading.Thread(target=self._open, daemon=True).start()

    def is_outdated(self, spec: SourceSpec, data: str | None) -> bool:
        """Whether the source's file was edited since, or the source is opened for other inputs or data."""
        return self.spec != spec or self._data != data or self.stamp != _stamp_of(spec)

    @property
    def is_busy(self) -> bool:
        """Whether it is running a graph."""
        return self._running() is not None

    def _running(self) -> ValueJob | None:
        return next((job for job in [*self._jobs.values()] if not job.answer.done()), None)

    def evaluate(self, request: Message, page: str) -> ValueJob | None:
        """Start running a graph for a page, or find that run if it is going on; None while another page's run goes on.

        A run of this page for other inputs is ended first.
        """
        with self._lock:
            own, running = self._jobs.get(page), self._running()
            if own is not None and own.request == request and own.is_waiting:
                return own
            if running is not None and running is not own and not running.is_abandoned:
                return None
            if running is not None:
                running.stop()
                wait([running.answer], ENDING_S)
                if not running.answer.done():
                    raise GraphlabError("the last run is still ending; try again in a moment")
            self.progress = "Running the ops"
            self._count += 1
            job = ValueJob(request, self._folder / f"stop{self._count}")
            others = [(other, one) for other, one in self._jobs.items() if one.is_waiting and other != page]
            self._jobs = {**dict(others[-MOST_PAGES:]), page: job}
            threading.Thread(target=self._run, args=(job,), daemon=True).start()
            return job

    def stop(self, page: str) -> ValueJob | None:
        """End the page's run that is going on, which keeps what it has computed; None if there is none."""
        job = self._jobs.get(page)
        if job is None or not job.is_waiting:
            return None
        job.stop()
        return job

    def _run(self, job: ValueJob) -> None:
        try:
            job.answer.set_result(self.ask({**job.request, "do": "evaluate", "stop_file": str(job.stop_file)}))
        except BaseException as error:
            job.answer.set_exception(error)

    def ask(self, request: Message) -> Message:
        """The answer of the process. Raises GraphlabError, also if the process has ended."""
        if self.error or self.is_closed:
            raise GraphlabError(self.error or "these values are gone; change an input to compute them again")
        try:
            return self._worker.ask(request, timeout_s=RUNNING_S, on_progress=self._say)
        except WorkerFailed as error:
            raise GraphlabError(f"the values could not be computed: {error}") from error
        except WorkerDied as error:
            how = crash_words(error.how, self._op_file)
            self._fail(f"the process that computes values {how}; change an input to start it again")
        except WorkerTimeout:
            self._fail(f"an op ran for more than {RUNNING_S:.0f} s, so the process that computes values was stopped")
        raise GraphlabError(self.error)

    def close(self) -> None:
        """End the process."""
        self.is_closed = True
        self._workers.end(self._worker)
        rmtree(self._folder, ignore_errors=True)

    def _fail(self, words: str) -> None:
        self.error, self.is_closed = words, True

    def _open(self) -> None:
        request = {
            "do": "open",
            "source": self.spec.text,
            "inputs": list(self.spec.inputs),
            "arguments": list(self.spec.arguments),
            "trust": self.spec.trust,
            "data": self._data,
            "seed": SEED,
            "op_file": str(self._op_file),
        }
        try:
            answer = self._worker.ask(request, timeout_s=OPENING_S, on_progress=self._say)
            self.refusals = answer["refusals"]
            self.graphs = answer["graphs"]
        except WorkerDied as error:
            self._fail(f"{self.spec.text!r} {error.how}, so it has no values")
        except WorkerTimeout:
            self._fail(f"{self.spec.text!r} did nothing for {OPENING_S / 60:.0f} minutes, so it has no values")
        except GraphlabError as error:
            self._fail(str(error))
        except Exception as error:  # whatever it is: the page must not wait for a thread that has ended
            self._fail(f"{self.spec.text!r} has no values: {type(error).__name__}: {error}")

    def _say(self, words: str) -> None:
        self.progress = words


def _stamp_of(spec: SourceSpec) -> int:
    """When the source's file was written, of a SavedModel its graph; 0 without a file, -1 if it is missing."""
    if spec.path is None:
        return stamp_of(spec)
    inner = [spec.path / name for name in FILES if (spec.path / name).is_file()]
    try:
        return (inner or [spec.path])[0].stat().st_mtime_ns
    except OSError:
        return -1


class ValueSessions:
    """The sessions of the sources that were looked at last. Thread-safe."""

    def __init__(self, workers: FreshWorkers) -> None:
        self._workers = workers
        self._sessions: dict[str, ValueSession] = {}
        self._lock = threading.Lock()

    def of(self, spec: SourceSpec, data: str | None) -> ValueSession:
        """The session of a source as its file is now; a new one if it is outdated or the process has ended."""
        with self._lock:
            session = self._sessions.pop(spec.text, None)
            if session is not None and (session.is_outdated(spec, data) or (session.is_closed and not session.error)):
                session.close()
                session = None
            self._sessions[spec.text] = session or ValueSession(self._workers, spec, data)
            while len(self._sessions) > MOST_SESSIONS:
                self._sessions.pop(next(iter(self._sessions))).close()
            return self._sessions[spec.text]

    def forget(self, text: str) -> None:
        """End the session of a source, so that the next `of` starts a new one."""
        with self._lock:
            session = self._sessions.pop(text, None)
        if session is not None:
            session.close()

    def close(self) -> None:
        """End all sessions."""
        with self._lock:
            sessions, self._sessions = [*self._sessions.values()], {}
        for session in sessions:
            session.close()
