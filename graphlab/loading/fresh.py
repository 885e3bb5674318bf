"""A new process for each trace, so that sources and their versions do not affect each other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from graphlab.errors import GraphlabError
from graphlab.processes.worker import Message, Worker, WorkerDied

WORKER_MODULE = "graphlab.loading.tracing_worker"
START_S = 600.0  # the longest that loading TensorFlow may take
MOST_AT_ONCE = 3  # traces; each uses half a gigabyte and a core

STOPPED = "this trace was stopped"

OnProgress = Callable[[str], None] | None


class FreshWorkers:
    """Processes that trace once and end. After `warm`, one is always waiting with TensorFlow loaded.

    They run `module`, which answers at least what WORKER_MODULE does.
    """

    def __init__(self, module: str = WORKER_MODULE) -> None:
        self._module = module
        self._lock = threading.Condition()  # notified when a place becomes free or a request is cancelled
        self._places = MOST_AT_ONCE
        self._spare: Worker | None = None
        self._all: set[Worker] = set()
        self._keeps_spare = False
        self._closed = False

    def ask(self, request: Message, *, timeout_s: float, on_progress: OnProgress = None) -> Message:
        """The answer of a new process, which is not used again. As `Worker.ask`."""
        return Job(self).ask(request, timeout_s=timeout_s, on_progress=on_progress)

    def ask_idle(self, request: Message, *, timeout_s: float) -> Message:
        """The answer of the waiting process, which stays. Only for requests that leave no trace in it: look-ups."""
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
        """Keep a process with TensorFlow waiting from now on; it starts in the background."""
        with self._lock:
            self._keeps_spare = True
            if self._spare is not None or self._closed:
                return
            spare = self._spare = self._new()
        threading.Thread(target=_load, args=(spare,), daemon=True).start()

    def close(self) -> None:
        """End all processes, even those in the middle of a trace."""
        with self._lock:
            self._closed = True
            workers = [*self._all]
            self._lock.notify_all()
        for worker in workers:
            worker.close()

    @contextmanager
    def lent(self, is_wanted: Callable[[], bool] = lambda: True) -> Iterator[Worker]:
        """A process for one trace. It ends with the block, and only then the next one starts.

        Raises WorkerDied if it is no longer wanted before a place becomes free; see `wake`.
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

    def keep(self) -> Worker:
        """A process that stays until `end`; the waiting one if there is one."""
        worker = self._take()
        if self._keeps_spare:
            self.warm()
        return worker

    def end(self, worker: Worker) -> None:
        """End a process of `keep`."""
        self._end(worker)

    def wake(self) -> None:
        """Let those that wait for a place check whether they still want it."""
        with self._lock:
            self._lock.notify_all()

    def _take(self) -> Worker:
        """The spare process, which may still be loading TensorFlow, or a new one."""
        with self._lock:
            if self._closed:
                raise WorkerDied("the app has ended")
            worker, self._spare = self._spare or self._new(), None
            return worker

    def _new(self) -> Worker:
        worker = Worker(self._module)
        self._all.add(worker)
        return worker

    def _end(self, worker: Worker) -> None:
        worker.close()
        with self._lock:
            self._all.discard(worker)


class Job:
    """Traces of one version of a source, each in its own process; `stop` ends the current one."""

    def __init__(self, workers: FreshWorkers) -> None:
        self._workers = workers
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._stopped = False

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called; a failure after that is due to it."""
        return self._stopped

    def ask(self, request: Message, *, timeout_s: float, on_progress: OnProgress = None) -> Message:
        """As `FreshWorkers.ask`. Raises WorkerDied once it was stopped."""
        with self._workers.lent(lambda: not self._stopped) as worker:
            with self._lock:
                if self._stopped:
                    raise WorkerDied(STOPPED)
                self._worker = worker
            return worker.ask(request, timeout_s=timeout_s, on_progress=on_progress)

    def stop(self) -> None:
        """End the process that is tracing, or the wait for one."""
        with self._lock:
            self._stopped = True
            worker = self._worker
        if worker is not None:
            worker.close()
        self._workers.wake()


def _load(worker: Worker) -> None:
    with suppress(GraphlabError):  # whoever uses it next gets the error
        worker.ask({"do": "start"}, timeout_s=START_S)
