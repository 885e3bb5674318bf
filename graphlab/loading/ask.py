"""The graphs of a source for callers without TensorFlow: stored ones, or traced in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from graphlab.errors import FormatError, TraceError
from graphlab.graph import Graph
from graphlab.loading.limits import MEMORY_BYTES
from graphlab.source import SourceSpec, data_source
from graphlab.traces import BrokenTrace, are_unchanged, drop, find_trace, keep_trace, read_graph, take
from graphlab.worker import Message, Worker, WorkerDied, WorkerTimeout

SILENCE_S = 900.0  # the longest a trace may go on without a word
READING_S = 120.0  # the same for reading a model file ...
BYTES_A_SECOND = 1_500_000  # ... and longer for a large one: a third of how fast graphlab's own JSON is read
ATTEMPTS = 3  # traces of a source that is edited again and again
WORKER_MODULE = "graphlab.loading.worker"


def graphs_of(spec: SourceSpec, on_stage: Callable[[str], None]) -> dict[str, Graph]:
    """The source's graphs by name."""
    trace = find_trace(spec)
    if trace is not None and trace.current:
        with suppress(BrokenTrace):
            return {name: read_graph(trace, name) for name in trace.names}
    worker = Worker(WORKER_MODULE)
    try:
        answer = ask_trace(worker, spec, on_stage)
    finally:
        worker.close()
    keep_trace(spec, answer["graphs"], answer["files"])
    try:
        return {name: take(data) for name, data in answer["graphs"].items()}
    finally:
        drop(answer["graphs"])


def data_graphs_of(spec: SourceSpec, data: str | None, on_stage: Callable[[str], None]) -> dict[str, Graph]:
    """The graph of the datasets() beside a source's model, {"pipeline"}, read from this data folder."""
    return graphs_of(data_source(spec, data), on_stage)


def ask_trace(worker: Worker, spec: SourceSpec, on_stage: Callable[[str], None]) -> Message:
    """The worker's answer {graphs, files} for the source as it is on disk by then.

    Raises TraceError where its files change during each of several traces, FormatError where reading a model file
    ends the worker or does not end.
    """
    request = {
        "do": "trace",
        "source": spec.text,
        "inputs": list(spec.inputs),
        "trust": spec.trust,
        "data": spec.data,
        "arguments": list(spec.arguments),
    }
    for _ in range(ATTEMPTS):
        if spec.path is None or spec.trust:
            answer = worker.ask(request, timeout_s=SILENCE_S, on_progress=on_stage)
        else:
            answer = _ask_reading(worker, request, on_stage)
        if are_unchanged(answer["files"]):
            return answer
        drop(answer["graphs"])
    raise TraceError(f"files of {spec.text!r} changed during each of {ATTEMPTS} traces; open it again once they rest")


def ask_values(worker: Worker, spec: SourceSpec, where: str) -> Message:
    """The worker's answer, the fields of Statistics, about the values at that place of the source's model file.

    Raises FormatError where reading them ends the worker or does not end.
    """
    return _ask_reading(worker, {"do": "values", "source": spec.text, "path": str(spec.path), "where": where})


def _ask_reading(worker: Worker, request: Message, on_stage: Callable[[str], None] | None = None) -> Message:
    timeout_s = READING_S + _size_bytes(request["source"]) / BYTES_A_SECOND
    try:
        return worker.ask(request, timeout_s=timeout_s, on_progress=on_stage)
    except WorkerDied as error:
        memory = f"{MEMORY_BYTES / 1e9:g} GB of memory"
        if _size_bytes(request["source"]) > MEMORY_BYTES / 4:  # reading takes up to some times the file's size
            raise FormatError(f"{request['source']!r} is too large to read within {memory}") from error
        what = f"{request['source']!r} could not be read: it is damaged, or reading it takes more than {memory}"
        raise FormatError(what) from error
    except WorkerTimeout as error:
        what = f"{request['source']!r} could not be read within {timeout_s:.0f} s: it is damaged, or too large"
        raise FormatError(what) from error


def _size_bytes(source: str) -> int:
    """The size of a model file; 0 for a folder and what is not there."""
    path = Path(source)
    return path.stat().st_size if path.is_file() else 0
