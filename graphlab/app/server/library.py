"""The sources of this app and their graphs, as the page last requested them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from graphlab.app.server.jobs import TraceJob, TraceJobs, stamp_of
from graphlab.app.server.known_sources import KnownSources
from graphlab.app.server.traced_graphs import NamedGraphs, TracedGraphs
from graphlab.app.server.values.overlays import EvaluatedGraphs
from graphlab.app.server.values.sessions import ValueSessions
from graphlab.cache import LruCache
from graphlab.errors import SourceError, TraceError
from graphlab.graph import Graph
from graphlab.graph.names import PIPELINE, failures_of
from graphlab.loading.ask import SILENCE_S
from graphlab.loading.fresh import FreshWorkers
from graphlab.loading.weight_statistics import WeightStatistics
from graphlab.sources import SourceSpec
from graphlab.store.op_docs import Docs
from graphlab.store.stored_graphs import DamagedStoredGraphs, StoredGraphs
from graphlab.view import Folded, fold_nothing, fold_quiet

VALUES_MODULE = "graphlab.evaluation.worker"  # its processes trace, too
MOST_FOLDED = 32  # graphs at a level of detail


class Library:
    """The known sources, their graphs, and what else the page requests about them: documentation and statistics.

    `complain` is called with the reason of a failed trace; the page shows the same words. `data` is the data folder
    if a page names none. `workers` run the user's code.
    """

    def __init__(
        self,
        specs: Sequence[SourceSpec],
        complain: Callable[[str], None],
        data: str | None = None,
        *,
        workers: FreshWorkers | None = None,
    ) -> None:
        self.workers = workers or FreshWorkers(VALUES_MODULE)
        self.values = ValueSessions(self.workers)
        self.evaluated = EvaluatedGraphs()
        self.sources = KnownSources(specs, data)
        self.docs = Docs(self._ask_docs)
        self.statistics = WeightStatistics()
        self._traced = TracedGraphs()
        self.jobs = TraceJobs(self._traced, self.workers, is_own_source=self.sources.is_own_source, complain=complain)
        self._opened: dict[str, NamedGraphs] = {}
        self._folded: LruCache[tuple[Graph, bool], Folded] = LruCache(MOST_FOLDED)
        self._lock = threading.Lock()  # held while the open source changes; the jobs' lock is acquired inside it

    def open(self, text: str, *, retry: bool = False) -> NamedGraphs | TraceJob:
        """The source's graphs, or the trace in progress for them (started by this call if needed).

        A failed trace is reported again until a call with `retry` starts a new one.
        """
        spec = self.sources.spec(text)
        with self._lock:
            graphs_or_job = self.sources.live(text) if spec is None else self.jobs.find(text, spec, retry=retry)
            return self._keep_opened(text, graphs_or_job)

    def open_data(self, text: str, data: str | None, *, retry: bool = False) -> NamedGraphs | TraceJob:
        """The graph of the datasets() in the model's file, with data from this folder; as `open`."""
        self.sources.choose_folder(text, data)
        key, spec = self._data_source(text)
        with self._lock:
            return self._keep_opened(key, self.jobs.find(key, spec, retry=retry))

    def retrace(self, text: str, graph: str = "") -> None:
        """Retrace a source, or the data of its model, although no known dependency has changed."""
        spec = self.sources.spec(text)
        if spec is None:
            raise SourceError(f"{text!r} was traced by the program that called graphlab.show; run that program again")
        key, spec = self._data_source(text) if self.is_data(text, graph) else (text, spec)
        self.jobs.retrace(key, spec)
        self.values.forget(text)

    def is_edited(self, text: str) -> bool:
        """Whether a source's file has changed since the shown graph was traced."""
        spec, opened = self.sources.spec(text), self._opened.get(text)
        if spec is None or spec.file is None or opened is None:
            return False
        current = self._traced.find(text, spec)
        if current is not None:
            return current != opened
        traced_s = self.traced_s(text)
        return traced_s is not None and stamp_of(spec) / 1e9 > traced_s

    def traced_s(self, text: str, graph: str = "") -> float | None:
        """When the shown graph was traced, in seconds since 1970; None if graphlab or the caller provided it."""
        key = self._data_source(text)[0] if self.is_data(text, graph) else text
        return self._traced.traced_s(key, self._opened.get(key))

    def names(self, text: str) -> tuple[str, ...]:
        """The names of the source's graphs, once they exist, with that of its data."""
        graphs_or_job = self._last_opened(text)
        if isinstance(graphs_or_job, TraceJob):
            return ()
        names = (
            *(graphs_or_job.names if isinstance(graphs_or_job, StoredGraphs) else graphs_or_job),
            *_failures(graphs_or_job),
        )
        return (*names, PIPELINE) if self.is_data(text, PIPELINE) else names

    def is_data(self, text: str, name: str) -> bool:
        """Whether a source's graph is that of its model's data, which is traced separately."""
        graphs_or_job = self._last_opened(text)
        if name != PIPELINE or isinstance(graphs_or_job, TraceJob) or not self.sources.can_have_data(text):
            return False
        return (
            graphs_or_job.has_data
            if isinstance(graphs_or_job, StoredGraphs)
            else any(one.facts.has_data for one in graphs_or_job.values())
        )

    def graph(self, text: str, name: str) -> Graph:
        """One of the source's graphs. Raises SourceError if it has none of that name, or none yet.

        Raises DamagedStoredGraphs if the stored one is damaged; the next `open` then starts a trace.
        """
        names = self.names(text)
        key, graphs_or_job = text, self._last_opened(text)
        if self.is_data(text, name):
            key, _ = self._data_source(text)
            graphs_or_job = self._opened.get(key) or self.open_data(text, self.sources.data_folder(text))
        if isinstance(graphs_or_job, TraceJob):
            raise SourceError(graphs_or_job.error or f"{text!r} is still being traced")
        if name not in names:
            raise SourceError(f"{text!r} has no graph {name!r}; it has {', '.join(names)}")
        if name in _failures(graphs_or_job):
            raise TraceError(_failures(graphs_or_job)[name])
        return (
            self._stored(key, graphs_or_job, name) if isinstance(graphs_or_job, StoredGraphs) else graphs_or_job[name]
        )

    def folded(self, text: str, name: str, every_op: bool) -> Folded:
        """The graph at a level of detail."""
        graph = self.graph(text, name)
        return self._folded.find((graph, every_op), lambda: fold_nothing(graph) if every_op else fold_quiet(graph))

    def close(self) -> None:
        """End the processes."""
        self.values.close()
        self.jobs.close()
        self.statistics.close()

    def _keep_opened(self, key: str, graphs_or_job: NamedGraphs | TraceJob) -> NamedGraphs | TraceJob:
        if not isinstance(graphs_or_job, TraceJob):
            before = self._opened.get(key)
            self._opened[key] = graphs_or_job
            if before is not None and before != graphs_or_job:
                self.values.forget(key)  # something that the source depends on has changed
        return graphs_or_job

    def _last_opened(self, text: str) -> NamedGraphs | TraceJob:
        """What the page shows: it stays while its file is edited, until the page requests a view again."""
        return self._opened.get(text) or self.open(text)

    def _data_source(self, text: str) -> tuple[str, SourceSpec]:
        """The data of a source's model and its key here."""
        spec = self.sources.data_spec(text)
        return f"{spec.text} {spec.data}", spec

    def _stored(self, key: str, stored: StoredGraphs, name: str) -> Graph:
        try:
            return self._traced.read(stored, name)
        except DamagedStoredGraphs as error:
            with self._lock:
                if self._traced.discard(stored):
                    self.jobs.blame(key, str(error))  # this app wrote it, so do not retrace endlessly
            raise

    def _ask_docs(self, op_types: list[str]) -> dict[str, str]:
        return self.workers.ask_idle({"do": "docs", "types": op_types}, timeout_s=SILENCE_S)


def _failures(graphs: NamedGraphs) -> dict[str, str]:
    """The graphs of a source that could not be made, each with the reason."""
    return dict(graphs.failures) if isinstance(graphs, StoredGraphs) else failures_of(graphs.values())
