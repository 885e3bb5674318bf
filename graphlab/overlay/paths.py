"""The simple paths between two sets of nodes, shortest first, within a time limit."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count

from graphlab.overlay.flow import Flow, steps_from

MOST_PATHS = 100
MOST_S = 1.0  # for the search, after the first path is found
LOOK_EVERY = 512  # steps between two checks of the clock

Link = tuple[int, "Link | None"]  # a node, and the path that leads to it


@dataclass(frozen=True)
class NodePaths:
    """Paths as nodes, shortest first; `on` are the nodes of all paths. `complete`: there are no other paths."""

    paths: tuple[tuple[int, ...], ...]
    on: frozenset[int]
    complete: bool


def shortest_paths(
    flow: Flow, first: Collection[int], last: Collection[int], *, most: int = MOST_PATHS, most_s: float = MOST_S
) -> NodePaths:
    """Paths that leave `first` at once and end where they meet `last`; the two have no node in common."""
    from_first = steps_from(first, flow.after, stops=last)
    to_last = steps_from(last, flow.before, stops=first)
    on = frozenset(from_first.keys() & to_last.keys())
    loop_nodes = _in_loops(flow, on)
    end = time.monotonic() + most_s
    paths: list[tuple[int, ...]] = []
    for path in _search(flow, first, last, to_last, loop_nodes):
        if path is not None and len(paths) < most:
            paths.append(path)
        elif path is not None or (paths and time.monotonic() > end):
            return NodePaths(tuple(paths), on, complete=False)
    return NodePaths(tuple(paths), on, complete=True)


def _search(
    flow: Flow, first: Collection[int], last: Collection[int], to_last: dict[int, int], loop_nodes: frozenset[int]
) -> Iterator[tuple[int, ...] | None]:
    """The paths, with None now and then, so that a search that finds no more can be stopped.

    Each partial path has a start and the least length of the rest. The shortest in total is extended first, among
    equals the one nearest to its end, so that a path follows the shortest way without waiting.
    """
    numbers, steps = count(), count()
    starts = [node for node in sorted(first) if node in to_last]
    waiting: list[tuple[int, int, int, Link]] = [(to_last[node], 0, next(numbers), (node, None)) for node in starts]
    waiting.sort()
    while waiting:
        _, minus_steps, _, start = heappop(waiting)
        path: Link | None = start
        while path is not None and path[0] not in last:
            if next(steps) % LOOK_EVERY == 0:
                yield None
            node, extension, minus_steps = path[0], None, minus_steps - 1
            for neighbour in flow.after[node]:
                if (
                    neighbour not in to_last
                    or neighbour in first
                    or (neighbour in loop_nodes and _holds(path, neighbour))
                ):
                    continue
                if extension is None and to_last[neighbour] < to_last[node]:
                    extension = (neighbour, path)
                else:
                    heappush(waiting, (to_last[neighbour] - minus_steps, minus_steps, next(numbers), (neighbour, path)))
            path = extension
        if path is not None:
            yield _spelled_out(path)


def _in_loops(flow: Flow, nodes: frozenset[int]) -> frozenset[int]:
    """The nodes that a path may reach again, and what comes after them; all others have a place in an order."""
    missing = {node: sum(1 for neighbour in flow.before[node] if neighbour in nodes) for node in nodes}
    ready = [node for node, number in missing.items() if not number]
    while ready:
        node = ready.pop()
        del missing[node]
        for neighbour in flow.after[node]:
            if neighbour in missing:
                missing[neighbour] -= 1
                if not missing[neighbour]:
                    ready.append(neighbour)
    return frozenset(missing)


def _holds(path: Link | None, node: int) -> bool:
    while path is not None:
        if path[0] == node:
            return True
        path = path[1]
    return False


def _spelled_out(path: Link | None) -> tuple[int, ...]:
    nodes = []
    while path is not None:
        nodes.append(path[0])
        path = path[1]
    return tuple(reversed(nodes))
