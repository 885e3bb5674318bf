"""A program to trace: its graphs, each with TensorFlow's own data about it. The same seed makes the same program."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from graphlab.graph import Graph

MOST_LAYERS = 300


@dataclass(frozen=True)
class Program:
    """What was built, in words, and how each of its graphs is traced, by name."""

    words: str
    traces: dict[str, Callable[[], Graph]]


@dataclass(frozen=True)
class Traced:
    """A graph, and the FuncGraph that it was made from; None for a pipeline, which has none."""

    graph: Graph
    func_graph: Any = None


def draw_size(rng: random.Random, most: int = MOST_LAYERS) -> int:
    """A number of layers from 1 to `most`: half of them below ten, few above a hundred."""
    return max(1, round(most ** (rng.random() ** 1.7)))


def trace(make: Callable[[], Graph]) -> Traced:
    """The graph, and the FuncGraph that TensorFlow traced for it."""
    with _seen_functions() as seen:
        graph = make()
    return Traced(graph, seen[-1] if seen else None)


@contextmanager
def _seen_functions() -> Iterator[list[Any]]:
    """Collect the FuncGraphs that become Graphs while the block runs."""
    from graphlab.tracing import functions
    from graphlab.tracing.models import graphs as models

    seen: list[Any] = []
    original = functions.to_graph

    def noting(function: Any, *args: Any) -> Graph:
        seen.append(function.graph)
        return original(function, *args)

    functions.to_graph = models.to_graph = noting
    try:
        yield seen
    finally:
        functions.to_graph = models.to_graph = original
