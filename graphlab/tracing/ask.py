"""The graphs of a source for callers without TensorFlow: stored ones, or traced in a process of its own."""

from __future__ import annotations

from collections.abc import Callable

from graphlab.formats.node_link import from_node_link
from graphlab.graph import Graph
from graphlab.source import SourceSpec
from graphlab.traces import find_trace, keep_trace, read_graph
from graphlab.worker import Worker

SILENCE_S = 900.0  # the longest a trace may go on without a word
WORKER_MODULE = "graphlab.tracing.worker"


def graphs_of(spec: SourceSpec, on_stage: Callable[[str], None]) -> dict[str, Graph]:
    """The source's graphs by name."""
    trace = find_trace(spec)
    if trace is not None and trace.current:
        return {name: read_graph(trace, name) for name in trace.names}
    worker = Worker(WORKER_MODULE)
    try:
        request = {"do": "trace", "source": spec.text, "inputs": list(spec.inputs)}
        answer = worker.ask(request, timeout_s=SILENCE_S, on_progress=on_stage)
    finally:
        worker.close()
    keep_trace(spec, answer["graphs"], answer["files"])
    return {name: from_node_link(data) for name, data in answer["graphs"].items()}
