"""The sources this app may show, and their graphs: stored ones at once, others from the tracing worker."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from graphlab.app.server.given_inputs import split_source
from graphlab.app.server.jobs import Tracing, Unstored, is_stale, stamp_of
from graphlab.app.server.unknown_source import unknown_words
from graphlab.cache import LruCache
from graphlab.errors import GraphlabError, SourceError, TraceError
from graphlab.formats.statistics import Statistics
from graphlab.graph import Graph
from graphlab.graph.names import PIPELINE, failures_of
from graphlab.loading.ask import SILENCE_S, ask_trace, ask_values, keep_answer
from graphlab.loading.fresh import WORKER_MODULE, FreshWorkers, Job
from graphlab.processes.worker import Message, Worker
from graphlab.sources import SourceSpec, data_source
from graphlab.sources.inputs import parse_inputs
from graphlab.store.dependencies import are_unchanged
from graphlab.store.op_docs import Docs
from graphlab.store.stored_graphs import BrokenTrace, Trace, drop, find_trace, read_graph, take
from graphlab.view import Folded, fold_nothing, fold_quiet

MOST_KEPT = 32  # graphs, and as many at a level of detail
MOST_WAITING = 8  # traces with inputs from an address, or of data: each has a thread, and most a process


class Library:
    """Sources by their text. Only those given here can be opened: an address must never make the app run a file.

    `complain` is told why a trace failed; the page says the same words. `data` is the data folder where a page names
    none.
    """

    def __init__(self, specs: list[SourceSpec], complain: Callable[[str], None], data: str | None = None) -> None:
        self._complain = complain
        self._specs = {spec.text: spec for spec in specs}
        self._data = data
        self._folders: dict[str, str | None] = {}  # per source the data folder that was asked for last
        self._live: dict[str, Mapping[str, Graph]] = {}  # given by the caller
        self._unstored: dict[str, Unstored] = {}
        self._tracings: dict[str, Tracing] = {}
        self._opened: dict[str, Trace | Mapping[str, Graph]] = {}
        self._broken: set[Trace] = set()
        self._closed = False
        self._lock = threading.Lock()
        self.workers = FreshWorkers()  # for the user's code
        self._reader = Worker(WORKER_MODULE)  # for model files, of which nothing is run
        self._values_worker = Worker(WORKER_MODULE)  # for values in them: nobody waits for a large file
        self._docs = Docs(self._ask_docs)
        self._read: LruCache[tuple[Trace, str], Graph] = LruCache(MOST_KEPT)
        self._folded: LruCache[tuple[Graph, bool], Folded] = LruCache(MOST_KEPT)

    def add_live(self, text: str, graphs: Mapping[str, Graph]) -> None:
        """Offer graphs that were traced by the caller."""
        self._live[text] = graphs

    def spec(self, text: str) -> SourceSpec | None:
        """The source of that text; None for graphs given by `add_live`. Raises SourceError for any other text."""
        if text in self._live:
            return None
        source, inputs = split_source(text)
        found = self._specs.get(source)
        if found is not None and inputs:
            parse_inputs(inputs)
            return replace(found, inputs=inputs)
        if text not in self._specs:
            raise SourceError(unknown_words(text))
        return self._specs[text]

    def open(self, text: str, *, retry: bool = False) -> Trace | Mapping[str, Graph] | Tracing:
        """The source's graphs, or the trace that is under way for them (started by this call where needed).

        A failed trace is told again and again, until a call with `retry` begins a new one.
        """
        spec = self.spec(text)
        with self._lock:
            found = self._live[text] if spec is None else self._find(text, spec, retry)
            if not isinstance(found, Tracing):
                self._opened[text] = found
            return found

    def open_data(self, text: str, data: str | None, *, retry: bool = False) -> Trace | Mapping[str, Graph] | Tracing:
        """The graph of the datasets() beside the source's model, read from this data folder; as `open`."""
        self._folders[text] = data
        key, spec = self._data_source(text)
        with self._lock:
            found = self._find(key, spec, retry)
            if not isinstance(found, Tracing):
                self._opened[key] = found
            return found

    def _data_source(self, text: str) -> tuple[str, SourceSpec]:
        """The data beside a source's model with the folder asked for last, and the key it is kept under here."""
        spec = data_source(self._specs[split_source(text)[0]], self._folders.get(text) or self._data)
        return f"{spec.text} {spec.data}", spec

    def retrace(self, text: str, graph: str = "") -> None:
        """Trace a source again, or the data beside its model, although nothing that is known of has changed."""
        spec = self.spec(text)
        if spec is None:
            raise SourceError(f"{text!r} was traced by the program that shows it; run that program again")
        key = text
        if self.is_data(text, graph):
            key, spec = self._data_source(text)
        with self._lock:
            before = self._tracings.get(key)
            if before is None or before.done:
                self._start(key, spec, is_forced=True)

    def traced_s(self, text: str, graph: str = "") -> float | None:
        """When what the page shows was traced, in seconds since 1970; None for what graphlab or the caller brings."""
        key = self._data_source(text)[0] if self.is_data(text, graph) else text
        found, unstored = self._opened.get(key), self._unstored.get(key)
        if isinstance(found, Trace):
            return found.traced_s
        return unstored.traced_s if unstored is not None and found is unstored.graphs else None

    def _find(self, key: str, spec: SourceSpec, retry: bool) -> Trace | Mapping[str, Graph] | Tracing:
        """The stored trace, else the one under way, else why it failed, else a new one."""
        tracing = self._tracings.get(key)
        if tracing is not None and not tracing.done and tracing.stamp != stamp_of(spec):
            tracing = self._restart(key, spec, tracing)
        if tracing is not None and tracing.is_forced and (not tracing.done or (tracing.error and not retry)):
            return tracing
        unstored = self._unstored.get(key)
        if unstored is not None and are_unchanged(unstored.files):
            return unstored.graphs
        trace = find_trace(spec)
        if trace is not None and trace not in self._broken:
            return trace
        if tracing is not None and (not tracing.done or (tracing.error and not (retry and is_stale(tracing, spec)))):
            return tracing
        self._check_waiting(key)
        return self._start(key, spec)

    def _check_waiting(self, key: str) -> None:
        """Raises TraceError where too many traces wait. The sources themselves are few and are always traced."""
        waiting = [one for one, tracing in self._tracings.items() if one not in self._specs and not tracing.done]
        if key not in self._specs and len(waiting) >= MOST_WAITING:
            raise TraceError(
                f"{len(waiting)} graphs with other inputs or data are being traced already; reload this page later"
            )

    def _restart(self, key: str, spec: SourceSpec, tracing: Tracing) -> Tracing:
        """A trace of the edited file in place of one of the earlier version, which may never end."""
        if tracing.job is not None:
            tracing.job.stop()
        return self._start(key, spec, is_forced=tracing.is_forced)

    def names(self, text: str) -> tuple[str, ...]:
        """The names of the source's graphs, once they are there, with that of its data."""
        found = self._last_opened(text)
        if isinstance(found, Tracing):
            return ()
        names = (*(found.names if isinstance(found, Trace) else found), *_failures(found))
        return (*names, PIPELINE) if self.is_data(text, PIPELINE) else names

    def is_data(self, text: str, name: str) -> bool:
        """Whether a source's graph is that of the data beside its model, which is traced for itself."""
        found = self._last_opened(text)
        if name != PIPELINE or isinstance(found, Tracing) or split_source(text)[0] not in self._specs:
            return False
        return found.has_data if isinstance(found, Trace) else any(one.graph.get("has_data") for one in found.values())

    def graph(self, text: str, name: str) -> Graph:
        """One of the source's graphs; raises SourceError where it has none of that name, or none yet.

        Raises BrokenTrace where the stored one is damaged: the next `open` begins a trace.
        """
        names = self.names(text)
        key, found = text, self._last_opened(text)
        if self.is_data(text, name):
            key, _ = self._data_source(text)
            found = self._opened.get(key) or self.open_data(text, self._folders.get(text))
        if isinstance(found, Tracing):
            raise SourceError(found.error or f"{text!r} is still being traced")
        if name not in names:
            raise SourceError(f"{text!r} has no graph {name!r}; it has {', '.join(names)}")
        if name in _failures(found):
            raise TraceError(_failures(found)[name])
        return self._stored(key, found, name) if isinstance(found, Trace) else found[name]

    def _stored(self, key: str, trace: Trace, name: str) -> Graph:
        try:
            return self._read.find((trace, name), lambda: read_graph(trace, name))
        except BrokenTrace as error:
            with self._lock:
                tracing = self._tracings.get(key)
                if tracing and tracing.done and trace not in self._broken:
                    tracing.error = tracing.error or str(error)  # it was written by this app: no endless tracing
                self._broken.add(trace)
            raise

    def _last_opened(self, text: str) -> Trace | Mapping[str, Graph] | Tracing:
        """What the page shows: it stays while its file is edited, until the page asks for a view again."""
        return self._opened.get(text) or self.open(text)

    def folded(self, text: str, name: str, every_op: bool) -> Folded:
        """The graph at a level of detail."""
        graph = self.graph(text, name)
        return self._folded.find((graph, every_op), lambda: fold_nothing(graph) if every_op else fold_quiet(graph))

    def warm(self) -> None:
        """Have a process with TensorFlow wait from now on, for the next trace and for documentation."""
        self.workers.warm()

    def doc(self, op_type: str) -> str:
        """TensorFlow's documentation of an op type; needs TensorFlow where it is not on disk."""
        return self._docs.doc(op_type)

    def known_doc(self, op_type: str) -> str | None:
        """The documentation where it is at hand; None where the worker must be asked, which may be tracing."""
        return self._docs.known(op_type)

    def statistics(self, text: str, where: str) -> Statistics | None:
        """What the values at that place of the source's file look like; None where the source is no file."""
        spec = self.spec(text)
        if spec is None or spec.path is None:
            return None
        return Statistics(**ask_values(self._values_worker, spec, where))

    def close(self) -> None:
        """End the workers."""
        self._closed = True
        for workers in (self.workers, self._reader, self._values_worker):
            workers.close()

    def _start(self, key: str, spec: SourceSpec, *, is_forced: bool = False) -> Tracing:
        job = Job(self.workers) if spec.path is None or spec.trust else None
        tracing = self._tracings[key] = Tracing(stamp_of(spec), is_forced, job)
        threading.Thread(target=self._trace, args=(key, spec, tracing), daemon=True).start()
        return tracing

    def _trace(self, key: str, spec: SourceSpec, tracing: Tracing) -> None:
        def say(stage: str) -> None:
            tracing.stage = stage

        try:
            answer = ask_trace(tracing.job or self._reader, spec, say)
            if self._tracings.get(key) is tracing:  # else the file was edited meanwhile
                self._keep(key, spec, answer)
            drop(answer["graphs"])
        except GraphlabError as error:
            self._fail(key, tracing, str(error))
        except Exception as error:  # whatever it is: the page must not wait for a thread that is gone
            self._fail(key, tracing, f"tracing {spec.text!r} failed: {type(error).__name__}: {error}")
        finally:
            tracing.done = True

    def _fail(self, key: str, tracing: Tracing, words: str) -> None:
        tracing.error = words
        tracing.started = time.monotonic()
        ended_here = self._closed or (tracing.job is not None and tracing.job.stopped)
        if not ended_here and self._tracings.get(key) is tracing:
            self._complain(words)

    def _keep(self, key: str, spec: SourceSpec, answer: Message) -> None:
        self._unstored.pop(key, None)
        if not keep_answer(spec, answer):
            # The graphs live as long as this app does, and nothing they depended on changes.
            graphs = {name: take(data) for name, data in answer["graphs"].items()}
            self._unstored[key] = Unstored(graphs, answer["files"])
        told = {str(data["graph"].get("early_training", "")) for data in answer["graphs"].values()}
        for words in filter(None, told):
            self._complain(words)

    def _ask_docs(self, op_types: list[str]) -> dict[str, str]:
        return self.workers.ask_idle({"do": "docs", "types": op_types}, timeout_s=SILENCE_S)


def _failures(found: Trace | Mapping[str, Graph]) -> dict[str, str]:
    """The graphs of a source that could not be made, each with the reason."""
    return dict(found.failures) if isinstance(found, Trace) else failures_of(found.values())
