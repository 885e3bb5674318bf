"""Keeps the functions that graphs were made from, so that they can be run op by op."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import ModuleType

from graphlab.graph import Graph
from graphlab.tracing.gather import FunctionSite
from graphlab.tracing.tensorflow_types import ConcreteFunction


@dataclass(frozen=True, eq=False)
class LiveGraph:
    """A graph and the function it was made of. `sites` are those of `Gathered`."""

    graph: Graph
    function: ConcreteFunction
    sites: Mapping[tuple[str, str], FunctionSite]


@dataclass(eq=False)
class LiveSource:
    """What is traced of a source: its module, if it was loaded, and the graphs in the order of tracing."""

    module: ModuleType | None = None
    graphs: list[LiveGraph] = field(default_factory=list)


_source: ContextVar[LiveSource | None] = ContextVar("_source", default=None)


def note_live(live: LiveGraph) -> None:
    """Keep a graph's function inside `live_graphs`."""
    source = _source.get()
    if source is not None:
        source.graphs.append(live)


def note_module(module: ModuleType) -> None:
    """Keep the module of a source inside `live_graphs`."""
    source = _source.get()
    if source is not None:
        source.module = module


@contextmanager
def live_graphs() -> Iterator[LiveSource]:
    """What is traced in the block, to be run afterwards."""
    source = LiveSource()
    token = _source.set(source)
    try:
        yield source
    finally:
        _source.reset(token)
