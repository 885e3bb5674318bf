"""Traced graphs: stored on disk, or kept here if they cannot be stored."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from graphlab.cache import LruCache
from graphlab.graph import Graph
from graphlab.loading.ask import TraceAnswer, keep_answer
from graphlab.sources import SourceSpec
from graphlab.store.dependencies import are_unchanged
from graphlab.store.stored_graphs import StoredGraphs, find_stored, read_graph, take

MOST_KEPT = 32  # graphs

NamedGraphs = StoredGraphs | Mapping[str, Graph]


@dataclass(frozen=True)
class Unstored:
    """Graphs that could not be stored, their dependencies, and when they were traced, in seconds since 1970."""

    graphs: Mapping[str, Graph]
    files: Mapping[str, str] = field(default_factory=dict)
    traced_s: float = field(default_factory=time.time)


class TracedGraphs:
    """The graphs of each source, by its key in this app."""

    def __init__(self) -> None:
        self._unstored: dict[str, Unstored] = {}
        self._broken: set[StoredGraphs] = set()
        self._read: LruCache[tuple[StoredGraphs, str], Graph] = LruCache(MOST_KEPT)

    def find(self, key: str, spec: SourceSpec) -> NamedGraphs | None:
        """The source's graphs, if nothing that they depend on has changed."""
        unstored = self._unstored.get(key)
        if unstored is not None and are_unchanged(unstored.files):
            return unstored.graphs
        stored = find_stored(spec)
        return stored if stored not in self._broken else None

    def keep(self, key: str, spec: SourceSpec, answer: TraceAnswer) -> None:
        """Store the graphs of a worker's answer; see `loading.ask.ask_trace`."""
        self._unstored.pop(key, None)
        if not keep_answer(spec, answer):
            # The graphs live as long as this app, and no dependency has changed.
            graphs = {name: take(data) for name, data in answer["graphs"].items()}
            self._unstored[key] = Unstored(graphs, answer["files"])

    def read(self, stored: StoredGraphs, name: str) -> Graph:
        """One of a trace's graphs. Raises DamagedStoredGraphs if its file is damaged."""
        return self._read.find((stored, name), lambda: read_graph(stored, name))

    def discard(self, stored: StoredGraphs) -> bool:
        """Stop using this damaged trace. False if that was done before."""
        is_first = stored not in self._broken
        self._broken.add(stored)
        return is_first

    def traced_s(self, key: str, graphs: object) -> float | None:
        """When these graphs were traced, in seconds since 1970; None if unknown."""
        if isinstance(graphs, StoredGraphs):
            return graphs.traced_s
        unstored = self._unstored.get(key)
        return unstored.traced_s if unstored is not None and graphs is unstored.graphs else None
