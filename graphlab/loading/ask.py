"""The graphs of a source for callers without TensorFlow: stored, or traced in a separate process."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol, TypedDict, cast

from graphlab.errors import FormatError, TraceError
from graphlab.graph import Graph
from graphlab.loading.fresh import FreshWorkers
from graphlab.loading.limits import MEMORY_BYTES
from graphlab.processes.worker import Message, WorkerDied, WorkerTimeout
from graphlab.sources import SourceSpec, data_source
from graphlab.store.dependencies import changed
from graphlab.store.stored_graphs import (
    DamagedStoredGraphs,
    SentGraph,
    drop,
    find_stored,
    read_graph,
    store_graphs,
    take,
)

SILENCE_S = 900.0  # the longest a trace may run without a message
READING_S = 120.0  # the same for reading a model file ...
BYTES_A_SECOND = 1_500_000  # ... and longer for a large one, at a third of the speed of reading graphlab's own JSON
ATTEMPTS = 3  # traces of a source that keeps being edited


class WorkerLike(Protocol):
    """What answers requests: one process, or a new one for each."""

    def ask(self, request: Message, *, timeout_s: float, on_progress: Callable[[str], None] | None = None) -> Message:
        """The answer; see `Worker.ask`."""


class TraceAnswer(TypedDict):
    """The worker's answer for a source: its graphs by name, and the files that they depend on, with digests.

    `distributions` are the installed ones that were imported. `complete` is False if the graphs also depend on
    something that is not listed.
    """

    graphs: dict[str, SentGraph]
    files: dict[str, str]
    distributions: list[str]
    complete: bool


def graphs_of(spec: SourceSpec, on_progress: Callable[[str], None], *, retrace: bool = False) -> dict[str, Graph]:
    """The source's graphs by name: the stored ones if they are still valid, unless a retrace is requested."""
    stored = None if retrace else find_stored(spec)
    if stored is not None:
        with suppress(DamagedStoredGraphs):
            return {name: read_graph(stored, name) for name in stored.names}
    workers = FreshWorkers()
    try:
        answer = ask_trace(workers, spec, on_progress)
    finally:
        workers.close()
    keep_answer(spec, answer)
    try:
        return {name: take(data) for name, data in answer["graphs"].items()}
    finally:
        drop(answer["graphs"])


def keep_answer(spec: SourceSpec, answer: TraceAnswer) -> bool:
    """Store the answer of `ask_trace`. False if that fails, or if not all dependencies are known."""
    if not answer["complete"]:
        return False
    return store_graphs(spec, answer["graphs"], answer["files"], answer["distributions"])


def data_graphs_of(
    spec: SourceSpec, data: str | None, on_progress: Callable[[str], None], *, retrace: bool = False
) -> dict[str, Graph]:
    """The graph of the datasets() beside a source's model, {"pipeline"}, with data from this folder."""
    return graphs_of(data_source(spec, data), on_progress, retrace=retrace)


def ask_trace(worker: WorkerLike, spec: SourceSpec, on_progress: Callable[[str], None]) -> TraceAnswer:
    """The worker's answer for the source as it is on disk afterwards.

    Raises TraceError if its code keeps changing while it is traced, ends the process, or stops sending messages;
    FormatError if reading a model file does.
    """
    request = {
        "do": "trace",
        "source": spec.text,
        "inputs": list(spec.inputs),
        "trust": spec.trust,
        "data": spec.data,
        "arguments": list(spec.arguments),
    }
    ask = _ask_reading if spec.path is not None and not spec.trust else _ask_running
    for attempt in range(ATTEMPTS):
        answer = cast("TraceAnswer", ask(worker, request, on_progress))
        late = changed(answer["files"])
        if late and attempt == ATTEMPTS - 1 and not any(name.endswith(".py") for name in late):
            # A file that the code itself changes at each run cannot show when to run it again.
            answer["files"] = {name: digest for name, digest in answer["files"].items() if name not in late}
            return answer
        if not late:
            return answer
        drop(answer["graphs"])
    raise TraceError(
        f"files of {spec.text!r} changed during each of {ATTEMPTS} traces; open it again once they stop changing"
    )


def _ask_running(worker: WorkerLike, request: Message, on_progress: Callable[[str], None]) -> Message:
    """The answer of a process that runs the user's code."""
    stage = ""

    def say(words: str) -> None:
        nonlocal stage
        stage = words
        on_progress(words)

    try:
        return worker.ask(request, timeout_s=SILENCE_S, on_progress=say)
    except WorkerDied as error:
        if error.code is None:  # it was stopped from here
            raise
        raise TraceError(f"{request['source']!r} {error.how}{_during(stage)}, so it has no graph") from error
    except WorkerTimeout as error:
        raise TraceError(
            f"{request['source']!r} was stopped: it took more than {_time(SILENCE_S)}{_during(stage)}; "
            f"open it again to try once more"
        ) from error


def _during(progress: str) -> str:
    """` (at: Tracing the train step)`: the last message of a trace."""
    return f" (at: {progress})" if progress else ""


def _time(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:g} s"


def ask_values(worker: WorkerLike, spec: SourceSpec, where: str) -> Message:
    """The worker's answer, the fields of Statistics, about the values at that place of the source's model file.

    Raises FormatError if reading them crashes the worker or does not end.
    """
    return _ask_reading(worker, {"do": "statistics", "source": spec.text, "path": str(spec.path), "where": where})


def _ask_reading(worker: WorkerLike, request: Message, on_progress: Callable[[str], None] | None = None) -> Message:
    timeout_s = READING_S + _size_bytes(request["source"]) / BYTES_A_SECOND
    try:
        return worker.ask(request, timeout_s=timeout_s, on_progress=on_progress)
    except WorkerDied as error:
        memory = f"{MEMORY_BYTES / 1e9:g} GB of memory"
        if _size_bytes(request["source"]) > MEMORY_BYTES / 4:  # reading takes several times the file's size
            raise FormatError(f"{request['source']!r} is too large to read with {memory}") from error
        what = f"{request['source']!r} could not be read: it is damaged, or reading it requires more than {memory}"
        raise FormatError(what) from error
    except WorkerTimeout as error:
        what = f"{request['source']!r} could not be read within {timeout_s:.0f} s: it is damaged, or too large"
        raise FormatError(what) from error


def _size_bytes(source: str) -> int:
    """The size of a model file; 0 for a folder or a missing file."""
    path = Path(source)
    return path.stat().st_size if path.is_file() else 0
