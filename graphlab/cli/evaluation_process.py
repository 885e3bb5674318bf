"""The process that runs a source's graphs for a command."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypedDict

from graphlab.cli.source_graphs import stages
from graphlab.errors import SourceError, TraceError
from graphlab.evaluation.files.allowed import why_not_file
from graphlab.evaluation.limits.last_op import crash_words
from graphlab.processes.worker import Message, Worker, WorkerDied, WorkerTimeout
from graphlab.sources import SourceSpec

SILENCE_S = 900.0  # the longest that tracing or a single op may take

Ask = Callable[[Message], Message]


class InputRow(TypedDict):
    """An input that the values are for, and where its own value comes from."""

    name: str
    tensor: str
    origin: str


@dataclass(frozen=True)
class RunOptions:
    """How a graph is run: its name as typed, the number whose gradients are computed ("" for none), data and seed."""

    graph: str
    gradient: str
    data: str | None
    seed: int


@contextmanager
def evaluation_process(spec: SourceSpec) -> Iterator[Ask]:
    """A function that asks a new process, which ends with the block. Shows the progress in the terminal."""
    refusal = why_not_file(spec.path) if spec.path is not None else ""
    if refusal:
        raise SourceError(refusal)
    worker = Worker("graphlab.evaluation.worker")
    with stages() as on_progress, tempfile.TemporaryDirectory(prefix="graphlab-") as folder:
        op_file = Path(folder) / "op"

        def ask(request: Message) -> Message:
            try:
                return worker.ask({**request, "op_file": str(op_file)}, timeout_s=SILENCE_S, on_progress=on_progress)
            except WorkerDied as error:
                how = crash_words(error.how, op_file)
                raise TraceError(f"{spec.text!r} {how}, so it has no values") from error
            except WorkerTimeout as error:
                minutes = f"{SILENCE_S / 60:.0f} minutes"
                raise TraceError(f"{spec.text!r} was stopped: nothing happened for {minutes}") from error

        try:
            yield ask
        finally:
            worker.close()


def run_request(do: str, spec: SourceSpec, inputs: Sequence[str], run: RunOptions) -> Message:
    """A request to run one of a source's graphs; `inputs` are as typed."""
    return {
        "do": do,
        "source": spec.text,
        "arguments": list(spec.arguments),
        "trust": spec.trust,
        "inputs": list(inputs),
        **asdict(run),
    }
