"""A fresh process for each trace, so that sources and their versions do not affect each other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from graphlab.errors import GraphlabError
from graphlab.processes.worker import Message, Worker, WorkerDied

WORKER_MODULE = "graphlab.loading.tracing_worker"
START_S = 600.0  # the longest that loading TensorFlow may take
MOST_AT_ONCE = 3  # traces; each takes half a gigabyte and a core

STOPPED = "this trace was stopped"

OnProgress = Callable[[str], None] | None


class FreshWorkers:
    """Processes that trace once and end. After `warm` there is always one that has TensorFlow loaded and waits."""

    def __init__(self) -> None:
        self._lock = threading.Condition()  # told when a place gets free, and when somebody no longer waits for one
        self._places = MOST_AT_ONCE
        self._spare: Worker | None = None
        self._all: set[Worker] = set()
        self._keeps_spare = False
        self._closed = False

    def ask(self, request: Message, *, timeout_s: float, on_progress: OnProgress = None) -> Message:
        """The answer of a process that has not been asked anything before, and is not asked again. As `Worker.ask`."""
        return Job(self).ask(request, timeout_s=timeout_s, on_progress=on_progress)

    def ask_idle(self, request: Message, *, timeout_s: float) -> Message:
        """The answer of the process that waits: only for what leaves no trace in it, such as a look-up."""
        worker = self._take()
        try:
            answer = worker.ask(request, timeout_s=timeout_s)
        except BaseException:
            self._end(worker)
            raise
        with self._lock:
            is_wanted = self._spare is None and not self._closed
            self._spare = worker if is_wanted else self._spare
        if not is_wanted:
            self._end(worker)
        return answer

    def warm(self) -> None:
        """Have a process with TensorFlow wait from now on; it is started in the background."""
        with self._lock:
            self._keeps_spare = True
            if self._spare is not None or self._closed:
                return
            spare = self._spare = self._new()
        threading.Thread(target=_load, args=(spare,), daemon=True).start()

    def close(self) -> None:
        """End all processes, also those in the middle of a trace."""
        with self._lock:
            self._closed = True
            workers = [*self._all]
            self._lock.notify_all()
        for worker in workers:
            worker.close()

    @contextmanager
    def lent(self, is_wanted: Callable[[], bool] = lambda: True) -> Iterator[Worker]:
        """A process for one trace; it ends with the block, and only then the next one is started.

        Raises WorkerDied where it is no longer wanted before there is a place for it; see `wake`.
        """
        with self._lock:
            self._lock.wait_for(lambda: self._places or self._closed or not is_wanted())
            if not is_wanted():
                raise WorkerDied(STOPPED)
            worker = self._take()
            self._places -= 1
        try:
            yield worker
        finally:
            self._end(worker)
            with self._lock:
                self._places += 1
                self._lock.notify_all()
            if self._keeps_spare:
                self.warm()

    def wake(self) -> None:
        """Let those that wait for a place look whether they still want it."""
        with self._lock:
            self._lock.notify_all()

    def _take(self) -> Worker:
        """The spare, which may still be loading TensorFlow, or a new one."""
        with self._lock:
            if self._closed:
                raise WorkerDied("the app has ended")
            worker, self._spare = self._spare or self._new(), None
            return worker

    def _new(self) -> Worker:
        worker = Worker(WORKER_MODULE)
        self._all.add(worker)
        return worker

    def _end(self, worker: Worker) -> None:
        worker.close()
        with self._lock:
            self._all.discard(worker)


class Job:
    """Traces of one version of a source, each in a process of its own; `stop` ends the one that is under way."""

    def __init__(self, workers: FreshWorkers) -> None:
        self._workers = workers
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._stopped = False

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called: what fails then fails because of it."""
        return self._stopped

    def ask(self, request: Message, *, timeout_s: float, on_progress: OnProgress = None) -> Message:
        """As `FreshWorkers.ask`; raises WorkerDied once it was stopped."""
        with self._workers.lent(lambda: not self._stopped) as worker:
            with self._lock:
                if self._stopped:
                    raise WorkerDied(STOPPED)
                self._worker = worker
            return worker.ask(request, timeout_s=timeout_s, on_progress=on_progress)

    def stop(self) -> None:
        """End the process that is at work, or the wait for one."""
        with self._lock:
            self._stopped = True
            worker = self._worker
        if worker is not None:
            worker.close()
        self._workers.wake()


def _load(worker: Worker) -> None:
    with suppress(GraphlabError):  # whoever asks it for something gets the error
        worker.ask({"do": "start"}, timeout_s=START_S)
