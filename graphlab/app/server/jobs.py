"""Traces in progress: one per source, started if it has no graphs, and why the last one failed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from graphlab.app.server.traced_graphs import NamedGraphs, TracedGraphs
from graphlab.errors import GraphlabError, TraceError
from graphlab.graph.json_values import object_of
from graphlab.loading.ask import TraceAnswer, ask_trace
from graphlab.loading.fresh import WORKER_MODULE, FreshWorkers, Job
from graphlab.processes.worker import Worker
from graphlab.sources import SourceSpec
from graphlab.store.stored_graphs import drop

RETRY_AFTER_S = 2.0
MOST_WAITING = 8  # traces with inputs from an address, or of data: each uses a thread, and most a process


@dataclass
class TraceJob:
    """A trace in progress, or why it failed. `stamp` distinguishes versions of the file.

    `is_forced` says that it was requested although a stored one may exist; `job` ends it.
    """

    stamp: int = 0
    is_forced: bool = False
    job: Job | None = None
    started: float = field(default_factory=time.monotonic)
    progress: str = "Starting the tracing process"
    error: str = ""
    done: bool = False

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return time.monotonic() - self.started


class TraceJobs:
    """The traces of sources by key, each in a thread that waits for a process.

    Their graphs go to `graphs`; `complain` is called with the reason of a failure. `is_own_source` says whether the app
    was started with a source; any number of those may be traced at once. `workers` run the user's code.
    """

    def __init__(
        self,
        graphs: TracedGraphs,
        workers: FreshWorkers,
        *,
        is_own_source: Callable[[str], bool],
        complain: Callable[[str], None],
    ) -> None:
        self._graphs = graphs
        self._workers = workers
        self._reader = Worker(WORKER_MODULE)  # for model files, whose code is not run
        self._is_own_source = is_own_source
        self._complain = complain
        self._tracings: dict[str, TraceJob] = {}
        self._closed = False
        self._lock = threading.Lock()

    def last(self, key: str) -> TraceJob | None:
        """The current or last trace of a source."""
        return self._tracings.get(key)

    def find(self, key: str, spec: SourceSpec, *, retry: bool) -> NamedGraphs | TraceJob:
        """The source's graphs, else the current trace, else why it failed, else a new trace.

        A failure is repeated until a call with `retry` starts a new trace. Raises TraceError if too many wait.
        """
        with self._lock:
            tracing = self._tracings.get(key)
            if tracing is not None and not tracing.done and tracing.stamp != stamp_of(spec):
                tracing = self._restart(key, spec, tracing)
            if tracing is not None and tracing.is_forced and (not tracing.done or (tracing.error and not retry)):
                return tracing
            graphs = self._graphs.find(key, spec)
            if graphs is not None:
                return graphs
            if tracing is not None and (
                not tracing.done or (tracing.error and not (retry and is_stale(tracing, spec)))
            ):
                return tracing
            self._check_waiting(key)
            return self._start(key, spec)

    def retrace(self, key: str, spec: SourceSpec) -> None:
        """Retrace a source although it may have graphs, unless a trace is in progress."""
        with self._lock:
            before = self._tracings.get(key)
            if before is None or before.done:
                self._start(key, spec, is_forced=True)

    def blame(self, key: str, words: str) -> None:
        """Count the last trace as failed: its stored result is damaged, and retracing repeatedly would not end."""
        tracing = self._tracings.get(key)
        if tracing is not None and tracing.done:
            tracing.error = tracing.error or words

    def close(self) -> None:
        """End all traces."""
        self._closed = True
        self._workers.close()
        self._reader.close()

    def _check_waiting(self, key: str) -> None:
        """Raise TraceError if too many traces wait. The app's own sources are few and are always traced."""
        waiting = [one for one, tracing in self._tracings.items() if not self._is_own_source(one) and not tracing.done]
        if not self._is_own_source(key) and len(waiting) >= MOST_WAITING:
            raise TraceError(
                f"{len(waiting)} graphs with other inputs or data are already being traced; reload this page later"
            )

    def _restart(self, key: str, spec: SourceSpec, tracing: TraceJob) -> TraceJob:
        """A trace of the edited file instead of the one of the earlier version, which may never end."""
        if tracing.job is not None:
            tracing.job.stop()
        return self._start(key, spec, is_forced=tracing.is_forced)

    def _start(self, key: str, spec: SourceSpec, *, is_forced: bool = False) -> TraceJob:
        job = Job(self._workers) if spec.path is None or spec.trust else None
        tracing = self._tracings[key] = TraceJob(stamp_of(spec), is_forced, job)
        threading.Thread(target=self._trace, args=(key, spec, tracing), daemon=True).start()
        return tracing

    def _trace(self, key: str, spec: SourceSpec, tracing: TraceJob) -> None:
        def say(message: str) -> None:
            tracing.progress = message

        try:
            answer = ask_trace(tracing.job or self._reader, spec, say)
            if self._tracings.get(key) is tracing:  # otherwise the file was edited meanwhile
                self._keep(key, spec, answer)
            drop(answer["graphs"])
        except GraphlabError as error:
            self._fail(key, tracing, str(error))
        except Exception as error:  # whatever it is: the page must not wait for a thread that has ended
            self._fail(key, tracing, f"tracing {spec.text!r} failed: {type(error).__name__}: {error}")
        finally:
            tracing.done = True

    def _keep(self, key: str, spec: SourceSpec, answer: TraceAnswer) -> None:
        self._graphs.keep(key, spec, answer)
        warnings = {str(object_of(data["graph"]).get("early_training", "")) for data in answer["graphs"].values()}
        for words in filter(None, warnings):
            self._complain(words)

    def _fail(self, key: str, tracing: TraceJob, words: str) -> None:
        tracing.error = words
        tracing.started = time.monotonic()
        ended_here = self._closed or (tracing.job is not None and tracing.job.stopped)
        if not ended_here and self._tracings.get(key) is tracing:
            self._complain(words)


def is_stale(tracing: TraceJob, spec: SourceSpec) -> bool:
    """Whether a failure is worth another try: the file, or what it imports, may have been edited."""
    return tracing.seconds > RETRY_AFTER_S or tracing.stamp != stamp_of(spec)


def stamp_of(spec: SourceSpec) -> int:
    """When the source's file was written; 0 without a file, -1 if it is missing."""
    try:
        return spec.file.stat().st_mtime_ns if spec.file else 0
    except OSError:
        return -1
