"""The graphs of a command's source, with the progress of tracing on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from graphlab.errors import TraceError
from graphlab.graph import Graph
from graphlab.graph.names import PIPELINE, failures_of, find_name, names_of
from graphlab.sources import SourceSpec


def source_graphs(
    spec: SourceSpec, *, typed: str | None = None, data: str | None = None, retrace: bool = False
) -> tuple[dict[str, Graph], str | None]:
    """The source's graphs, with its data if requested, and the name of the graph that `typed` refers to."""
    from graphlab.loading.ask import data_graphs_of, graphs_of

    with stages() as on_progress:
        graphs = graphs_of(spec, on_progress, retrace=retrace)
        if typed is None:
            return graphs, None
        name = find_name(typed, names_of(graphs), spec.text, of_file=spec.path is not None)
        if name in failures_of(graphs.values()):
            raise TraceError(failures_of(graphs.values())[name])
        if name not in graphs:
            graphs |= {PIPELINE: data_graphs_of(spec, data, on_progress, retrace=retrace)[PIPELINE]}
    return graphs, name


def named_graph(graphs: dict[str, Graph], name: str) -> Graph:
    """The graph with that name. If several share a function's name, its notes say which one it is."""
    graph = graphs[name]
    traces = [
        other
        for other, other_graph in graphs.items()
        if other_graph.name == graph.name and other_graph.kind == graph.kind
    ]
    if len(traces) > 1:
        which = f"{name}: trace {traces.index(name) + 1} of {len(traces)} of {graph.name}"
        graph.facts = replace(graph.facts, notes=(which, *graph.notes))
    return graph


@contextmanager
def stages() -> Iterator[Callable[[str], None]]:
    """Show what is going on, on a terminal's standard error."""
    if not sys.stderr.isatty():
        yield lambda message: None
        return
    from rich.console import Console

    with Console(stderr=True).status("Tracing") as status:
        yield lambda message: status.update(message)
